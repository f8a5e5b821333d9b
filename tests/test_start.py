from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from pytest_django import Settings

from portal import checks, environment, reachable
from portal.checks import TAG, refuse_unsafe
from portal.environment import Problem
from portal.start import in_words

REFUSED = 'connection to server at "127.0.0.1", port 1 failed: Connection refused'


def raised(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ModuleNotFoundError("No module named 'psycopg'", name="psycopg"),
            "The Python module psycopg is missing.",
        ),
        (ImproperlyConfigured("Unset PORTAL_DEBUG."), "Unset PORTAL_DEBUG."),
        (raised(psycopg.OperationalError(REFUSED)), "Start PostgreSQL"),
        (raised(psycopg.OperationalError('FATAL: database "x" does not exist')), "createdb"),
        (OSError(28, "No space left on device"), "no room left"),
    ],
)
def test_what_is_missing_or_away_is_said_in_a_sentence(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reachable, "database", lambda: None)

    with pytest.raises(SystemExit) as left, in_words(3):
        raise error

    assert left.value.code == 3
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'portal.nowhere'", name="portal.nowhere"),
        raised(sqlite3.OperationalError("no such table")),
        ValueError("a fault"),
        FileNotFoundError(2, "no such file"),
    ],
)
def test_a_fault_of_the_program_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)), in_words():
        raise error


@pytest.mark.parametrize(
    ("told", "said", "passes"),
    [
        ('FATAL:  password authentication failed for user "portal"', "password", False),
        ("fe_sendauth: no password supplied", "password", False),
        ('FATAL:  role "portal" does not exist', "user", False),
        ('FATAL:  database "portal" does not exist', "no database", False),
        ("failed to resolve host 'db': [Errno -2] Name or service not known", "host", False),
        (REFUSED, "does not answer", True),
        ("FATAL:  the database system is starting up", "does not answer", True),
        ("", "does not answer", True),
    ],
)
def test_why_a_database_cannot_be_used(told: str, said: str, passes: bool) -> None:
    absent = reachable.database_words(told)

    assert (said in absent.said, absent.passes) == (True, passes)
    assert absent.hint


def test_the_database_is_asked_as_the_portal_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}
    url = "postgres://user:pass%40word@db.example:5433/place"
    told = SimpleNamespace(DATABASES={"default": environment.database(url, pool=0)})
    monkeypatch.setattr(reachable, "settings", told)
    monkeypatch.setattr(reachable, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr("psycopg.connect", lambda **named: asked.update(named) or SimpleNamespace(close=int))

    assert reachable.database() is None
    assert asked == {
        "dbname": "place",
        "user": "user",
        "password": "pass@word",
        "host": "db.example",
        "port": 5433,
        "connect_timeout": 3,
    }


def test_a_redis_that_is_not_there_is_an_error_before_and_a_line_in_the_log_at_the_start(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    refuse_unsafe()

    assert "Redis does not answer" in caplog.text
    found = checks.redis_answers(None)
    assert [(one.id, one.is_serious()) for one in found] == [("portal.E022", True)]


def test_a_server_refuses_a_database_that_is_wrong_and_starts_before_one_that_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reachable, "database", lambda: reachable.database_words(REFUSED))
    refuse_unsafe()
    assert "Start PostgreSQL" in caplog.text
    assert [one.id for one in checks.database_answers(None)] == ["portal.E023"]

    monkeypatch.setattr(
        reachable, "database", lambda: reachable.database_words("password authentication failed")
    )
    with pytest.raises(ImproperlyConfigured, match="PORTAL_DATABASE_URL"):
        refuse_unsafe()


def test_a_host_that_is_not_known_may_be_the_rest_of_a_password() -> None:
    absent = reachable.database_words("failed to resolve host 'me': Name or service not known")

    assert "/ as %2F" in absent.hint


def test_what_stands_in_place_of_the_unreadable_is_not_complained_about(settings: Settings) -> None:
    settings.PROCESSES, settings.REDIS_URL = 2, ""
    settings.ENVIRONMENT_PROBLEMS = [Problem("portal.E019", "Redis is wrong.", "Mend it.")]

    assert [one.id for one in run_checks(tags=[TAG])] == ["portal.E019"]


def test_all_that_cannot_be_read_is_said_at_once(settings: Settings) -> None:
    problems = [
        Problem("portal.E012", "PORT is wrong.", "Write 1."),
        Problem("portal.E014", "Mail is wrong.", "Mend it."),
    ]
    settings.ENVIRONMENT_PROBLEMS = problems

    assert [one.id for one in run_checks(tags=[TAG])] == ["portal.E012", "portal.E014"]
    with pytest.raises(ImproperlyConfigured, match="Write 1(.|\n)*Mend it"):
        refuse_unsafe()

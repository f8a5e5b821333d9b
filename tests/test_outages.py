from __future__ import annotations

import errno
import json
import logging
import re
import sqlite3
from collections.abc import Callable

import psycopg
import psycopg_pool
import pytest
from django import forms
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.debug import sensitive_post_parameters
from pytest_django import Settings

from portal.kit import outages
from portal.kit.labels import label_of
from portal.kit.outages import Outage, outage_of
from portal.logs import JsonLines
from portal.urls import handler500, urlpatterns

__all__ = ["handler500"]
REFUSED = psycopg.OperationalError("connection refused")


def caused(cause: BaseException, kind: type[Exception] = OperationalError) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def sqlite(code: int) -> Exception:
    cause = sqlite3.OperationalError("said in words")
    cause.sqlite_errorcode = code
    return caused(cause)


FULL = sqlite(sqlite3.SQLITE_FULL)


class Wishing(forms.Form):
    subject = forms.CharField(label="What is it about?")
    wish = forms.CharField(label="")


def fails(error: Exception) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


hushed = sensitive_post_parameters()(fails(FULL))
half_hushed = sensitive_post_parameters("secret")(fails(FULL))
urlpatterns = [
    path("away/", fails(caused(REFUSED))),
    path("full/", fails(FULL)),
    path("upload/", fails(OSError(errno.ENOSPC, "No space left on device"))),
    path("hushed/", hushed),
    path("half/", half_hushed),
    path("fault/", fails(ValueError("a fault"))),
    *urlpatterns,
]


@pytest.fixture
def reader(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False, headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (caused(REFUSED), Outage.AWAY),
        (caused(psycopg_pool.PoolTimeout("waited 5 s")), Outage.AWAY),
        (caused(psycopg.InterfaceError("the connection is closed"), InterfaceError), Outage.AWAY),
        (caused(psycopg.errors.AdminShutdown("terminating connection")), Outage.AWAY),
        (caused(psycopg.errors.CannotConnectNow("starting up")), Outage.AWAY),
        (caused(psycopg.errors.TooManyConnections("too many")), Outage.AWAY),
        (caused(psycopg.errors.DiskFull("could not extend file")), Outage.FULL),
        (caused(psycopg.errors.DeadlockDetected("deadlock")), None),
        (caused(psycopg.errors.QueryCanceled("statement timeout")), None),
        (FULL, Outage.FULL),
        (sqlite(sqlite3.SQLITE_BUSY), None),
        (sqlite(sqlite3.SQLITE_IOERR), None),
        (OSError(errno.ENOSPC, "No space left on device"), Outage.FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Outage.FULL),
        (OSError(errno.EACCES, "Permission denied"), None),
        (OperationalError("without a cause"), None),
        (ValueError("a fault"), None),
        (None, None),
    ],
)
def test_which_failure_is_an_outage(error: Exception | None, outage: Outage | None) -> None:
    assert outage_of(error) is outage


def test_files_that_cannot_grow_mean_a_full_disk_only_where_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outages, "room_left", lambda: 4096)

    assert outage_of(sqlite(sqlite3.SQLITE_IOERR)) is Outage.FULL
    assert outage_of(sqlite(sqlite3.SQLITE_CANTOPEN)) is Outage.FULL


def test_a_database_that_is_away_is_said_on_a_page(reader: Client) -> None:
    page = reader.get("/away/")

    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "Please try again in a minute" in page.content.decode()
    assert "You were sending something" not in page.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/away/", 503), ("/full/", 507), ("/upload/", 507)])
def test_what_was_typed_can_be_copied(reader: Client, address: str, status: int) -> None:
    page = reader.post(
        address, {"body": "Three benches <by> the pond", "password": "hush-1", "code": "hush-2"}
    )

    assert page.status_code == status
    assert "Three benches &lt;by&gt; the pond" in page.content.decode()
    assert "hush" not in page.content.decode()


def test_what_was_typed_has_the_label_of_its_field_and_never_its_raw_name(reader: Client) -> None:
    page = reader.post("/full/", {"subject": "A pond", "wish": "Three benches"}).content.decode()

    assert re.search(r'<label for="typed-1">What is it about\?</label>\s*<textarea id="typed-1"\s+rows', page)
    assert re.search(r'<div class="field">\s*<textarea id="typed-2" aria-labelledby="typed"', page)
    assert "wish" not in page


def test_a_label_is_that_of_a_form_which_may_have_been_sent() -> None:
    sent = ["subject", "wish"]

    assert label_of("subject", sent, "tests.test_outages") == "What is it about?"
    assert label_of("subject", ["subject"], "tests.test_outages") == ""
    assert label_of("subject", sent, "portal.threads.views") == ""
    assert label_of("wish", sent, "") == ""


def test_nothing_secret_is_shown_again(reader: Client) -> None:
    assert "typed words" not in reader.post("/hushed/", {"body": "typed words"}).content.decode()

    page = reader.post("/half/", {"body": "typed words", "secret": "hush"}).content.decode()

    assert ("typed words" in page, "hush" in page) == (True, False)


def test_a_fault_is_still_a_fault(reader: Client) -> None:
    page = reader.get("/fault/")

    assert page.status_code == 500
    assert "It is our fault" in page.content.decode()


@pytest.mark.parametrize(
    ("error", "told"), [(FULL, "said in words"), (ValueError("a fault"), "ValueError: a fault")]
)
def test_of_an_outage_the_log_keeps_what_it_says_and_of_a_fault_where_it_happened(
    error: Exception, told: str
) -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "failed", (), (type(error), error, None)
    )
    line = json.loads(JsonLines().format(record))

    assert line["exception"] == told

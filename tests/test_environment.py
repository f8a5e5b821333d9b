from __future__ import annotations

from pathlib import Path

import pytest

from portal import environment
from portal.environment import Environment, Problem

DEFAULT = "http://127.0.0.1:8000 http://localhost:8000"


def only(env: Environment) -> Problem:
    (problem,) = env.problems
    return problem


@pytest.mark.parametrize("said", ["abc", "-1", "1e3", "1.5", "٣", "70000", "99999999999999999999"])
def test_what_is_no_number_is_said_and_the_default_counts(said: str) -> None:
    env = Environment({"PORT": said})

    assert env.number("PORT", 8000, least=1, most=65_535) == 8000
    assert only(env) == Problem(
        "portal.E012",
        f"PORT is “{said}”, which is no number that will do.",
        "Write a whole number from 1 to 65535, or unset it for 8000.",
    )


def test_what_is_empty_counts_as_not_set() -> None:
    env = Environment({"PORT": "", "PORTAL_DATA_DIR": " "})

    assert env.number("PORT", 8000, most=65_535) == 8000
    assert env.text("PORTAL_DATA_DIR", "var") == "var"
    assert env.problems == []


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("https://portal.example/", "https://portal.example"),
        ("https://portal.example/portal", "https://portal.example"),
        ("https://portal.example?x", "https://portal.example"),
        ("https://portal.example:443", "https://portal.example"),
        ("HTTPS://Portal.Example", "https://portal.example"),
        ("https://me:secret@portal.example:8443", "https://portal.example:8443"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_what_a_browser_sends(said: str, instead: str) -> None:
    env = Environment({"PORTAL_ORIGINS": said})

    assert env.origins("PORTAL_ORIGINS", DEFAULT) == [instead]
    assert only(env).hint == f"Write {instead}."
    assert "secret" not in only(env).said
    assert Environment({"PORTAL_ORIGINS": instead}).origins("PORTAL_ORIGINS", DEFAULT) == [instead]


@pytest.mark.parametrize(
    "said", ["portal.example", "ftp://portal.example", "https://", "https://x:99999", "https://x:y"]
)
def test_what_is_no_address_at_all_is_said_and_not_used(said: str) -> None:
    env = Environment({"PORTAL_ORIGINS": said})

    assert env.origins("PORTAL_ORIGINS", DEFAULT) == DEFAULT.split()
    assert (only(env).code, "https://portal.example" in only(env).hint) == ("portal.E013", True)


def test_a_host_is_no_address() -> None:
    env = Environment({"PORTAL_ALLOWED_HOSTS": "https://portal.example/, other.example"})

    assert env.hosts("PORTAL_ALLOWED_HOSTS") == ["other.example"]
    assert only(env).hint.endswith("for example portal.example.")


@pytest.mark.parametrize(
    "url",
    [
        "smpt://me:hush@mail.example",
        "mail.example",
        "smtp://me:hush@mail.example:port",
        "smtp://me:hu/sh@mail.example:25",
        "smtps:mail.example",
        "smtp://",
    ],
)
def test_mail_that_would_go_nowhere_is_said_without_the_password(url: str) -> None:
    env = Environment({"PORTAL_EMAIL_URL": url})

    assert "smtp" not in env.email("PORTAL_EMAIL_URL")["EMAIL_BACKEND"]
    assert only(env).code == "portal.E014"
    assert "hu" not in only(env).said.replace("which", "")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hush@db/portal",
        "/var/lib/portal.sqlite3",
        "postgres://me:hush@db:port/portal",
        "postgres://me:hush@db",
        "postgres://me:hu/sh@db:5432/portal",
    ],
)
def test_a_database_that_cannot_be_meant_is_none_at_all(url: str) -> None:
    env = Environment({"PORTAL_DATABASE_URL": url})

    assert env.database("PORTAL_DATABASE_URL", "sqlite:///x", 10) == {"ENGINE": "django.db.backends.dummy"}
    assert only(env).code == "portal.E015"
    assert "hush" not in only(env).said


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:6379", "127.0.0.1:6379", "redis://", "redis://h:port/0", "redis://:p/w@h"]
)
def test_a_redis_is_an_address(url: str) -> None:
    env = Environment({"PORTAL_REDIS_URL": url})

    assert env.redis("PORTAL_REDIS_URL") == ""
    assert only(env).code == "portal.E019"


def test_a_missing_module_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    env = Environment(
        {"PORTAL_DATABASE_URL": "postgres://me@db/portal", "PORTAL_REDIS_URL": "redis://127.0.0.1:6379/0"}
    )

    env.database("PORTAL_DATABASE_URL", "sqlite:///x", 10)
    env.redis("PORTAL_REDIS_URL")

    assert [(one.code, "make setup" in one.hint) for one in env.problems] == [("portal.E016", True)] * 2


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    env = Environment({"PORTAL_DATA_DIR": str(tmp_path / "file/data")})

    assert env.directory("PORTAL_DATA_DIR", tmp_path) == tmp_path
    assert (only(env).code, str(tmp_path / "file/data") in only(env).said) == ("portal.E017", True)
    assert env.directory("PORTAL_KEYS_DIR", tmp_path / "new").is_dir()


@pytest.mark.parametrize("said", ["/proc/keys1", "/dev/null", "keys", "../keys"])
def test_keys_need_a_folder_and_its_whole_path(said: str, tmp_path: Path) -> None:
    env = Environment({"PORTAL_KEYS_DIR": said})

    assert env.whole_directory("PORTAL_KEYS_DIR", tmp_path / "keys") == tmp_path / "keys"
    assert (only(env).code, only(env).name) == ("portal.E017", "PORTAL_KEYS_DIR")


def test_the_folder_of_the_keys_is_made_where_it_is_told_and_only_there(tmp_path: Path) -> None:
    apart = Environment({"PORTAL_KEYS_DIR": str(tmp_path / "apart")})

    assert apart.whole_directory("PORTAL_KEYS_DIR", tmp_path / "keys").is_dir()
    assert not Environment({}).whole_directory("PORTAL_KEYS_DIR", tmp_path / "keys").exists()
    assert apart.problems == []


@pytest.mark.parametrize(
    ("said", "means"),
    [("1", True), ("Yes", True), ("on", True), ("", False), ("0", False), ("no", False), ("off", False)],
)
def test_on_and_off(said: str, means: bool) -> None:
    env = Environment({"PORTAL_DEBUG": said})

    assert env.switch("PORTAL_DEBUG", default=False) is means
    assert env.problems == []


@pytest.mark.parametrize("default", [True, False])
def test_what_is_neither_on_nor_off_is_said(default: bool) -> None:
    env = Environment({"PORTAL_DEBUG": "maybe"})

    assert env.switch("PORTAL_DEBUG", default=default) is default
    assert only(env).said == "PORTAL_DEBUG is “maybe”, which is not known."


def test_what_was_copied_and_never_filled_in_is_said_without_the_rest() -> None:
    env = Environment(
        {
            "PORTAL_SMS_SECRET": "CHANGE-ME",
            "PORTAL_EMAIL_URL": "smtp://user:CHANGE-ME@mail.example",
            "OTHER": "CHANGE-ME",
        }
    )

    env.look_for_placeholders()

    assert [(one.code, one.name) for one in env.problems] == [
        ("portal.E024", "PORTAL_EMAIL_URL"),
        ("portal.E024", "PORTAL_SMS_SECRET"),
    ]
    assert "mail.example" not in env.problems[0].said


def test_a_misspelt_name_is_found_with_the_one_that_was_meant() -> None:
    env = Environment(
        dict.fromkeys(["PORTAL_ORIGIN", "PORTAL_PROXYS", "PORTAL_XYZ", "PORTAL_LOCAL_DIR", "PATH"], "1")
    )
    env.text("PORTAL_ORIGINS")
    env.number("PORTAL_PROXIES", 0, most=10)

    assert env.unknown() == {
        "PORTAL_ORIGIN": "PORTAL_ORIGINS",
        "PORTAL_PROXYS": "PORTAL_PROXIES",
        "PORTAL_XYZ": "",
    }


def test_a_password_that_hides_the_port_is_the_first_thing_said() -> None:
    env = Environment({"PORTAL_DATABASE_URL": "postgres://me:hu#sh@db:5432/portal"})

    env.database("PORTAL_DATABASE_URL", "sqlite:///x", 10)

    assert "a sign in the password" in only(env).said
    assert only(env).hint.startswith("In a password write / as %2F, # as %23")


def test_words_that_are_not_known() -> None:
    env = Environment({"PORTAL_LOG_LEVEL": "loud", "OTHER": "warning"})

    assert env.one_of("PORTAL_LOG_LEVEL", environment.LEVELS, "INFO", "E018") == "INFO"
    assert only(env).hint == "Write one of: DEBUG, INFO, WARNING, ERROR, CRITICAL."
    assert env.one_of("OTHER", environment.LEVELS, "INFO", "E018") == "WARNING"

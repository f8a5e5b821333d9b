from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from portal.checks import TAG, refuse_unsafe
from portal.environment import Problem
from portal.kit import sms
from portal.kit.handover import NotTaken


def found() -> list[str | None]:
    return [error.id for error in run_checks(tags=[TAG])]


@pytest.fixture
def public(settings: Settings) -> Settings:
    """A portal as it is set up for the public."""
    settings.ORIGINS = ["https://portal.example"]
    settings.ALLOWED_HOSTS = ["portal.example"]
    settings.HTTPS = True
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.DEBUG = False
    settings.STAFF_SECOND_FACTOR = True
    settings.SECRET_KEY = "k" * 50
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SMS_BACKEND = "portal.kit.sms.none"
    settings.DEFAULT_FROM_EMAIL = "邻里 <portal@portal.example>"
    return settings


def test_the_embedded_default_may_start() -> None:
    assert found() == []


def test_a_public_portal_that_is_set_up_well_may_start(public: Settings) -> None:
    refuse_unsafe()

    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "portal.E005"),
        ("SECRET_KEY", "short", "portal.E006"),
        ("HTTPS", False, "portal.E007"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "portal.E008"),
        ("STAFF_SECOND_FACTOR", False, "portal.E009"),
        ("SMS_BACKEND", "portal.kit.sms.console", "portal.E010"),
        ("SMS_BACKEND", "portal.kit.sms_http.send", "portal.E011"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "portal.E020"),
        ("SMS_BACKEND", "portal.kit.sms.nothing", "portal.E021"),
        ("SMS_BACKEND", "no.such.module", "portal.E021"),
        ("ALLOWED_HOSTS", ["*"], "portal.E004"),
        ("ALLOWED_HOSTS", [".portal.example"], "portal.E004"),
        ("ORIGINS", ["https://*.portal.example"], "portal.E004"),
        ("DEFAULT_FROM_EMAIL", "nothing", "portal.E025"),
        ("DEFAULT_FROM_EMAIL", "", "portal.E025"),
        ("DEFAULT_FROM_EMAIL", "邻里 <portal@localhost>", "portal.E025"),
        ("ALLOWED_HOSTS", ["q.example"], "portal.E026"),
        ("ORIGINS", ["https://portal.example", "https://other.example"], "portal.E026"),
    ],
)
def test_a_public_portal_refuses(public: Settings, name: str, value: object, code: str) -> None:
    setattr(public, name, value)

    assert found() == [code]


def test_a_provider_of_texts_that_is_half_set_up_is_refused_with_what_is_missing(settings: Settings) -> None:
    settings.SMS_BACKEND = "portal.kit.sms_http.send"
    settings.SMS_HTTP = {
        "url": "https://sms.example",
        "key": "k",
        "secret": "",
        "sign": "邻里",
        "templates": {},
    }

    with pytest.raises(ImproperlyConfigured, match="PORTAL_SMS_SECRET, PORTAL_SMS_TEMPLATE_CODE") as refused:
        refuse_unsafe()

    assert "PORTAL_SMS_KEY" not in str(refused.value)


WHOLE = {
    "url": "https://sms.example",
    "key": "k",
    "secret": "s",
    "sign": "邻里",
    "templates": dict.fromkeys(sms.Template, "T1"),
}


def test_a_provider_without_an_address_lacks_the_address_and_nothing_else(public: Settings) -> None:
    public.SMS_BACKEND = "portal.kit.sms.console"
    public.SMS_HTTP = WHOLE | {"url": ""}

    with pytest.raises(ImproperlyConfigured, match=r"missing: PORTAL_SMS_URL\."):
        refuse_unsafe()


def test_a_provider_without_https_is_unsafe_and_not_incomplete(public: Settings) -> None:
    public.SMS_BACKEND = "portal.kit.sms_http.send"
    public.SMS_HTTP = WHOLE | {"url": "http://sms.example/send"}

    with pytest.raises(ImproperlyConfigured, match="unencrypted") as refused:
        refuse_unsafe()

    assert "completely" not in str(refused.value)


def test_a_provider_that_is_never_asked_is_a_warning(public: Settings) -> None:
    public.SMS_HTTP = WHOLE

    refuse_unsafe()

    assert found() == ["portal.W012"]


def test_proxies_that_cannot_be_read_are_one_error(public: Settings) -> None:
    public.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    public.ENVIRONMENT_PROBLEMS = [Problem("portal.E012", "It is “one”.", "Write 1.", "PORTAL_PROXIES")]

    assert found() == ["portal.E012"]


def test_a_misspelt_variable_is_a_warning_with_the_name_that_was_meant(settings: Settings) -> None:
    settings.ENVIRONMENT_UNKNOWN = {"PORTAL_ORIGIN": "PORTAL_ORIGINS", "PORTAL_X": ""}

    refuse_unsafe()

    said = [(one.id, (one.hint or "").partition(". ")[0]) for one in run_checks(tags=[TAG])]
    assert said == [
        ("portal.W011", "Do you mean PORTAL_ORIGINS? docs/operations.md has all of them."),
        ("portal.W011", "Remove it"),
    ]


@pytest.mark.parametrize("https", [True, False])
def test_django_repeats_nothing_that_ours_say(public: Settings, https: bool) -> None:
    public.HTTPS = https
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        setattr(public, name, https)
    public.SECURE_HSTS_SECONDS = 0
    public.SECRET_KEY = "0123456789" * 5

    told = [
        one for one in run_checks(tags=["security"], include_deployment_checks=True) if not one.is_silenced()
    ]
    assert [one.id for one in told] == []


def test_codes_are_not_written_to_the_terminal_of_a_public_portal(
    public: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotTaken):
        sms.console("13900000001", sms.Message(sms.Template.CODE, "482913"))

    assert capsys.readouterr() == ("", "")


def test_several_processes_need_redis(settings: Settings) -> None:
    settings.PROCESSES, settings.REDIS_URL = 2, ""
    assert found() == ["portal.E003"]

    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    assert found() == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"transaction_mode": "IMMEDIATE", "timeout": 10},
        {"transaction_mode": "DEFERRED", "timeout": 10, "init_command": "PRAGMA journal_mode = WAL"},
        {"transaction_mode": "IMMEDIATE", "timeout": 1, "init_command": "PRAGMA journal_mode = WAL"},
    ],
)
def test_sqlite_must_queue_writers(monkeypatch: pytest.MonkeyPatch, options: dict[str, object]) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}
    monkeypatch.setitem(django_settings.DATABASES, "default", database)

    assert found() == ["portal.E001"]


def test_no_transaction_round_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(django_settings.DATABASES["default"], "ATOMIC_REQUESTS", True)

    assert found() == ["portal.E002"]


def test_a_refusal_says_what_to_do(public: Settings) -> None:
    public.DEBUG = True

    with pytest.raises(ImproperlyConfigured, match="Unset PORTAL_DEBUG"):
        refuse_unsafe()


def test_keys_beside_the_database_are_told_before_a_public_portal_is_deployed(
    public: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> bool:
        return "portal.W010" in [found.id for found in run_checks(tags=[TAG], include_deployment_checks=True)]

    beside = {"ENGINE": "portal.sqlite3", "NAME": str(tmp_path / "portal.sqlite3")}
    monkeypatch.setitem(django_settings.DATABASES, "default", beside)
    public.DATA_DIR = tmp_path
    public.KEYS_DIR = tmp_path / "keys"
    assert told()

    public.KEYS_DIR = tmp_path.parent / "keys"
    assert not told()

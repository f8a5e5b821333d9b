"""What the portal refuses to start with. `manage.py check --deploy` says the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from portal.kit import printing
from portal.kit.trial import is_public

WEAK_KEY = 50
TAG = "portal"


@register(TAG)
def sqlite_queues_writers(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without these options most of a burst of votes on SQLite fails with "database is locked"."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    options = database.get("OPTIONS", {})
    waits = options.get("transaction_mode") == "IMMEDIATE" and options.get("timeout", 0) >= 5
    if waits and "journal_mode = WAL" in options.get("init_command", ""):
        return []
    hint = (
        "Keep SQLITE_OPTIONS of portal/settings.py: IMMEDIATE, WAL and a busy timeout of 5 seconds or more."
    )
    return [Error("SQLite would refuse writers instead of queueing them.", hint=hint, id="portal.E001")]


@register(TAG)
def no_request_transactions(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """ATOMIC_REQUESTS with immediate transactions would make every page a writer."""
    if not settings.DATABASES["default"].get("ATOMIC_REQUESTS"):
        return []
    return [
        Error(
            "ATOMIC_REQUESTS would take the write lock for every page.", hint="Remove it.", id="portal.E002"
        )
    ]


@register(TAG)
def processes_share(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Sign-in limits and live news must not be each process's own."""
    if settings.PROCESSES <= 1 or settings.REDIS_URL:
        return []
    return [
        Error(
            f"{settings.PROCESSES} processes would each count sign-ins and send live news for themselves.",
            hint="Set PORTAL_REDIS_URL, or run one process (PORTAL_PROCESSES=1).",
            id="portal.E003",
        )
    ]


@register(TAG)
def hosts_are_named(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A host that is not ours must never end up in a link we mail, nor open a socket."""
    loose = [
        name for name in [*settings.ALLOWED_HOSTS, *settings.ORIGINS] if "*" in name or name.startswith(".")
    ]
    if not loose:
        return []
    hint = "Name each host in PORTAL_ALLOWED_HOSTS and each full origin in PORTAL_ORIGINS."
    return [Error(f"Any host would do: {', '.join(loose)}.", hint=hint, id="portal.E004")]


@register(TAG)
def public_is_safe(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """What only a computer of one's own may do: debug pages, a short key, plain http, mail to the console."""
    if not is_public():
        return []
    faults = [
        (settings.DEBUG, "Debug pages show secrets to strangers.", "Unset PORTAL_DEBUG.", "portal.E005"),
        (
            len(settings.SECRET_KEY) < WEAK_KEY,
            "The secret key is too short.",
            "Set PORTAL_SECRET_KEY to 50 random characters or more, or unset it to have one made.",
            "portal.E006",
        ),
        (
            not settings.HTTPS,
            "Passwords would travel unencrypted.",
            "Let every address in PORTAL_ORIGINS begin with https://.",
            "portal.E007",
        ),
        (
            settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
            "Mail would go to the console instead of people.",
            "Set PORTAL_EMAIL_URL, for example smtp+tls://user:password@mail.example:587.",
            "portal.E008",
        ),
        (
            not settings.STAFF_SECOND_FACTOR,
            "A password alone would open the register to whoever learns it.",
            "Unset PORTAL_STAFF_SECOND_FACTOR.",
            "portal.E009",
        ),
    ]
    return [Error(message, hint=hint, id=code) for wrong, message, hint, code in faults if wrong]


@register(TAG, deploy=True)
def sheets_can_be_printed(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Certificates as PDF need Pango. Only looked at with --deploy: loading it takes a second of every start."""
    if printing.can_print():
        return []
    hint = "Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0; until then pages are printed instead."
    return [Warning("No certificates as PDF files: Pango is missing.", hint=hint, id="portal.W001")]


@register(TAG, deploy=True)
def keys_lie_apart(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever copies the data directory as a whole copies sealed ballots together with what opens them."""
    database, data = settings.DATABASES["default"], Path(settings.DATA_DIR)
    beside = database["ENGINE"].endswith("sqlite3") and Path(database["NAME"]).is_relative_to(data)
    if not (is_public() and beside and Path(settings.KEYS_DIR).is_relative_to(data)):
        return []
    hint = "Set PORTAL_KEYS_DIR to a folder outside PORTAL_DATA_DIR, and move the files of the old one there."
    return [
        Warning("The keys of sealed votes lie beside the database.", hint=hint, id="portal.W010"),
    ]


def refuse_unsafe() -> None:
    """Stop a server before it serves; raises ImproperlyConfigured with each reason and what to do."""
    errors = [error for error in run_checks(tags=[TAG]) if error.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in errors))

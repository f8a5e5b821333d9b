"""What the portal refuses to start with. `manage.py check --deploy` says the same."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from django.utils.module_loading import import_string

from portal import reachable
from portal.kit import printing, sms_http, wechat
from portal.kit.trial import OWN, is_public

log = logging.getLogger(__name__)
WEAK_KEY = 50
TAG = "portal"
NO_PROVIDER = {"portal.kit.sms.none", "portal.kit.sms.console"}


@register(TAG)
def environment_is_read(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """What stands in the environment and cannot be read, all of it at once (portal.E012 to E019, E024)."""
    return [Error(one.said, hint=one.hint, id=one.code) for one in settings.ENVIRONMENT_PROBLEMS]


@register(TAG)
def variables_are_known(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A misspelt name leaves the default in place without a word."""
    hint = "docs/operations.md has all of them."
    return [
        Warning(
            f"{name} is no variable of the portal.",
            hint=f"Do you mean {near}? {hint}" if near else f"Remove it. {hint}",
            id="portal.W011",
        )
        for name, near in settings.ENVIRONMENT_UNKNOWN.items()
    ]


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
    hint = "Keep SQLITE_OPTIONS of portal/environment.py: IMMEDIATE, WAL and a busy timeout of 5 seconds or more."
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
    # Where something cannot be read it comes first: page workers are two processes without anybody saying so.
    if settings.PROCESSES <= 1 or settings.REDIS_URL or settings.ENVIRONMENT_PROBLEMS:
        return []
    return [
        Error(
            f"{settings.PROCESSES} processes would each count sign-ins and send live news for themselves.",
            hint="Set PORTAL_REDIS_URL, or let `manage.py serve` alone serve people, with PORTAL_PROCESSES=1 or unset.",
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
def origins_are_answered(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Where a name is left out, each page under it would be “Bad Request”."""
    if _unread("PORTAL_ORIGINS", "PORTAL_ALLOWED_HOSTS"):
        return []
    hosts = [urlsplit(origin).hostname or "" for origin in settings.ORIGINS]
    mute = [host for host in hosts if "*" not in host and not validate_host(host, settings.ALLOWED_HOSTS)]
    if not mute:
        return []
    hint = "Add each host of PORTAL_ORIGINS to it, or unset it."
    return [Error(f"PORTAL_ALLOWED_HOSTS lacks {', '.join(mute)}.", hint=hint, id="portal.E026")]


@register(TAG)
def mail_has_a_sender(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Mail servers refuse a sender that is no address, or one of this computer."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    _, at, host = address.rpartition("@")
    if not is_public() or (at and host and host.lower() not in OWN):
        return []
    message = (
        f"PORTAL_EMAIL_FROM gives mail the sender “{settings.DEFAULT_FROM_EMAIL}”, who cannot be answered."
    )
    hint = "Write an address of yours, for example 邻里共治 <portal@portal.example>."
    return [Error(message, hint=hint, id="portal.E025")]


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


@register(TAG)
def texts_really_go(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A phone is the usual way in: codes must reach it, and never a terminal that others read."""
    config, missing = settings.SMS_HTTP, sms_http.missing(settings.SMS_HTTP)
    begun = bool(config["key"] or config["secret"] or any(config["templates"].values()))
    goes_nowhere = is_public() and settings.SMS_BACKEND == "portal.kit.sms.console"
    through_http = settings.SMS_BACKEND == "portal.kit.sms_http.send"
    if goes_nowhere and not begun:
        hint = (
            "Set PORTAL_SMS_URL and what belongs to it (docs/sms.md), PORTAL_SMS_BACKEND to a function of your own, "
            "or to portal.kit.sms.none where nobody signs in by phone."
        )
        return [
            Error("Text messages would go to the terminal instead of people.", hint=hint, id="portal.E010")
        ]
    if missing and (through_http or goes_nowhere):
        message = f"The provider of text messages is not set up completely; missing: {', '.join(missing)}."
        return [Error(message, hint="Set each of them; docs/sms.md says what it is.", id="portal.E011")]
    if through_http and not sms_http.is_safe(config["url"]):
        message = "PORTAL_SMS_URL is no https:// address: codes and numbers would travel unencrypted."
        hint = "Write one that begins with https://; http:// is for a gateway on this computer only."
        return [Error(message, hint=hint, id="portal.E011")]
    return []


@register(TAG)
def texts_use_what_is_set(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """An address of a provider beside a function of ours that asks none."""
    if not settings.SMS_HTTP["url"] or settings.SMS_BACKEND not in NO_PROVIDER:
        return []
    message = f"PORTAL_SMS_URL is set, and PORTAL_SMS_BACKEND={settings.SMS_BACKEND} sends nothing there."
    return [Warning(message, hint="Unset one of the two.", id="portal.W012")]


@register(TAG)
def wechat_is_whole(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Messages of a WeChat account go to a gateway that is set up completely, and not in the open."""
    if settings.WECHAT_BACKEND != "portal.kit.wechat.over_http":
        return []
    if missing := wechat.missing(settings.WECHAT_HTTP):
        message = f"The gateway to WeChat is not set up completely; missing: {', '.join(missing)}."
        return [
            Error(message, hint="Set each of them; docs/notifications.md says what it is.", id="portal.E027")
        ]
    if not sms_http.is_safe(settings.WECHAT_HTTP["url"]):
        message = "PORTAL_WECHAT_URL is no https:// address: messages would travel unencrypted."
        hint = "Write one that begins with https://; http:// is for a gateway on this computer only."
        return [Error(message, hint=hint, id="portal.E027")]
    return []


@register(TAG)
def proxies_are_counted(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The portal speaks no https itself: behind a proxy it does not know of, everybody comes from one address."""
    if not (is_public() and settings.HTTPS) or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    if _unread("PORTAL_PROXIES"):
        return []
    message = (
        "PORTAL_PROXIES is 0, and something in front speaks https: all visitors would count as one, and every page "
        "would lead to itself again and again."
    )
    hint = "Set PORTAL_PROXIES to the number of proxies in front; 1 behind the nginx of deploy/."
    return [Error(message, hint=hint, id="portal.E020")]


@register(TAG)
def texts_have_a_sender(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A wrong name would be noticed with the first code that somebody waits for."""
    try:
        import_string(settings.SMS_BACKEND)
    except ImportError as error:
        hint = "Write the dotted name of a function in a module that is installed, for example portal.kit.sms.console."
        return [Error(f"PORTAL_SMS_BACKEND names nothing: {error}.", hint=hint, id="portal.E021")]
    return []


@register(TAG, deploy=True)
def redis_answers(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Only asked with --deploy; a server starts without Redis, says so, and goes on."""
    absent = reachable.shared_memory()
    return [Error(absent.said, hint=absent.hint, id="portal.E022")] if absent else []


@register(TAG, deploy=True)
def database_answers(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Only asked with --deploy; a server refuses what is wrong, and starts where the database is merely away."""
    absent = reachable.database()
    return [Error(absent.said, hint=absent.hint, id="portal.E023")] if absent else []


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


def _unread(*names: str) -> bool:
    """Whether one of these variables was complained about: what is there instead was not chosen."""
    return any(problem.name in names for problem in settings.ENVIRONMENT_PROBLEMS)


def refuse_unsafe() -> None:
    """Stop a server before it serves; raises ImproperlyConfigured with each reason and what to do.

    What may begin to answer by itself is only logged: after a power cut the portal may be up first.
    """
    errors = [error for error in run_checks(tags=[TAG]) if error.is_serious()]
    if not errors and (absent := reachable.database()):
        errors += _said(absent)
    if not errors and (absent := reachable.shared_memory()):
        _said(absent)
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in errors))


def _said(absent: reachable.Absent) -> list[CheckMessage]:
    if not absent.passes:
        return [Error(absent.said, hint=absent.hint, id="portal.E023")]
    log.warning("%s %s", absent.said, absent.hint)
    return []

"""Text messages: to whom, how often, and through which provider. Nothing else sends any. See docs/sms.md."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from portal.kit import phones
from portal.kit.handover import Away, Later, NotTaken, Refused, Unclear
from portal.kit.limits import DAY, HOUR, MINUTE, Limit, allow, take_back
from portal.kit.trial import is_public

log = logging.getLogger(__name__)


class Template(StrEnum):
    """What is said. Carriers in China take templates only, each approved once, with parameters in it."""

    CODE = "code"
    ACCOUNT_EXISTS = "account_exists"
    UNKNOWN_ACCOUNT = "unknown_account"
    NEWS = "news"


@dataclass(frozen=True)
class Message:
    """One message: as a template with its parameters, and in words for providers that take any text.

    `key` is the same where a message is handed over once more because nobody knows whether it was taken.
    """

    template: Template
    text: str
    params: dict[str, str] = field(default_factory=dict)
    key: str = ""

    def __repr__(self) -> str:
        """Without what it says, which may be a code: a message may end up in a log."""
        return f"<Message {self.template}>"


class Backend(Protocol):
    """What `settings.SMS_BACKEND` names: a callable that hands one message to a provider.

    It is called once for a code. It raises Away where the provider takes nothing, Unclear where the message may have
    been taken, anything else where the provider refuses it (portal.kit.handover).
    """

    def __call__(self, number: str, message: Message) -> None: ...


class Held(Later):
    """A limit of ours stands against it."""


class CeilingReached(Away):
    """The day's ceiling of the whole portal stands against all."""


def console(number: str, message: Message) -> None:
    """For trying things out: the message appears in the terminal, never in a log; only on this computer."""
    if is_public():
        raise Away("no provider of text messages is set up")
    sys.stderr.write(f"SMS to {phones.masked(number)}: {message.text}\n")
    sys.stderr.flush()


def none(number: str, message: Message) -> None:
    """For a portal that sends no text messages at all."""
    raise Refused("this portal sends no text messages")


def send(number: str, message: Message, *, address: str, news: bool = False) -> bool:
    """Send one message; False when a limit stands against it or the provider failed. Never tries twice."""
    try:
        hand_over(number, message, address=address, news=news)
    except NotTaken:
        return False
    return True


def hand_over(number: str, message: Message, *, address: str, news: bool = False) -> None:
    """Send one message; raises Held or CeilingReached for our limits, Away, Unclear or Refused for the provider.

    Limits: one a minute and five a day for a number, twenty an hour for the address that asks, and the
    day's ceiling of the whole portal, which is also what it may cost. What is told of oneself (`news`) is counted
    apart for a number, so that it holds back no code for signing in, and not at all while it does not go out.
    """
    counted: list[tuple[str, str]] = []
    try:
        _count(number, address, news, counted)
        _give(number, message)
    except (Held, Away):
        for action, who in counted if news else ():
            take_back(action, who)
        raise


def _give(number: str, message: Message) -> None:
    """What a provider says is logged without the traceback of its adapter, which may hold the message."""
    answer = _asked(number, message)
    if answer is not None:
        log.error("the provider did not take an SMS to %s: %s", phones.masked(number), answer)
        raise answer


def _asked(number: str, message: Message) -> NotTaken | None:
    try:
        cast(Backend, import_string(settings.SMS_BACKEND))(number, message)
    except Exception as error:  # noqa: BLE001 - an adapter of others raises what it likes
        return _meaning(error)
    return None


def _meaning(error: Exception) -> NotTaken:
    match error:
        case NotTaken():
            return error
        case TimeoutError():
            return Unclear("no answer in time")
        case ConnectionError() | ImportError():
            return Away(f"{type(error).__name__}: {error}")
    return Refused(f"{type(error).__name__}: {error}")


def _count(number: str, address: str, news: bool, counted: list[tuple[str, str]]) -> None:
    who = f"news:{number}" if news else number
    checks = (
        ("sms-address", address, Limit(settings.SMS_PER_ADDRESS_AND_HOUR, HOUR)),
        ("sms-number", who, Limit(1, MINUTE)),
        ("sms-number-day", who, Limit(settings.SMS_PER_NUMBER_AND_DAY, DAY)),
        ("sms-all", "all", Limit(settings.SMS_PER_DAY, DAY)),
    )
    for action, whose, limit in checks:
        counted.append((action, whose))
        if not allow(action, whose, limit):
            log.warning("SMS limit %s reached", action)
            raise (CeilingReached if action == "sms-all" else Held)(f"limit {action} reached")

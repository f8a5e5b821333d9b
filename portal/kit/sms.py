"""Text messages: to whom, how often, and through which provider. Nothing else sends any."""

from __future__ import annotations

import logging
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from portal.kit import phones
from portal.kit.limits import DAY, HOUR, MINUTE, Limit, allow

log = logging.getLogger(__name__)


class Backend(Protocol):
    """What `settings.SMS_BACKEND` names: a callable that hands one message to a provider.

    It raises any exception when the provider refuses; it is called once, never again for the same message.
    """

    def __call__(self, number: str, text: str) -> None: ...


def console(number: str, text: str) -> None:
    """For trying things out: the message appears in the log, for whoever runs the portal."""
    log.warning("SMS to %s: %s", phones.masked(number), text)


def send(number: str, text: str, *, address: str, news: bool = False) -> bool:
    """Send one message; False when a limit stands against it or the provider failed. Never tries twice.

    What is told of oneself (`news`) is counted apart for a number, so that it holds back no code for signing in.

    Limits: one a minute and five a day for a number, twenty an hour for the address that asks, and the
    day's ceiling of the whole portal, which is also what it may cost.
    """
    if not _within_limits(number, address, news=news):
        return False
    backend = cast(Backend, import_string(settings.SMS_BACKEND))
    try:
        backend(number, text)
    except Exception:
        log.exception("the provider did not take an SMS to %s", phones.masked(number))
        return False
    return True


def _within_limits(number: str, address: str, *, news: bool) -> bool:
    counted = f"news:{number}" if news else number
    checks = (
        ("sms-address", address, Limit(settings.SMS_PER_ADDRESS_AND_HOUR, HOUR)),
        ("sms-number", counted, Limit(1, MINUTE)),
        ("sms-number-day", counted, Limit(settings.SMS_PER_NUMBER_AND_DAY, DAY)),
        ("sms-all", "all", Limit(settings.SMS_PER_DAY, DAY)),
    )
    for action, who, limit in checks:
        if not allow(action, who, limit):
            log.warning("SMS limit %s reached", action)
            return False
    return True

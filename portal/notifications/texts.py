"""News that does not wait, as text messages: to a number on file, through an outbox as mail goes.

The limits of portal.kit.sms hold: what they refuse waits, and so does everything while the provider takes nothing or
the day's ceiling is reached; none of it costs a try.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import translation

from portal.community.models import Area
from portal.kit import clock, phones, sms
from portal.kit.handover import Away, NotTaken, Unclear
from portal.kit.periodic import in_time
from portal.kit.sms import Message, Template
from portal.notifications import handing
from portal.notifications.kinds import body_of, title_of
from portal.notifications.models import FORGOTTEN_AFTER, Ceiling, Text

log = logging.getLogger(__name__)
LONGEST_ROUND = 200


def text(
    kind: str, number: str, *, neighbourhood: Area, occasion: str, params: dict[str, Any], language: str = ""
) -> bool:
    """Let a text message wait for a mobile number, once per (number, kind, occasion). Returns whether it is one."""
    number = phones.mobile(number)
    if not number:
        return False
    values = {"neighbourhood": neighbourhood, "params": params, "language": language}
    Text.objects.get_or_create(number=number, kind=kind, occasion=occasion, defaults=values)
    return True


def send_due() -> int:
    """Send what is due until the time is up or the provider takes nothing; returns how many went out."""
    Text.objects.filter(created_at__lte=clock.now() - FORGOTTEN_AFTER).delete()
    waiting = Text.objects.to_send().order_by("send_after").values_list("pk", flat=True)[:LONGEST_ROUND]
    sent = 0
    try:
        for pk in in_time(list(waiting)):
            sent += _send(pk)
    except sms.CeilingReached:
        note_ceiling()
    except (Away, Unclear) as reason:
        log.warning("the provider of text messages takes nothing (%s); the rest waits", reason)
    return sent


def note_ceiling() -> None:
    """A text was held back because the day's ceiling is reached: said once a day, counted each time."""
    day, new = Ceiling.objects.get_or_create(day=clock.today())
    Ceiling.objects.filter(pk=day.pk).update(held=F("held") + 1)
    if new:
        log.error(
            "the day's ceiling of %d text messages is reached: nobody gets a code by text until tomorrow, unless "
            "PORTAL_SMS_PER_DAY is raised",
            settings.SMS_PER_DAY,
        )


def message(row: Text) -> Message:
    """What is said, in its reader's language."""
    with translation.override(row.language or settings.LANGUAGE_CODE):
        title, body = title_of(row.kind, row.params), body_of(row.kind, row.params)
    said = f"{title} {body}".strip()
    params = {"place": row.neighbourhood.name, "news": said}
    return Message(Template.NEWS, f"【{row.neighbourhood.name}】{said}", params, key=f"text-{row.pk}")


def _send(pk: int) -> bool:
    """Whether one was taken; raises Away or Unclear where the rest has to wait."""
    row = handing.claim(Text.objects.to_send().select_related("neighbourhood"), pk)
    if row is None:
        return False
    try:
        sms.hand_over(row.number, message(row), address=f"news:{row.number}", news=True)
    except NotTaken as answer:
        handing.settle(row, answer)
        if isinstance(answer, Away | Unclear):
            raise
        return False
    return handing.settle(row, None)

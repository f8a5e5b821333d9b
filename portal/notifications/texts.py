"""News that does not wait, as text messages: to a number on file, through an outbox as mail goes.

A row is claimed for some time, sent outside any transaction, and marked. The limits of portal.kit.sms hold: what they
refuse waits for the next round.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from portal.community.models import Area
from portal.kit import clock, phones, sms
from portal.kit.periodic import in_time
from portal.notifications.kinds import body_of, title_of
from portal.notifications.models import NEWS, Text

# Until the next try after the first, second … one.
PAUSES = [timedelta(minutes=minutes) for minutes in (2, 10, 60, 240, 1440)]
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
    """Send what is due until the time is up; returns how many went out. What is no news any more is cleared away."""
    Text.objects.filter(created_at__lte=clock.now() - NEWS).delete()
    waiting = Text.objects.to_send().order_by("send_after").values_list("pk", flat=True)[:LONGEST_ROUND]
    return sum(_send(pk) for pk in in_time(list(waiting)))


def words(message: Text) -> str:
    """What the message says, in its reader's language."""
    with translation.override(message.language or settings.LANGUAGE_CODE):
        title, body = title_of(message.kind, message.params), body_of(message.kind, message.params)
        return f"【{message.neighbourhood.name}】{title} {body}".strip()


def _send(pk: int) -> bool:
    message = _claim(pk)
    if message is None:
        return False
    if not sms.send(message.number, words(message), address=f"news:{message.number}", news=True):
        return False
    Text.objects.filter(pk=pk).update(sent_at=clock.now())
    return True


@transaction.atomic
def _claim(pk: int) -> Text | None:
    waiting = Text.objects.to_send().select_for_update(of=("self",), skip_locked=True)
    message = waiting.select_related("neighbourhood").filter(pk=pk).first()
    if message is None:
        return None
    message.send_after = clock.now() + PAUSES[message.tries]
    message.tries += 1
    message.save(update_fields=["send_after", "tries"])
    return message

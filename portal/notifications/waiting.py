"""Since when something waits to be sent though it is due: what health asks of every queue.

Another queue is one more row of `QUEUES`, and one more of what `put_right` looks through.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from portal.kit import clock
from portal.notifications.models import Delivery, Notice, Text

# No try is put off for longer.
LONGEST_WAIT = timedelta(days=2)
Oldest = Callable[[], "datetime | None"]
# By what waits in them: the moment from which the oldest row was due. One query each.
QUEUES: dict[str, Oldest] = {
    "mail": lambda: _first(
        Notice.objects.to_mail().order_by("mail_after").values_list("mail_after", flat=True)
    ),
    "texts": lambda: _first(
        Text.objects.to_send().order_by("send_after").values_list("send_after", flat=True)
    ),
    "news": lambda: _first(Delivery.objects.order_by("created_at").values_list("created_at", flat=True)),
}


def waiting_since() -> dict[str, datetime]:
    """Of every queue that holds something due, since when its oldest row waits."""
    oldest = {name: since() for name, since in QUEUES.items()}
    return {name: since for name, since in oldest.items() if since is not None}


def put_right() -> int:
    """After a clock that ran ahead was put right: what it put off to a day no try waits for, is due now.

    Returns how many rows.
    """
    now = clock.now()
    far = now + LONGEST_WAIT
    mails = Notice.objects.filter(by_mail=True, mailed_at=None, mail_after__gt=far)
    texts = Text.objects.filter(sent_at=None, send_after__gt=far)
    return mails.update(mail_after=now) + texts.update(send_after=now)


def _first(moments: QuerySet[Any, datetime]) -> datetime | None:
    return moments.first()

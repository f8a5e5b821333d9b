"""Since when something waits to be sent though it is due: what health asks of every queue.

Another queue is one more row of `QUEUES`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.notifications.models import Delivery, Notice, Text

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


def _first(moments: QuerySet[Any, datetime]) -> datetime | None:
    return moments.first()

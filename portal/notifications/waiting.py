"""Since when something waits to be sent though it is due: what health asks of every queue.

Another queue of what is handed to a server is one more row of `QUEUES`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from portal.kit import clock
from portal.notifications.models import Delivery, Mail, Notice, Outgoing, Parcel, Text

# No try is put off for longer.
LONGEST_WAIT = timedelta(days=2)
Due = Callable[[], QuerySet[Any]]
# By what waits in them, as `manage.py outbox` names it: the rows that are due and in nobody's hands. One query each.
QUEUES: dict[str, Due] = {
    "notice": Notice.objects.to_mail,
    "mail": Mail.objects.to_send,
    "text": Text.objects.to_send,
    "parcel": Parcel.objects.to_send,
}


def waiting_since() -> dict[str, datetime]:
    """Of every queue that holds something due, since when its oldest row waits."""
    oldest = {name: _first(rows := due(), rows.model.WAITS_UNTIL) for name, due in QUEUES.items()}
    oldest["news"] = _first(Delivery.objects.all(), "created_at")
    return {name: since for name, since in oldest.items() if since is not None}


def put_right() -> int:
    """After a clock that ran ahead was put right: what it put off to a day no try waits for, is due now.

    Returns how many rows.
    """
    now = clock.now()
    return sum(_due_now(model, now) for model in (Notice, Mail, Text, Parcel))


def _due_now(model: type[Outgoing], now: datetime) -> int:
    put_off = {model.DONE: None, f"{model.WAITS_UNTIL}__gt": now + LONGEST_WAIT}
    return model._default_manager.filter(**put_off).update(**{model.WAITS_UNTIL: now})


def _first(rows: QuerySet[Any], name: str) -> datetime | None:
    first: datetime | None = rows.order_by(name).values_list(name, flat=True).first()
    return first

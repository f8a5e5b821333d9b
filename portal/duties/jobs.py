"""The periodic work on promises; and the record's newest hashes, noted where no database reaches."""

from __future__ import annotations

import logging

from portal.duties import services
from portal.duties.models import Heartbeat
from portal.duties.tick import beat, job
from portal.kit import clock
from portal.record.days import ready_days
from portal.record.models import Chain

log = logging.getLogger(__name__)
HEADS, DAYS = "record.heads", "record.days"


@job
def raise_levels() -> None:
    """Levels of what is overdue, with a notice each."""
    services.raise_levels()


@job
def remind() -> None:
    """A reminder before something is due."""
    services.remind()


@job
def note_heads() -> None:
    """Write each record's newest hash to the log, once a day: an old log proves a tampered record."""
    if _done_today(HEADS):
        return
    for chain in Chain.objects.order_by("pk").iterator():
        log.info("record %s: %s entries, newest hash %s", chain.pk, chain.sequence, chain.hash)
    beat(HEADS)


@job
def write_days() -> None:
    """The days of each record that are over become ready files, once a day; a download makes what is missing."""
    if _done_today(DAYS):
        return
    for chain in Chain.objects.order_by("pk").iterator():
        ready_days(chain.pk)
    beat(DAYS)


def _done_today(name: str) -> bool:
    last = Heartbeat.objects.filter(name=name).first()
    return last is not None and clock.day_of(last.ran_at) == clock.today()

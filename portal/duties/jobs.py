"""The periodic work on promises; and the record's newest hashes, noted where no database reaches."""

from __future__ import annotations

import logging

from portal.duties import services
from portal.duties.models import Heartbeat
from portal.duties.tick import beat, job
from portal.kit import clock
from portal.record.models import Chain

log = logging.getLogger(__name__)
HEADS = "record.heads"


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
    last = Heartbeat.objects.filter(name=HEADS).first()
    if last is not None and clock.day_of(last.ran_at) == clock.today():
        return
    for chain in Chain.objects.order_by("pk").iterator():
        log.info("record %s: %s entries, newest hash %s", chain.pk, chain.sequence, chain.hash)
    beat(HEADS)

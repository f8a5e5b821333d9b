"""Opened envelopes have to leave the journal of the database, too.

SQLite keeps what was overwritten in its write-ahead log until that is used again. Emptying it fails while somebody
still reads an older state; then the periodic work tries again, until it was done. On PostgreSQL old row versions are
the operator's to remove (docs/secret-ballots.md).
"""

from __future__ import annotations

import logging

from django.db import connections, router
from django.db.models import Exists, OuterRef

from portal.kit import clock
from portal.voting.models import OpenedBallot, Vote

log = logging.getLogger(__name__)
# While it waits for readers nobody else can write.
PATIENCE_MS = 300


def empty(vote_pk: int) -> bool:
    """Empty the journal after the opening of a vote's box. Returns whether it was; else it is tried again."""
    if not _emptied():
        log.warning("vote %d: somebody still reads; the journal is emptied in the next round", vote_pk)
        return False
    Vote.objects.filter(pk=vote_pk).update(emptied_at=clock.now())
    return True


def empty_due() -> int:
    """Try again for every vote whose opened envelopes may still be in the journal. Returns how many are done."""
    opened = OpenedBallot.objects.filter(vote=OuterRef("pk"))
    waiting = Vote.objects.filter(Exists(opened), secret=True, emptied_at=None)
    return sum(empty(pk) for pk in list(waiting.values_list("pk", flat=True)))


def _emptied() -> bool:
    connection = connections[router.db_for_write(Vote)]
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False  # what this transaction wrote is not in the database yet
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_frames = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
    return not busy

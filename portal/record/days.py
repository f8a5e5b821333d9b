"""The days of a record that are over, as ready files: a download costs the portal hardly more than sending bytes.

A file holds a run of entries, by their numbers and not by their times: an entry that a clock set back put after
midnight's is part of what comes after, and nothing can be missed. Its name holds the hash of its last entry, which
stands for all entries before it; a file of another history (a database that was put back) is not taken. Any file
may be deleted: it is written anew when somebody downloads the record.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.kit import clock, ready
from portal.kit.ready import Piece
from portal.record import services
from portal.record.models import Chain, Entry

log = logging.getLogger(__name__)
# So many entries in one file, so that the first time does not take all memory or leave nothing when it is cut off.
MOST = 50_000


@dataclass(frozen=True)
class Days:
    """Entries from `first` to `last` in a file; `hash` begins the last one's."""

    first: int
    last: int
    hash: str
    piece: Piece


def ready_days(chain: str) -> list[Days]:
    """The files of a record from its first entry on, without a gap; writes those of the days that are over.

    Where no file can be written, what is there: the rest then comes from the database.
    """
    laid = {days.first: days for days in sorted(_sound(chain), key=lambda days: days.last)}
    found = list(_following(laid, 0))
    after = found[-1].last if found else 0
    over = _over(chain, after)
    try:
        while after < over:
            found += [_write(chain, found, _until(laid, after, over))]
            found += _following(laid, found[-1].last)
            after = found[-1].last
    except OSError:
        log.exception("the days of record %s could not be written", chain)
    return found


def folder(chain: str) -> Path:
    """Where the files of a record lie."""
    return Path(settings.DATA_DIR) / "record" / chain


def _following(laid: dict[int, Days], after: int) -> Iterator[Days]:
    while (days := laid.get(after + 1)) is not None:
        yield days
        after = days.last


def _until(laid: dict[int, Days], after: int, over: int) -> int:
    return min([over, after + MOST, *(first - 1 for first in laid if first > after)])


def _write(chain: str, before: list[Days], until: int) -> Days:
    last = before[-1] if before else None
    first = last.last + 1 if last else 1
    text = (lines.encode() for lines in services.export(chain, first - 1, until))
    hash_ = Entry.objects.export(chain).values_list("hash", flat=True).get(sequence=until)[:32]
    stem = f"{first:09}-{until:09}-{hash_}"
    return Days(first, until, hash_, ready.write(folder(chain), stem, text, last.piece if last else None))


def _over(chain: str, after: int) -> int:
    """The number of the last entry before the first one of today."""
    later = Entry.objects.export(chain).filter(sequence__gt=after)
    begun = later.filter(at__gte=clock.at_time(clock.today(), 0)).values_list("sequence", flat=True).first()
    if begun is not None:
        return begun - 1
    return Chain.objects.values_list("sequence", flat=True).get(pk=chain)


def _sound(chain: str) -> list[Days]:
    """What lies there and is of this very record: the database has the same entry at the end of it."""
    laid = [_known(piece) for piece in ready.pieces(folder(chain))]
    ends = Entry.objects.filter(chain=chain, sequence__in=[days.last for days in laid])
    hashes = dict(ends.values_list("sequence", "hash"))
    return [days for days in laid if hashes.get(days.last, "").startswith(days.hash)]


def _known(piece: Piece) -> Days:
    first, last, hash_ = piece.stem.split("-")
    return Days(int(first), int(last), hash_, piece)

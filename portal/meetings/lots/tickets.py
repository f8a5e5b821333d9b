"""A thousand numbered tickets, each a composition of the panel: what is published before the seed is known.

Solvers may answer differently on another machine or in another version. So the tickets are published, not computed
again: whoever repeats the draw needs the file, the seed and `redraw`.
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.meetings.lots.kinds import Field, field_of
from portal.meetings.lots.leximin import leximin
from portal.meetings.lots.pools import Pool, Quota
from portal.meetings.lots.redraw import TICKETS
from portal.meetings.lots.space import Change, Impossible, Space

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FORMAT = "portal-lots/1"
METHOD = "leximin over kinds of people, 1000 tickets by largest remainder, SHA-256 of the seed"
Seats = tuple[tuple[int, int], ...]
Tickets = dict[str, Any]


def tickets_of(pool: Pool, quotas: Sequence[Quota], size: int) -> Tickets:
    """The tickets of a draw of `size` from a pool. Raises Impossible where no panel meets the quotas."""
    field = field_of(pool, quotas, size)
    panels = _counted(Space(field))
    return {
        "format": FORMAT,
        "method": METHOD,
        "size": size,
        "pool_sha256": pool.sha256,
        "quotas": [
            {"feature": one.feature, "value": one.value, "min": one.least, "max": one.most}
            for one in field.quotas
        ],
        "kinds": _kinds(field, panels),
        "together": [list(home) for home in field.together],
        "tickets": _numbered(panels),
    }


def content_of(tickets: Tickets) -> bytes:
    """The one text of the tickets, UTF-8: what is published and hashed."""
    return json.dumps(tickets, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(tickets: Tickets) -> str:
    """The hash of that text."""
    return hashlib.sha256(content_of(tickets)).hexdigest()


def dry_run(pool: Pool, quotas: Sequence[Quota], size: int) -> list[Change]:
    """The smallest change of the quotas with which a panel can be drawn; empty where it can be as it is.

    Raises Impossible where even without quotas there are too few people.
    """
    space = Space(field_of(pool, quotas, size))
    try:
        space.best(np.zeros(len(space.people)))
    except Impossible as impossible:
        if not impossible.changes:
            raise
        return impossible.changes
    return []


def _counted(space: Space) -> dict[Seats, int]:
    """Each panel with its number of tickets, by largest remainder; in the order of their seats."""
    panels, shares = leximin(space)
    counts = _rounded(shares * (TICKETS / shares.sum()))
    seats = [_seats(panel) for panel in panels]
    return {one: int(count) for one, count in sorted(zip(seats, counts, strict=True)) if count}


def _rounded(wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers with the same sum: the largest remainders are rounded up."""
    # What differs by less than a solver's error is equal: then the earlier panel goes first.
    wanted = np.round(wanted, 6)
    counts = np.floor(wanted).astype(np.int64)
    order = np.argsort(counts - wanted, kind="stable")
    counts[order[: TICKETS - int(counts.sum())]] += 1
    return counts


def _seats(panel: NDArray[np.float64]) -> Seats:
    return tuple((int(kind), int(panel[kind])) for kind in np.flatnonzero(panel))


def _kinds(field: Field, panels: dict[Seats, int]) -> list[dict[str, Any]]:
    """The kinds with their people, and the chance of each of these, exactly that of the tickets."""
    seats = [0] * len(field.kinds)
    for panel, count in panels.items():
        for kind, held in panel:
            seats[kind] += held * count
    return [
        {
            "features": kind.features,
            "people": list(kind.people),
            "chance": str(Fraction(held, TICKETS * len(kind.people))),
        }
        for kind, held in zip(field.kinds, seats, strict=True)
    ]


def _numbered(panels: dict[Seats, int]) -> list[dict[str, Any]]:
    """The panels with the numbers of their tickets, from 0 to 999."""
    numbered, first = [], 0
    for seats, count in panels.items():
        numbered.append({"from": first, "to": first + count - 1, "seats": [list(pair) for pair in seats]})
        first += count
    return numbered

"""What is kept of a reckoned map: plain JSON, without anybody's name, and nothing that fewer than five people said.

Keys are those of statements. `plane` is there where groups are: by it a reader is placed on the own screen, from the
own reactions alone (opinions.standing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from portal.kit.charts import share
from portal.meetings.opinions import numbers, votes
from portal.meetings.opinions.mapping import Group, Map, Stand, Tally, mapped
from portal.meetings.opinions.numbers import Numbers
from portal.meetings.opinions.rules import EDGE, LEAST_TOLD

# How many per cent wide and high a cell of the picture is, whose people stand nearly alike.
CELL = (7, 9)
# What stands further out than this share of people is drawn at the edge.
OUTERMOST = 1
DIGITS = 5


def snapshot(
    statements: Sequence[int], reactions: Iterable[tuple[int, int, int]], *, removed: int
) -> dict[str, Any]:
    """The map of reactions (person, statement, value), as it is kept. `removed`: how many statements went."""
    table = votes.gathered(
        ((str(person), str(statement), value) for person, statement, value in reactions),
        [str(key) for key in statements],
        removed,
    )
    found, keys = mapped(table), [int(name) for name in table.statements]
    return {
        "people": found.participants,
        "included": len(found.included),
        "silhouette": None if found.silhouette is None else round(found.silhouette, DIGITS),
        "statements": [_told(key, tally) for key, tally in zip(keys, found.tallies, strict=True)],
        "consensus": [keys[place] for place in found.consensus],
        "shared": _stands(found.shared, keys),
        **(_grouped(found, keys, removed) if found.groups else {"groups": [], "plane": None}),
    }


def _told(key: int, tally: Tally) -> dict[str, Any]:
    if tally.seen < LEAST_TOLD:
        return {"key": key, "seen": tally.seen, "shares": None}
    return {"key": key, "seen": tally.seen, "shares": _shares(tally)}


def _shares(tally: Tally) -> list[int] | None:
    """Whole per cents of those who reacted: agree, disagree, not sure."""
    if tally.seen < LEAST_TOLD:
        return None
    return [share(part, tally.seen) for part in (tally.agree, tally.disagree, tally.passed)]


def _stands(stands: Iterable[Stand], keys: Sequence[int]) -> list[list[Any]]:
    return [[keys[stand.statement], stand.agrees] for stand in stands]


def _grouped(found: Map, keys: Sequence[int], removed: int) -> dict[str, Any]:
    low, high = np.percentile(found.points, [OUTERMOST, 100 - OUTERMOST], axis=0)
    drawn = _drawn(found.points, low, high)
    groups = [
        _group(group, keys, drawn[found.of == number]) | {"middle": _rounded(found.middles[number])}
        for number, group in enumerate(found.groups)
    ]
    plane = {
        "means": _rounded(found.plane.means),
        "directions": [_rounded(direction) for direction in found.plane.directions],
        "removed": removed,
        "low": _rounded(low),
        "high": _rounded(high),
    }
    return {"groups": groups, "plane": plane}


def _group(group: Group, keys: Sequence[int], drawn: Numbers) -> dict[str, Any]:
    """`stands`: shares by statement, in the order of the statements; null where fewer than five of it reacted."""
    return {
        "size": group.size,
        "typical": _stands((stand for stand in group.typical if _enough(group, stand)), keys),
        "stands": [_shares(tally) for tally in group.tallies],
        "marks": _marks(drawn),
    }


def _enough(group: Group, stand: Stand) -> bool:
    return group.tallies[stand.statement].seen >= LEAST_TOLD


def _drawn(points: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """Places in the picture, in per cent of its width and height."""
    edge = np.array(EDGE)
    spread = np.where(high > low, high - low, 1)
    drawn: Numbers = edge + (np.clip(points, low, high) - low) / spread * (100 - 2 * edge)
    return drawn


def _marks(drawn: Numbers) -> list[list[int]]:
    """One mark for people who stand nearly alike: where they stand on average, and how many they are."""
    cells, of = np.unique((drawn // CELL).astype(int), axis=0, return_inverse=True)
    of = of.reshape(-1)
    counts = np.bincount(of, minlength=len(cells))
    across, up = (np.bincount(of, drawn[:, axis], len(cells)) / counts for axis in range(numbers.DIRECTIONS))
    return [[round(x), round(y), int(n)] for x, y, n in zip(across, up, counts, strict=True)]


def _rounded(values: Numbers) -> list[float]:
    return [round(float(value), DIGITS) for value in values]

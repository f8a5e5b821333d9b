"""What may be published of counts without telling of few people: pure functions, no database.

Every published number follows from cells that hold at least `least` answers. Options are merged once for a question,
bands once for a background and all questions; so no published table is finer than another in a way that would give a
small cell by subtraction. Why that is enough stands in docs/surveys.md, and tests/surveys/test_attack.py plays
the attacker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

# Which original cells a published one holds, by their places in order.
Groups = tuple[tuple[int, ...], ...]
MOST_BANDS = 8


def neighbours(counts: Sequence[int], least: int) -> Groups | None:
    """Merge the smallest cell with its smaller neighbour until each holds `least`. None: fewer than two are left.

    One cell alone would say that all of a group answered the same.
    """
    return of_table([counts], least)


def of_table(table: Sequence[Sequence[int]], least: int, *, alone: bool = False) -> Groups | None:
    """The same for the columns of a table, of which the smallest cell counts. `alone`: the first is never merged."""
    size = len(table[0])
    groups: list[tuple[int, ...]] = [(place,) for place in range(size)]
    while len(groups) > 1:
        cells = [
            (min(sum(row[at] for at in group) for row in table), place) for place, group in enumerate(groups)
        ]
        smallest, small = min(cells)
        if smallest >= least:
            return tuple(groups)
        beside = [at for at in (small - 1, small + 1) if int(alone) <= at < len(groups)]
        if not beside or (alone and small == 0):
            return None
        first, second = sorted((small, min(beside, key=lambda at: cells[at])))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return None


def bands_of(counts: Sequence[int], least: int) -> Groups | None:
    """Cut numbers in order into at most `MOST_BANDS` bands of at least `least`. None: fewer than two."""
    enough = max(least, -(-sum(counts) // MOST_BANDS))
    groups: list[tuple[int, ...]] = [()]
    for place in range(len(counts)):
        if sum(counts[at] for at in groups[-1]) >= enough:
            groups.append(())
        groups[-1] += (place,)
    if len(groups) > 1 and sum(counts[at] for at in groups[-1]) < least:
        last = groups.pop()
        groups[-1] += last
    return tuple(groups) if len(groups) > 1 else None


def added(counts: Sequence[int], groups: Groups) -> list[int]:
    """The counts of merged cells."""
    return [sum(counts[place] for place in group) for group in groups]


@dataclass(frozen=True)
class Table:
    """A row of counts for each band. `pair`: ticked and not ticked, never merged; `alone` as in `of_table`."""

    rows: Sequence[Sequence[int]]
    pair: bool = False
    alone: bool = False

    def banded(self, bands: Groups) -> list[list[int]]:
        """With neighbouring bands merged."""
        return [[sum(self.rows[at][to] for at in band) for to in range(len(self.rows[0]))] for band in bands]

    def groups(self, bands: Groups, least: int) -> Groups | None:
        """How its columns are merged once bands are, so that each cell holds `least`. None: it cannot be shown."""
        rows = self.banded(bands)
        if self.pair:
            return ((0,), (1,)) if min(min(row) for row in rows) >= least else None
        return of_table(rows, least, alone=self.alone)


def choose_bands(tables: Sequence[Table], size: int, least: int) -> Groups | None:
    """The one way to merge `size` neighbouring bands for all tables: that which shows most. None: no table holds.

    A table that does not hold with it is not published. Counted are the cells beyond the first row and column.
    """
    best, most = None, 0
    for bands in partitions(size):
        held = [groups for table in tables if (groups := table.groups(bands, least))]
        shown = sum((len(bands) - 1) * (len(groups) - 1) for groups in held)
        if shown > most:
            best, most = bands, shown
    return best


def partitions(size: int) -> Iterator[Groups]:
    """All ways to merge neighbours of at most 8 cells, from the finest to two groups."""
    if size > 10:
        raise ValueError(f"{size} bands")
    ways = (
        tuple(at for at in range(1, size) if mask >> (at - 1) & 1) for mask in range(1, 1 << max(size - 1, 0))
    )
    for cuts in sorted(ways, key=lambda cuts: (-len(cuts), cuts)):
        yield tuple(tuple(range(start, end)) for start, end in pairwise((0, *cuts, size)))


def pairs(counts: Sequence[int], base: int, least: int) -> list[int]:
    """Of several choices, the options of which at least `least` people ticked them and `least` did not."""
    return [place for place, count in enumerate(counts) if least <= count <= base - least]


def whole_percents(parts: Sequence[int], whole: int = 100) -> list[int]:
    """Whole percents (or other shares of `whole`) that add up to 100, by largest remainder; nought of nothing."""
    total = sum(parts)
    if not total:
        return [0] * len(parts)
    exact = [Fraction(whole * part, total) for part in parts]
    floors = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda at: (floors[at] - exact[at], at))
    for at in order[: whole - sum(floors)]:
        floors[at] += 1
    return floors


def told_by_area(
    whole: Sequence[int], places: Sequence[Groups | None], counts: Sequence[Sequence[int]], least: int
) -> Groups | None:
    """How the cells of several places together are merged, so that taking away what each shows tells of no place.

    `places`: how each merges (None: it shows nothing). What is left after the places that show a cell has to be
    nobody's, or of two places at least, with `least` on both sides. None: it cannot be shown.
    """
    groups: list[tuple[int, ...]] = [(place,) for place in range(len(whole))]
    while len(groups) > 1:
        wrong = [at for at, group in enumerate(groups) if not _safe(group, places, counts, least)]
        if not wrong:
            return tuple(groups)
        at = wrong[0]
        other = at - 1 if at == len(groups) - 1 else at + 1
        first, second = sorted((at, other))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return None


def _safe(
    group: tuple[int, ...], places: Sequence[Groups | None], counts: Sequence[Sequence[int]], least: int
) -> bool:
    total = sum(own[place] for own in counts for place in group)
    hidden = [own for own, merged in zip(counts, places, strict=True) if not _shows(merged, group)]
    left = sum(own[place] for own in hidden for place in group)
    rest = sum(sum(own) for own in hidden) - left
    return total >= least and (not hidden or (len(hidden) > 1 and min(left, rest) >= least))


def _shows(merged: Groups | None, group: tuple[int, ...]) -> bool:
    """Whether a cell is made of whole cells that a place shows."""
    return merged is not None and all(set(one) <= set(group) or not set(one) & set(group) for one in merged)

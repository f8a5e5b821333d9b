"""The opinion map of a set of reactions: groups, what is typical of each, what all share. Pure, and the same each time.

After Polis, checked against its answers (docs/opinion-map.md). Nothing here knows a name: people are places in arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from portal.meetings.opinions import numbers
from portal.meetings.opinions.numbers import Numbers, Places, Plane
from portal.meetings.opinions.rules import (
    LEAST_GROUP,
    LEAST_PEOPLE,
    LEAST_SILHOUETTE,
    LEAST_STATEMENTS,
    MOST_GROUPS,
    PEOPLE_A_GROUP,
    least_reactions,
)
from portal.meetings.opinions.votes import AGREE, DISAGREE, PASS, Votes

# One-sided 90 %: as Polis takes it for what is typical, and what is shared.
SURE = 1.28
MOST_TYPICAL = 5


@dataclass(frozen=True)
class Stand:
    """A statement on which a group, or all, stand together: its place, and whether they agree with it."""

    statement: int
    agrees: bool


@dataclass(frozen=True)
class Tally:
    """How many people agree, pass and disagree with a statement."""

    agree: int
    passed: int
    disagree: int

    @property
    def seen(self) -> int:
        """How many reacted."""
        return self.agree + self.passed + self.disagree


@dataclass(frozen=True)
class Group:
    """People who stand close: how many, what is typical (clearest first), what they said of each statement."""

    size: int
    typical: tuple[Stand, ...]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True)
class Map:
    """What a set of reactions shows. `included`: places of the people on the map.

    `silhouette`: how well the best groups stand apart; None: not reckoned, for there are too few people or statements.
    `groups`: empty where they would mislead. `consensus`: all statements by group-informed consensus, highest first;
    `shared`: those on which most of every group stand together. `points`, `of`, `plane`, `middles`: where each of the
    included stands and in which group, for the picture.
    """

    participants: int
    included: tuple[int, ...]
    silhouette: float | None
    groups: tuple[Group, ...]
    consensus: tuple[int, ...]
    shared: tuple[Stand, ...]
    tallies: tuple[Tally, ...]
    points: Numbers
    of: Places
    plane: Plane
    middles: Numbers


def mapped(votes: Votes) -> Map:
    """The map of these votes."""
    table = _table(votes)
    included = np.flatnonzero((~np.isnan(table)).sum(axis=1) >= least_reactions(len(votes.statements)))
    plane = numbers.plane(table)
    mine = table[included]
    points = numbers.placed(mine, plane, votes.removed)
    found = _found(points, len(votes.statements))
    shown = found is not None and _tells(found)
    of = found.of if found is not None and shown else np.zeros(len(mine), dtype=np.int64)
    parts = [mine[of == number] for number in range(int(of.max()) + 1)] if len(mine) else [mine]
    return Map(
        len(table),
        tuple(included.tolist()),
        found.silhouette if found else None,
        _groups(parts) if shown else (),
        _consensus(parts),
        _shared(mine, parts),
        _tallies(table),
        points,
        of,
        plane,
        found.middles if found is not None and shown else np.zeros((0, numbers.DIRECTIONS)),
    )


def likely(part: int, whole: int) -> float:
    """The share that is expected of the next person (Laplace), so that two of two are no certainty."""
    return (part + 1) / (whole + 2)


def _table(votes: Votes) -> Numbers:
    table = np.full((len(votes.participants), len(votes.statements)), np.nan)
    if votes.rows:
        people, statements, values = np.array(votes.rows).T
        table[people, statements] = values
    return table


def _found(points: Numbers, statements: int) -> numbers.Grouping | None:
    if len(points) < LEAST_PEOPLE or statements < LEAST_STATEMENTS:
        return None
    return numbers.grouped(points, min(MOST_GROUPS, 2 + len(points) // PEOPLE_A_GROUP))[0]


def _tells(found: numbers.Grouping) -> bool:
    sizes = np.bincount(found.of, minlength=len(found.middles))
    return found.silhouette >= LEAST_SILHOUETTE and int(sizes.min()) >= LEAST_GROUP


def _tallies(table: Numbers) -> tuple[Tally, ...]:
    counts = [(table == value).sum(axis=0).tolist() for value in (AGREE, PASS, DISAGREE)]
    return tuple(Tally(*row) for row in zip(*counts, strict=True))


def _consensus(parts: list[Numbers]) -> tuple[int, ...]:
    """Group-informed consensus: how likely it is that the next person of every group agrees."""
    chances = np.ones(parts[0].shape[1])
    for part in parts:
        chances *= ((part == AGREE).sum(axis=0) + 1) / ((~np.isnan(part)).sum(axis=0) + 2)
    return tuple(np.argsort(-chances.round(numbers.DECIMALS), kind="stable").tolist())


def _shared(everybody: Numbers, parts: list[Numbers]) -> tuple[Stand, ...]:
    """On what most of all, and of every group, stand together; surest first."""
    all_of, each = _tallies(everybody), [_tallies(part) for part in parts]
    found = [
        (_clear(count, one.seen), Stand(place, agrees))
        for place, one in enumerate(all_of)
        for agrees, count in ((True, one.agree), (False, one.disagree))
        if _clear(count, one.seen) > SURE and all(_most(part[place], agrees=agrees) for part in each)
    ]
    return tuple(stand for _how, stand in sorted(found, key=lambda one: (-one[0], one[1].statement)))


def _most(tally: Tally, *, agrees: bool) -> bool:
    return likely(tally.agree if agrees else tally.disagree, tally.seen) > 1 / 2


def _groups(parts: list[Numbers]) -> tuple[Group, ...]:
    tallies = [_tallies(part) for part in parts]
    sums = [
        tuple(map(_sum, zip(*(one for one in tallies if one is not own), strict=True))) for own in tallies
    ]
    return tuple(
        Group(len(part), _typical(own, others), own)
        for part, own, others in zip(parts, tallies, sums, strict=True)
    )


def _sum(tallies: tuple[Tally, ...]) -> Tally:
    return Tally(
        sum(one.agree for one in tallies),
        sum(one.passed for one in tallies),
        sum(one.disagree for one in tallies),
    )


def _typical(own: tuple[Tally, ...], others: tuple[Tally, ...]) -> tuple[Stand, ...]:
    """What most of a group hold and clearly more of them than of the others, clearest first; at most five."""
    found = [
        (weight, Stand(place, agrees))
        for place, (mine, rest) in enumerate(zip(own, others, strict=True))
        for agrees in (True, False)
        if (weight := _weight(mine, rest, agrees=agrees)) > 0
    ]
    ranked = sorted(found, key=lambda one: (-round(one[0], numbers.DECIMALS), one[1].statement))
    return tuple(stand for _weight, stand in ranked[:MOST_TYPICAL])


def _weight(mine: Tally, rest: Tally, *, agrees: bool) -> float:
    """How typical a stand is: share × clearness × ratio to the others' share × clearness of the difference; or 0."""
    count, others = (mine.agree, rest.agree) if agrees else (mine.disagree, rest.disagree)
    share = likely(count, mine.seen)
    clear, apart = _clear(count, mine.seen), _apart(count, mine.seen, others, rest.seen)
    if share < 1 / 2 or clear <= SURE or apart <= SURE:
        return 0.0
    return share * clear * share / likely(others, rest.seen) * apart


def _clear(count: int, seen: int) -> float:
    """How clearly a share is above one half, in standard errors."""
    return 2 * sqrt(seen + 1) * ((count + 1) / (seen + 1) - 1 / 2)


def _apart(count: int, seen: int, others: int, others_seen: int) -> float:
    """How clearly a share is above that of the others, in standard errors; 0 where both are certain."""
    mine, rest = (count + 1) / (seen + 1), (others + 1) / (others_seen + 1)
    together = (count + others + 2) / (seen + others_seen + 2)
    spread = sqrt(max(together * (1 - together), 0.0) * (1 / (seen + 1) + 1 / (others_seen + 1)))
    return (mine - rest) / spread if spread else 0.0

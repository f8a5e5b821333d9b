"""Who speaks next, how long each group had, who was here when: pure functions over what happened."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from portal.meetings.rules import Fraction, quorum_of

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Asked:
    """Somebody in the queue: `key` of the turn, `who` wants to speak, for which group; in the order of asking."""

    key: int
    who: str
    group: str


def in_order(
    waiting: Sequence[Asked], spent: Mapping[str, int], had: Mapping[str, int], seconds: int
) -> list[Asked]:
    """The queue as it will be called: the group that spoke least first, in it who spoke least, then who asked first.

    `spent`: seconds a group had so far, `had`: turns a person had; whoever is called counts as having spoken `seconds`.
    """
    lines: dict[str, deque[tuple[int, int, Asked]]] = {}
    for had_before, place, one in sorted(
        (had.get(one.who, 0), place, one) for place, one in enumerate(waiting)
    ):
        lines.setdefault(one.group, deque()).append((had_before, place, one))
    spent, order = Counter(spent), []
    while lines:
        group = min(lines, key=lambda name: (spent[name], *lines[name][0][:2]))
        order.append(lines[group].popleft()[-1])
        spent[group] += seconds
        if not lines[group]:
            del lines[group]
    return order


def seconds_by_group(turns: Iterable[tuple[str, int]], groups: Iterable[str] = ()) -> dict[str, int]:
    """How many seconds each group spoke; those that did not speak yet are named with 0, in their order."""
    total = dict.fromkeys(groups, 0)
    for group, seconds in turns:
        total[group] = total.get(group, 0) + seconds
    return total


def here(moves: Iterable[tuple[K, bool]]) -> list[K]:
    """Who is here after these comings and goings, in the order in which they came for good."""
    inside: dict[K, None] = {}
    for who, came in moves:
        if came:
            inside.setdefault(who)
        else:
            inside.pop(who, None)
    return list(inside)


@dataclass(frozen=True)
class Presence:
    """From a moment on so many seats were filled."""

    at: datetime
    count: int


def presence(moves: Iterable[tuple[K, bool, datetime]], counted: Collection[K]) -> list[Presence]:
    """How many of those who make the quorum were here, from each moment at which that changed."""
    inside: set[K] = set()
    line: list[Presence] = []
    for who, came, at in moves:
        if who not in counted or (who in inside) == came:
            continue
        (inside.add if came else inside.discard)(who)
        line.append(Presence(at, len(inside)))
    return line


def thinned(line: Sequence[Presence], most: int) -> list[Presence]:
    """At most so many points of a longer line: of each stretch the lowest and the last, so that no gap is lost."""
    if len(line) <= most:
        return list(line)
    size = -(-len(line) // max(1, most // 2))
    stretches = (range(begin, min(begin + size, len(line))) for begin in range(0, len(line), size))
    lowest = ((min(stretch, key=lambda at: line[at].count), stretch[-1]) for stretch in stretches)
    return [line[at] for pair in lowest for at in sorted(set(pair))]


def needed(seats: int, quorum: Fraction) -> int:
    """How many must be here; 0 where nothing is asked."""
    return quorum_of(seats, quorum) if quorum and seats else 0

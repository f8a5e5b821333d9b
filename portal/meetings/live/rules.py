"""Who speaks next, how long each group had, who was here when: pure functions over what happened."""

from __future__ import annotations

from collections import Counter
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
    left, spent, order = list(waiting), Counter(spent), []
    while left:
        chosen = min(left, key=lambda one: (spent[one.group], had.get(one.who, 0)))
        left.remove(chosen)
        order.append(chosen)
        spent[chosen.group] += seconds
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


def needed(seats: int, quorum: Fraction) -> int:
    """How many must be here; 0 where nothing is asked."""
    return quorum_of(seats, quorum) if quorum and seats else 0

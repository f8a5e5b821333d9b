"""What votes know of the people and dwellings of the register. The app of votes fills it in, in its module `hooks`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Asked:
    """A vote whose roll is drawn and that has no result yet: what is corrected in the register does not change it."""

    title: str
    url: str


OnRolls = Callable[[Collection[int], Collection[int]], list[Asked]]
Voted = Callable[[Collection[int], datetime], set[int]]
_ON_ROLLS: list[OnRolls] = []
_VOTED: list[Voted] = []


def register_rolls(on_rolls: OnRolls, voted: Voted) -> None:
    """Let an app say on which rolls people and dwellings stand, and who has voted since a moment."""
    _ON_ROLLS.append(on_rolls)
    _VOTED.append(voted)


def on_rolls(people: Collection[int] = (), dwellings: Collection[int] = ()) -> list[Asked]:
    """The votes under way on whose roll any of these people or dwellings stands, by key."""
    return [asked for ask in _ON_ROLLS for asked in ask(people, dwellings)]


def voted(people: Collection[int], since: datetime) -> set[int]:
    """Who of these people, by key, has a ballot that was cast since a moment, by whatever channel."""
    return set().union(*(ask(people, since) for ask in _VOTED))

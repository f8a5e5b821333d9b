"""What votes know of the people and dwellings of the register. The app of votes fills it in, in its module `hooks`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from portal.community.models import Dwelling


@dataclass(frozen=True)
class Asked:
    """A vote whose roll is drawn and that has no result yet: what is corrected in the register does not change it."""

    title: str
    url: str


@dataclass(frozen=True)
class Drawn:
    """A roll that was drawn on a day: a change that counts from an earlier one does not change it."""

    title: str
    url: str
    day: date


OnRolls = Callable[[Collection[int], Collection[int]], list[Asked]]
DrawnSince = Callable[[Collection[Dwelling], date], list[Drawn]]
Voted = Callable[[Collection[int], datetime], set[int]]
_ON_ROLLS: list[OnRolls] = []
_DRAWN: list[DrawnSince] = []
_VOTED: list[Voted] = []


def register_rolls(on_rolls: OnRolls, drawn_since: DrawnSince, voted: Voted) -> None:
    """Let an app say on which rolls people and dwellings stand, which were drawn since a day, and who has voted."""
    _ON_ROLLS.append(on_rolls)
    _DRAWN.append(drawn_since)
    _VOTED.append(voted)


def on_rolls(people: Collection[int] = (), dwellings: Collection[int] = ()) -> list[Asked]:
    """The votes under way on whose roll any of these people or dwellings stands, by key."""
    return [asked for ask in _ON_ROLLS for asked in ask(people, dwellings)]


def drawn_since(dwellings: Collection[Dwelling], day: date) -> list[Drawn]:
    """The rolls that were drawn on a day or later where any of these dwellings belongs."""
    return [drawn for ask in _DRAWN for drawn in ask(dwellings, day)]


def voted(people: Collection[int], since: datetime) -> set[int]:
    """Who of these people, by key, has a ballot that was cast since a moment, by whatever channel."""
    return set().union(*(ask(people, since) for ask in _VOTED))

"""Finding the dwellings that somebody typed, such as 3号楼 501, 502、601-604. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.community.models import Dwelling

BETWEEN = re.compile(r"[\s,、;。]+")
HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−~〜至到", "-"))
RANGE = re.compile(r"(\D*)(\d+)-(\D*)(\d+)")
NUMBERED = re.compile(r"(\d+)(号楼|号|栋|幢|座|楼|#)?")
NUMBERED_ENTRANCE = re.compile(r"(\d+)(?:单元|号门|门|梯)?")
# How a numbered building is called where its sign says 3号楼, and a numbered entrance where the roster says 1.
SORTS_OF_BUILDING = ("号楼", "号", "栋", "幢", "座", "楼", "#")
SORTS_OF_ENTRANCE = ("单元", "号门", "门", "梯", "")


@dataclass
class Found:
    """The dwellings meant, each once, and what cannot be understood, in a sentence each."""

    homes: dict[int, Dwelling] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def find(typed: str, homes: Sequence[Dwelling], estates: Mapping[int, str]) -> Found:
    """Which of these dwellings are meant. A building and an entrance hold for the rooms after them.

    `estates`: what the estate of a building is called, by the building's key.
    """
    return _Reader(homes, estates).read(typed)


def natural(text: str) -> list[str | int]:
    """A key by which 2号楼 stands before 10号楼."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", text)]


def in_order(homes: Iterable[Dwelling]) -> list[Dwelling]:
    """By building, entrance and room, as somebody walks who carries letters out."""
    return sorted(
        homes,
        key=lambda home: (
            natural(home.building.name),
            home.building_id,
            natural(home.entrance),
            natural(home.room),
        ),
    )


def address(home: Dwelling, estate: str) -> str:
    """As it is written on a letter, with the estate: 彩虹苑 3号楼 1单元 501室."""
    return f"{estate} {home}".strip()


class _Row(NamedTuple):
    """A dwelling with its entrance and room as they are compared."""

    home: Dwelling
    entrance: str
    room: str


class _Reader:
    """Reads from left to right; knows in which building and entrance it is."""

    def __init__(self, homes: Sequence[Dwelling], estates: Mapping[int, str]) -> None:
        self.rows: dict[int, list[_Row]] = defaultdict(list)
        for home in homes:
            self.rows[home.building_id].append(_Row(home, _plain(home.entrance), _plain(home.room)))
        self.names = _names(homes, estates)
        self.here = set(self.rows)
        self.entrance = ""
        self.found = Found()

    def read(self, typed: str) -> Found:
        """All words."""
        for word in filter(None, BETWEEN.split(_plain(typed))):
            rest = self.into_entrance(self.into_building(word))
            if rest:
                self.rooms(word, rest)
        return self.found

    def into_building(self, word: str) -> str:
        """Go into the building with which a word begins; what is left of the word."""
        name = next((name for name in self.names if _begins(word, name)), "")
        if not name or (word == name and name.isdecimal() and self.inside(name)):
            return word
        self.here, self.entrance = self.names[name], ""
        return word.removeprefix(name).lstrip("-")

    def into_entrance(self, word: str) -> str:
        """Go into the entrance with which a word begins, where the building is known."""
        for said, name in self.entrances().items():
            if _begins(word, said) and not self.inside(word):
                self.entrance = name
                return word.removeprefix(said).lstrip("-")
        return word

    def entrances(self) -> dict[str, str]:
        """What the entrances of the building may be called, longest first."""
        if len(self.here) != 1:
            return {}
        there = {row.entrance for pk in self.here for row in self.rows[pk] if row.entrance}
        named = {f"{entrance_number(name)}{sort}": name for name in there for sort in SORTS_OF_ENTRANCE}
        named |= {name: name for name in there}
        return {said: named[said] for said in sorted(named, key=len, reverse=True)}

    def around(self) -> Iterator[_Row]:
        """The dwellings where the reader is."""
        for pk in self.here:
            for row in self.rows[pk]:
                if self.entrance in ("", row.entrance):
                    yield row

    def inside(self, room: str) -> list[Dwelling]:
        """Those of them with that room number."""
        return [row.home for row in self.around() if row.room == room]

    def rooms(self, word: str, rest: str) -> None:
        rooms = [rest] if self.inside(rest) else self.between(rest)
        meant = [self.inside(room) for room in rooms]
        if not meant:
            self.found.problems.append(_("“%(typed)s”: there is no such dwelling.") % {"typed": word})
        elif len({home.building_id for homes in meant for home in homes}) > 1:
            self.found.problems.append(_("“%(typed)s”: in which building?") % {"typed": word})
        elif any(len(homes) > 1 for homes in meant):
            self.found.problems.append(_("“%(typed)s”: in which entrance?") % {"typed": word})
        else:
            self.found.homes |= {homes[0].pk: homes[0] for homes in meant}

    def between(self, rest: str) -> list[str]:
        """The rooms of a range, of which both ends must be there; empty where it is none."""
        said = RANGE.fullmatch(rest)
        if said is None or (said[3] or said[1]) != said[1]:
            return []
        first, last = int(said[2]), int(said[4])
        rooms = {row.room for row in self.around()}
        if not {f"{said[1]}{said[2]}", f"{said[1]}{said[4]}"} <= rooms:
            return []
        numbered = [(room, room.removeprefix(said[1])) for room in rooms if room.startswith(said[1])]
        return [room for room, number in numbered if number.isdecimal() and first <= int(number) <= last]


def _names(homes: Sequence[Dwelling], estates: Mapping[int, str]) -> dict[str, set[int]]:
    """What buildings may be called, longest first, and which are meant: 3号楼, 3号, 3栋; with the estate before it."""
    found: dict[str, set[int]] = defaultdict(set)
    for building in {home.building_id: home.building for home in homes}.values():
        name, estate = _plain(building.name), _plain(estates.get(building.pk, ""))
        for said in (name, *_also(name)):
            found[said].add(building.pk)
            found[estate + said].add(building.pk)
    return {name: found[name] for name in sorted(found, key=len, reverse=True)}


def _also(name: str) -> Iterator[str]:
    numbered = NUMBERED.fullmatch(name)
    if numbered:
        yield from (f"{numbered[1]}{sort}" for sort in SORTS_OF_BUILDING if f"{numbered[1]}{sort}" != name)


def entrance_number(entrance: str) -> str:
    """The number of an entrance that the roster calls 1单元 or 1, else its whole name."""
    found = NUMBERED_ENTRANCE.fullmatch(entrance)
    return found[1] if found else entrance


def _begins(word: str, name: str) -> bool:
    """Whether a word begins with a name that ends there: 301 does not begin with building 3."""
    if not word.startswith(name):
        return False
    rest = word.removeprefix(name)
    return rest[:1] in ("", "-") or not name[-1].isdecimal()


def _plain(text: str) -> str:
    """As it is compared: no full-width signs, capital letters, one sort of hyphen, no spaces at the ends."""
    return unicodedata.normalize("NFKC", text).translate(HYPHENS).upper().strip()

"""What differs between a roster and the register, row by row, and what the desk decided about it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.community.models import Area, Dwelling, Ownership, Person, Residency, Right
from portal.community.models.places import in_words
from portal.register.changes import Change
from portal.register.recognising import Namesakes, People
from portal.register.roster import Entry, Problem


@dataclass(frozen=True)
class Choices:
    """What the desk decided where the roster alone is not sure.

    `again`: lines that count although the desk has verified something else since. `one`: compared names that are one
    person wherever the roster has them.
    """

    again: frozenset[int] = frozenset()
    one: frozenset[str] = frozenset()

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Choices:
        """As they were kept."""
        return cls(frozenset(kept.get("again", ())), frozenset(kept.get("one", ())))

    def to_keep(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"again": sorted(self.again), "one": sorted(self.one)}


@dataclass
class Site:
    """Where an entry belongs: a building that is there, or the estate and the name for a new one."""

    building: Area | None
    estate: str
    name: str


@dataclass
class Difference:
    """One dwelling as the roster has it, and what differs from what is known. `dwelling` is None for a new one.

    `held`: the verified titles until now, `ended`: those that the roster no longer has, `gained`: owners without a
    title until now; `leaving`: homes that end by it, `coming`: owners who live there by it. `asked`: the desk has
    verified something else since the day of the roster, and of what is `contested` the row counts only where somebody
    says so. `waits`:
    what the desk has corrected of the dwelling, and stays corrected as long as nobody says so; the rest of the row
    counts.
    """

    entry: Entry
    site: Site
    dwelling: Dwelling | None
    owners: list[Person]
    held: list[Ownership] = field(default_factory=list)
    ended: list[Ownership] = field(default_factory=list)
    gained: list[Person] = field(default_factory=list)
    leaving: list[Residency] = field(default_factory=list)
    coming: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    waits: list[Change] = field(default_factory=list)
    asked: bool = False
    contested: bool = False

    @property
    def where(self) -> str:
        """The dwelling in words."""
        if self.dwelling:
            return str(self.dwelling)
        building = self.site.building.name if self.site.building else self.site.name
        return in_words(building, self.entry.entrance, self.entry.room)

    @property
    def lost(self) -> list[str]:
        """Who loses a title, by name."""
        return [title.person.real_name for title in self.ended]

    @property
    def gets(self) -> list[str]:
        """Who gets a title, by name."""
        return _names(self.gained)

    @property
    def entered(self) -> list[str]:
        """Whom a new dwelling is entered for; a tenant of public housing is called so, who is not an owner."""
        rows = zip(self.owners, self.entry.owners, strict=True)
        return [_entered(person, owner.right) for person, owner in rows]

    @property
    def newly_entered(self) -> list[str]:
        """Who gets a title, each called as in `entered`."""
        new = {id(person) for person in self.gained}
        rows = zip(self.owners, self.entry.owners, strict=True)
        return [_entered(person, owner.right) for person, owner in rows if id(person) in new]

    @property
    def moved_out(self) -> list[str]:
        """Who no longer lives there, by name."""
        return [home.person.real_name for home in self.leaving]

    @property
    def moved_in(self) -> list[str]:
        """Who lives there from now on, by name."""
        return _names(self.coming)

    @property
    def doubtful(self) -> list[Change]:
        """What is more often a slip than a fact."""
        return [change for change in self.changes if change.doubtful]

    @property
    def stand(self) -> str:
        """What the register holds of it: as long as this is equal, a tick means what it meant."""
        home = self.dwelling
        titles = sorted((title.pk, title.is_voter) for title in self.held)
        known = [home.exclusive_area, str(home.usage)] if home else []
        return hashlib.sha256(repr((known, titles)).encode()).hexdigest()[:16]


@dataclass
class Comparison:
    """What an import would do. `left`: rows that differ, and stay as they are until somebody says that they count."""

    people: People = field(default_factory=People)
    added: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    left: list[Difference] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    listed: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def asked(self) -> list[Difference]:
        """All rows that somebody has to say something about, whatever was said."""
        rows = [*self.left, *(one for one in self.changed if one.asked)]
        return sorted(rows, key=lambda one: one.entry.line)

    @property
    def namesakes(self) -> list[Namesakes]:
        """Names of which it is not sure whether they are one person."""
        return self.people.namesakes

    @property
    def several(self) -> list[tuple[Person, list[Difference], int]]:
        """Who gets something here and has several dwellings of the roster: one owner with the area of all."""
        held: dict[int, list[Difference]] = {}
        people: dict[int, Person] = {}
        for one in [*self.added, *self.changed]:
            for person in one.owners:
                people[id(person)] = person
                held.setdefault(id(person), []).append(one)
        return [
            (people[at], rows, sum(one.entry.area for one in rows))
            for at, rows in held.items()
            if len(rows) > 1
        ]

    @property
    def digest(self) -> str:
        """Equal for two comparisons that would do the same."""
        rows = [
            f"{one.entry.place}{one.entry.area}{one.entry.usage}{one.entry.owners}{one.changes}{one.waits}{one.asked}"
            for one in sorted([*self.added, *self.changed, *self.left], key=lambda one: one.entry.line)
        ]
        return hashlib.sha256("\n".join([*rows, str(self.unchanged)]).encode()).hexdigest()


def _names(people: Iterable[Person]) -> list[str]:
    return [person.real_name for person in people]


def _entered(person: Person, right: Right) -> str:
    return person.real_name if right == Right.OWNER else f"{person.real_name}（{right.label}）"

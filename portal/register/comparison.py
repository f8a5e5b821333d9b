"""A roster beside what is known: which dwellings are new, which differ and how, who gets a title and who loses one.

Reads, never writes.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.community import places
from portal.community.models import Area, Dwelling, Kind, Method, Ownership, Person, RelationStatus, Residency
from portal.kit import clock, phones, wording
from portal.kit.names import compared
from portal.register.recognising import Known, Namesakes, People, recognise
from portal.register.roster import Entry, Problem

# What names of buildings, entrances and rooms end with, where anything stands before it.
UNIT = re.compile(r"(?<=.)(号楼|号|幢|栋|楼|座|单元|门|室)$")


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


@dataclass(frozen=True)
class Change:
    """One thing that differs, as staff read it."""

    what: str
    old: str
    new: str


@dataclass
class Difference:
    """One dwelling as the roster has it, and what differs from what is known. `dwelling` is None for a new one.

    `ended`: titles that the roster no longer has, `gained`: owners without a title until now. `asked`: the desk has
    verified something else since the day of the roster, so that the row counts only where somebody says so.
    """

    entry: Entry
    site: Site
    dwelling: Dwelling | None
    owners: list[Person]
    ended: list[Ownership] = field(default_factory=list)
    gained: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    asked: bool = False

    @property
    def what(self) -> list[str]:
        """The names of what differs."""
        return [change.what for change in self.changes]

    @property
    def where(self) -> str:
        """The dwelling in words."""
        return str(self.dwelling) if self.dwelling else self.entry.where

    @property
    def lost(self) -> list[str]:
        """Who loses a title, by name."""
        return [title.person.real_name for title in self.ended]

    @property
    def gets(self) -> list[str]:
        """Who gets a title, by name."""
        return [person.real_name for person in self.gained]


@dataclass
class Comparison:
    """What an import would do. `left`: rows that differ, and stay as they are until somebody says that they count."""

    people: People = field(default_factory=People)
    added: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    left: list[Difference] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
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
            f"{one.entry.place}{one.entry.area}{one.entry.usage}{one.entry.owners}{one.changes}{one.asked}"
            for one in sorted([*self.added, *self.changed, *self.left], key=lambda one: one.entry.line)
        ]
        return hashlib.sha256("\n".join([*rows, str(self.unchanged)]).encode()).hexdigest()


def compare(
    neighbourhood: Area, entries: list[Entry], *, as_of: date | None = None, choices: Choices | None = None
) -> Comparison:
    """Put each entry beside the dwelling and the owners that are known, in a constant number of queries.

    `as_of`: the day whose state the roster shows; None: nobody said, and whatever the desk verified may be newer.
    """
    choices = choices or Choices()
    result = Comparison()
    known = _Register(neighbourhood)
    rows = []
    seen: dict[int, int] = {}
    for entry, site in _sites(neighbourhood, entries, result.problems):
        dwelling = known.dwelling(site, entry)
        if dwelling is not None and dwelling.retired_on is not None:
            result.problems.append(_retired(entry, dwelling))
        elif dwelling is not None and seen.setdefault(dwelling.pk, entry.line) != entry.line:
            line = {"line": seen[dwelling.pk]}
            result.problems.append(Problem(entry.line, _("the same dwelling as in line %(line)d") % line))
        else:
            rows.append((entry, site, dwelling))
    result.people = recognise([(entry, known.of(dwelling)) for entry, _site, dwelling in rows], choices.one)
    for entry, site, dwelling in rows:
        one = _difference(result.people, known, entry, site, dwelling)
        one.asked = dwelling is not None and _is_older(one, known, as_of)
        _sort_in(result, one, counts=not one.asked or entry.line in choices.again)
    return result


class _Register:
    """What is known of a neighbourhood, read once."""

    def __init__(self, neighbourhood: Area) -> None:
        inside = Dwelling.objects.filter(building__path__startswith=neighbourhood.path)
        self._exact: dict[tuple[int, str, str], Dwelling] = {}
        self._like: dict[tuple[int, str, str], Dwelling] = {}
        self._bare: defaultdict[tuple[int, str, str], list[Dwelling]] = defaultdict(list)
        # Those in use last, so that they stand where one was retired before.
        for home in sorted(inside.select_related("building"), key=lambda home: home.retired_on is None):
            self._exact[home.building_id, home.entrance, home.room] = home
            self._like[home.building_id, compared(home.entrance), compared(home.room)] = home
            self._bare[home.building_id, bare(home.entrance), bare(home.room)].append(home)
        self._titles, self._homes, self.former = (
            _titles(neighbourhood),
            _homes(neighbourhood),
            _former(neighbourhood),
        )

    def dwelling(self, site: Site, entry: Entry) -> Dwelling | None:
        """The dwelling of an entry, as it is written or nearly so."""
        if site.building is None:
            return None
        exact = self._exact.get((site.building.pk, entry.entrance, entry.room))
        like = (site.building.pk, compared(entry.entrance), compared(entry.room))
        alike = self._bare[site.building.pk, bare(entry.entrance), bare(entry.room)]
        return exact or self._like.get(like) or (alike[0] if len(alike) == 1 else None)

    def of(self, dwelling: Dwelling | None) -> Known:
        """Who belongs to a dwelling."""
        return Known(self._titles[dwelling.pk], self._homes[dwelling.pk]) if dwelling else Known()


def bare(name: str) -> str:
    """The name of a building, entrance or room without the word that people leave out: 9 and 9号楼, 101 and 101室."""
    return UNIT.sub("", compared(name)) or compared(name)


def _sites(neighbourhood: Area, entries: list[Entry], problems: list[Problem]) -> list[tuple[Entry, Site]]:
    estates = {estate.path: estate.name for estate in places.below(neighbourhood, Kind.ESTATE)}
    named = {compared(name): name for name in estates.values()}
    buildings: dict[str, list[Area]] = defaultdict(list)
    alike: dict[str, list[Area]] = defaultdict(list)
    for building in places.below(neighbourhood, Kind.BUILDING):
        buildings[compared(building.name)].append(building)
        alike[bare(building.name)].append(building)

    def site(entry: Entry) -> Site | None:
        estate = named.get(compared(entry.estate), entry.estate)

        def inside(found: list[Area]) -> list[Area]:
            return [one for one in found if not estate or estates.get(one.path[: -Area.steplen]) == estate]

        there = inside(buildings[compared(entry.building)])
        if not there and len(nearly := inside(alike[bare(entry.building)])) == 1:
            there = nearly
        if len(there) == 1:
            return Site(there[0], "", entry.building)
        if there or (len(estates) > 1 and not estate):
            return None
        return Site(None, estate or next(iter(estates.values()), neighbourhood.name), entry.building)

    placed = [(entry, site(entry)) for entry in entries]
    problems += [
        Problem(entry.line, _("several estates could be meant: please add the column 小区"))
        for entry, found in placed
        if found is None
    ]
    return [(entry, found) for entry, found in placed if found is not None]


def _titles(neighbourhood: Area) -> defaultdict[int, list[Ownership]]:
    """The open claims to each dwelling, verified or waiting."""
    titles: defaultdict[int, list[Ownership]] = defaultdict(list)
    held = Ownership.objects.in_area(neighbourhood).filter(until=None).exclude(status=RelationStatus.REFUSED)
    for title in held.select_related("person__user").order_by("pk"):
        titles[title.dwelling_id].append(title)
    return titles


def _homes(neighbourhood: Area) -> defaultdict[int, list[Residency]]:
    homes: defaultdict[int, list[Residency]] = defaultdict(list)
    held = Residency.objects.in_area(neighbourhood).filter(until=None, status=RelationStatus.VERIFIED)
    for home in held.select_related("person__user").order_by("pk"):
        homes[home.dwelling_id].append(home)
    return homes


def _former(neighbourhood: Area) -> dict[tuple[int, int], Ownership]:
    """The last title that ended, by dwelling and person."""
    past = Ownership.objects.in_area(neighbourhood).exclude(until=None)
    past = past.filter(status=RelationStatus.VERIFIED)
    return {(title.dwelling_id, title.person_id): title for title in past.order_by("until", "pk")}


def _retired(entry: Entry, dwelling: Dwelling) -> Problem:
    return Problem(
        entry.line,
        _("this dwelling was retired (%(reason)s); please bring it back first, or leave the row out")
        % {"reason": dwelling.retired_reason},
    )


def _difference(
    people: People, known: _Register, entry: Entry, site: Site, dwelling: Dwelling | None
) -> Difference:
    owners = people.owners(entry)
    if dwelling is None:
        return Difference(entry, site, None, owners, gained=owners)
    held = [title for title in known.of(dwelling).titles if title.status == RelationStatus.VERIFIED]
    listed = {owner.pk for owner in owners if owner.pk}
    ended = [
        title for title in held if owners and title.person_id not in listed and not _added_by_hand(title)
    ]
    kept = {title.person_id for title in held} & listed
    gained = [owner for owner in owners if owner.pk not in kept]
    one = Difference(entry, site, dwelling, owners, ended, gained)
    one.changes = [*_of_dwelling(one), *_of_titles(one, held), *_of_phones(one, people)]
    return one


def _of_dwelling(one: Difference) -> Iterable[Change]:
    dwelling, entry = one.dwelling, one.entry
    if dwelling is None:
        return
    if dwelling.exclusive_area != entry.area:
        yield Change(_("area"), wording.area(dwelling.exclusive_area), wording.area(entry.area))
    if dwelling.usage != entry.usage:
        yield Change(_("use"), dwelling.get_usage_display(), str(entry.usage.label))


def _of_titles(one: Difference, held: list[Ownership]) -> Iterable[Change]:
    stay = [title for title in held if title not in one.ended]
    by_person = {title.person_id: title for title in held}
    if one.ended or one.gained:
        after = [*(title.person.real_name for title in stay), *one.gets]
        yield Change(_("owner"), _listed(title.person.real_name for title in held), _listed(after))
    for person, owner in zip(one.owners, one.entry.owners, strict=True):
        title = by_person.get(person.pk or 0)
        if title is not None and title.right != owner.right:
            yield Change(_("right"), title.get_right_display(), str(owner.right.label))
    voter = next((title.person for title in held if title.is_voter), None)
    stays = next((title.person for title in stay if title.is_voter), None)
    chosen = stays or (one.owners[0] if one.owners else None)
    if held and chosen is not None and chosen is not voter and chosen.pk != (voter.pk if voter else 0):
        yield Change(_("who votes"), voter.real_name if voter else _("nobody"), chosen.real_name)


def _of_phones(one: Difference, people: People) -> Iterable[Change]:
    for person in one.owners:
        number = people.called.get(person.pk or 0)
        if number is not None:
            yield Change(_("phone"), person.masked_phone or _("none"), phones.masked(number))


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or _("nobody")


def _added_by_hand(title: Ownership) -> bool:
    """A co-owner whom staff added beside the roster's: the roster does not know of them, and does not end them."""
    return not title.is_voter and title.method != Method.ROSTER


def _is_older(one: Difference, known: _Register, as_of: date | None) -> bool:
    """Whether the desk has verified or corrected since the day of the roster what this row would undo.

    What happened on the same day may be newer, too. Somebody who comes back in the place of an owner whom the desk has
    verified is asked about whatever the day.
    """
    dwelling = one.dwelling
    if dwelling is None:
        return False

    def since(day: date | None) -> bool:
        return day is not None and (as_of is None or day >= as_of)

    by_hand = [title for title in one.ended if title.method != Method.ROSTER]
    former = [known.former.get((dwelling.pk, person.pk or 0)) for person in one.gained]
    back = [title for title in former if title is not None]
    corrected = dwelling.corrected_at and clock.day_of(dwelling.corrected_at)
    return (
        any(since(title.verified_at and clock.day_of(title.verified_at)) for title in by_hand)
        or bool(by_hand and back)
        # Ended by hand: the roster gives no reason.
        or any(title.reason and since(title.until) for title in back)
        or (since(corrected) and any(True for _change in _of_dwelling(one)))
    )


def _sort_in(result: Comparison, one: Difference, *, counts: bool) -> None:
    if one.dwelling is not None:
        result.listed[one.dwelling.building_id].add(one.dwelling.pk)
    if one.dwelling is None:
        result.added.append(one)
    elif not one.changes:
        result.unchanged += 1
    elif counts:
        result.changed.append(one)
    else:
        result.left.append(one)

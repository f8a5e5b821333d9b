"""A roster beside what is known: which dwellings are new, which differ, and who its owners are. Reads, never writes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.community import places
from portal.community.models import (
    Area,
    Dwelling,
    Kind,
    Method,
    Ownership,
    Person,
    PersonKind,
    RelationStatus,
)
from portal.register.roster import Entry, Owner, Problem

Key = tuple[str, ...]
# Fewer than the parameters that SQLite takes in one statement.
CHUNK = 500


@dataclass
class Site:
    """Where an entry belongs: a building that is there, or the estate and the name for a new one."""

    building: Area | None
    estate: str
    name: str


@dataclass
class Difference:
    """One dwelling as the roster has it, and what differs from what is known. `dwelling` is None for a new one."""

    entry: Entry
    site: Site
    dwelling: Dwelling | None
    owners: list[Person]
    ended: list[Ownership]
    what: list[str]


@dataclass
class Comparison:
    """What an import would do. `people` are the owners by key, unsaved where they are new."""

    added: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    people: dict[Key, Person] = field(default_factory=dict)
    called: dict[int, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for two comparisons that would do the same."""
        rows = [
            f"{one.entry.place}{one.entry.area}{one.entry.usage}{one.entry.right}{one.entry.owners}{one.what}"
            for one in [*self.added, *self.changed]
        ]
        return hashlib.sha256("\n".join([*rows, str(self.unchanged)]).encode()).hexdigest()


def compare(neighbourhood: Area, entries: list[Entry]) -> Comparison:
    """Put each entry beside the dwelling and the owners that are known, in a constant number of queries."""
    result = Comparison()
    sites = _sites(neighbourhood, entries, result.problems)
    dwellings = {
        (dwelling.building_id, dwelling.entrance, dwelling.room): dwelling
        for dwelling in Dwelling.objects.filter(building__path__startswith=neighbourhood.path)
    }
    titles = _titles(neighbourhood)
    found = [
        (
            entry,
            site,
            dwellings.get((site.building.pk, entry.entrance, entry.room)) if site.building else None,
        )
        for entry, site in sites
    ]
    _identify(result, [(entry, titles[dwelling.pk] if dwelling else []) for entry, _site, dwelling in found])
    for entry, site, dwelling in found:
        _sort_in(result, _difference(result, entry, site, dwelling, titles))
    return result


def key(entry: Entry, owner: Owner) -> Key:
    """What makes an owner the same person: name and phone; a company's name; else name and dwelling."""
    if owner.phone or owner.kind != PersonKind.NATURAL:
        return (owner.name, owner.phone)
    return (owner.name, "", *entry.place)


def _sites(neighbourhood: Area, entries: list[Entry], problems: list[Problem]) -> list[tuple[Entry, Site]]:
    estates = {estate.path: estate.name for estate in places.below(neighbourhood, Kind.ESTATE)}
    buildings: dict[str, list[Area]] = defaultdict(list)
    for building in places.below(neighbourhood, Kind.BUILDING):
        buildings[building.name].append(building)

    def site(entry: Entry) -> Site | None:
        there = [
            building
            for building in buildings[entry.building]
            if not entry.estate or estates.get(building.path[: -Area.steplen]) == entry.estate
        ]
        if len(there) == 1:
            return Site(there[0], "", entry.building)
        if there or (len(estates) > 1 and not entry.estate):
            return None
        return Site(None, entry.estate or next(iter(estates.values()), neighbourhood.name), entry.building)

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


def _identify(result: Comparison, rows: list[tuple[Entry, list[Ownership]]]) -> None:
    """Find or make the person behind each owner: by name and phone, else as who owns that dwelling already."""
    keys = {key(entry, owner) for entry, _titles in rows for owner in entry.owners}
    result.people = _known(keys)
    taken = {person.pk for person in result.people.values()}
    for entry, titles in rows:
        for owner in entry.owners:
            mine = key(entry, owner)
            if mine in result.people:
                continue
            same = _same_name(owner, titles, keys, taken)
            if same is None:
                result.people[mine] = Person(kind=owner.kind, real_name=owner.name, phone=owner.phone)
                continue
            taken.add(same.pk)
            result.people[mine] = same
            if owner.phone and owner.phone != same.phone and not _proved(same):
                result.called[same.pk] = owner.phone


def _known(keys: set[Key]) -> dict[Key, Person]:
    """People the portal knows under a name and phone, or companies under their name; those with an account first."""
    plain = {found for found in keys if len(found) == 2}
    by_phone = _in_chunks("phone", {found[1] for found in plain if found[1]})
    companies = _in_chunks("real_name", {found[0] for found in plain if not found[1]})
    people: dict[Key, Person] = {}
    for person in sorted([*by_phone, *companies], key=lambda one: (not hasattr(one, "user"), one.pk)):
        found = (person.real_name, person.phone)
        if found in plain and (person.phone or person.kind != PersonKind.NATURAL):
            people.setdefault(found, person)
    return people


def _in_chunks(name: str, values: Iterable[str]) -> Iterator[Person]:
    wanted = sorted(values)
    for start in range(0, len(wanted), CHUNK):
        some = Person.objects.filter(**{f"{name}__in": wanted[start : start + CHUNK]}, united_into=None)
        yield from some.select_related("user")


def _same_name(owner: Owner, titles: list[Ownership], keys: set[Key], taken: set[int]) -> Person | None:
    """Who owns the dwelling under that name: the same person with a new phone, unless the roster has both."""
    for title in titles:
        person = title.person
        if person.real_name != owner.name or title.status != RelationStatus.VERIFIED:
            continue
        if not owner.phone or _proved(person):
            return person
        if person.pk not in taken and (person.real_name, person.phone) not in keys:
            return person
    return None


def _proved(person: Person) -> bool:
    """Whether the person's phone was proved with a code, which counts more than the roster's."""
    return hasattr(person, "user") and person.user.phone_verified


def _difference(
    result: Comparison,
    entry: Entry,
    site: Site,
    dwelling: Dwelling | None,
    titles: dict[int, list[Ownership]],
) -> Difference:
    owners = [result.people[key(entry, owner)] for owner in entry.owners]
    if dwelling is None:
        return Difference(entry, site, None, owners, [], [])
    held = [title for title in titles.get(dwelling.pk, []) if title.status == RelationStatus.VERIFIED]
    listed = {owner.pk for owner in owners if owner.pk}
    ended = [title for title in held if title.person_id not in listed and not _added_by_hand(title)]
    kept = {title.person_id for title in held} & listed
    what = [
        name
        for name, differs in (
            (_("area"), dwelling.exclusive_area != entry.area),
            (_("use"), dwelling.usage != entry.usage),
            (_("owner"), bool(ended) or len(kept) < len(owners)),
            (_("right"), any(title.right != entry.right for title in held if title.person_id in kept)),
            (_("phone"), any(owner.pk in result.called for owner in owners if owner.pk)),
        )
        if differs
    ]
    return Difference(entry, site, dwelling, owners, ended, what)


def _added_by_hand(title: Ownership) -> bool:
    """A co-owner whom staff added beside the roster's: the roster does not know of them, and does not end them."""
    return not title.is_voter and title.method != Method.ROSTER


def _sort_in(result: Comparison, one: Difference) -> None:
    if one.dwelling is None:
        result.added.append(one)
    elif one.what:
        result.changed.append(one)
    else:
        result.unchanged += 1

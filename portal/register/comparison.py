"""A roster beside what is known: which dwellings are new, which differ and how, who gets a title and who loses one.

Reads, never writes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

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
    Residency,
    Usage,
)
from portal.kit import clock, phones
from portal.kit.names import compared
from portal.register.changes import Change
from portal.register.differences import Choices, Comparison, Difference, Site
from portal.register.recognising import Known, People, recognise
from portal.register.roster import Entry, Problem, double

# What names of buildings, entrances and rooms end with, where anything stands before it.
UNIT = re.compile(r"(?<=.)(号楼|号|幢|栋|楼|座|单元|门|室)$")


def compare(
    neighbourhood: Area,
    entries: list[Entry],
    *,
    as_of: date | None = None,
    choices: Choices | None = None,
    refused: Sequence[Problem] = (),
) -> Comparison:
    """Put each entry beside the dwelling and the owners that are known, in a constant number of queries.

    `as_of`: the day whose state the roster shows; None: nobody said, and whatever the desk verified may be newer.
    `refused`: rows that cannot be taken; the roster has their dwellings nevertheless.
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
            result.problems.append(double(entry.line, seen[dwelling.pk]))
        else:
            rows.append((entry, site, dwelling))
    result.people = recognise([(entry, known.of(dwelling)) for entry, _site, dwelling in rows], choices.one)
    for entry, site, dwelling in rows:
        one = _difference(result.people, known, entry, site, dwelling)
        again = entry.line in choices.again
        if _is_corrected(one, as_of):
            one = one if again else _as_corrected(result.people, known, one)
            one.asked = True
        one.contested = _is_contested(one, known, as_of)
        one.asked = one.asked or one.contested
        if one.held and not entry.owners:
            result.remarks.append(Problem.of(entry.line, _owner_stays))
        _sort_in(result, one, counts=again or not one.contested)
    unread = [problem.place for problem in refused if problem.place]
    for entry, site in _sites(neighbourhood, unread, []) if unread else []:
        dwelling = known.dwelling(site, entry)
        if dwelling is not None:
            result.listed[dwelling.building_id].add(dwelling.pk)
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
        Problem.of(entry.line, lambda: _("several estates could be meant: please add the column 小区"))
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
    return Problem.of(
        entry.line,
        lambda: (
            _("this dwelling was retired (%(reason)s); please bring it back first, or leave the row out")
            % {"reason": dwelling.retired_reason}
        ),
    )


def _owner_stays() -> str:
    return _("owner unknown in the roster: the owner known stays")


def _difference(
    people: People, known: _Register, entry: Entry, site: Site, dwelling: Dwelling | None
) -> Difference:
    owners = people.owners(entry)
    if dwelling is None:
        return Difference(entry, site, None, owners, gained=owners, coming=_coming(entry, owners))
    held = [title for title in known.of(dwelling).titles if title.status == RelationStatus.VERIFIED]
    listed = {owner.pk for owner in owners if owner.pk}
    ended = [
        title for title in held if owners and title.person_id not in listed and not _added_by_hand(title)
    ]
    kept = {title.person_id for title in held} & listed
    gained = [owner for owner in owners if owner.pk not in kept]
    one = Difference(entry, site, dwelling, owners, held, ended, gained)
    _move(one, known.of(dwelling).homes)
    one.changes = [*_of_dwelling(one), *_of_titles(one), *_of_homes(one), *_of_phones(one, people)]
    return one


def _move(one: Difference, homes: Sequence[Residency]) -> None:
    """Whose home ends by the roster: who lost the title, or all where the owner no longer lives there; and who comes.

    Homes that the roster did not bring stay: it does not know of tenants.
    """
    newly = one.dwelling is not None and one.dwelling.usage != one.entry.usage
    let = newly and one.dwelling is not None and one.dwelling.usage == Usage.OWN
    gone = {title.person_id for title in one.ended}
    one.leaving = [home for home in homes if home.method == Method.ROSTER and (let or home.person_id in gone)]
    there = {home.person_id for home in homes} - {home.person_id for home in one.leaving}
    new = one.owners if newly else one.gained
    one.coming = [person for person in _coming(one.entry, new) if person.pk not in there]


def _coming(entry: Entry, owners: list[Person]) -> list[Person]:
    """Owners who live in their dwelling by the roster."""
    natural = [person for person in owners if person.kind == PersonKind.NATURAL]
    return natural if entry.usage == Usage.OWN else []


def _as_corrected(people: People, known: _Register, one: Difference) -> Difference:
    """A row without what the desk has corrected of the dwelling."""
    home = one.dwelling
    if home is None:
        return one
    entry = replace(one.entry, area=home.exclusive_area, usage=Usage(home.usage))
    kept = _difference(people, known, entry, one.site, home)
    kept.waits = list(_of_dwelling(one))
    return kept


def _of_dwelling(one: Difference) -> Iterable[Change]:
    dwelling, entry = one.dwelling, one.entry
    if dwelling is None:
        return
    if dwelling.exclusive_area != entry.area:
        yield Change("area", dwelling.exclusive_area, entry.area)
    if dwelling.usage != entry.usage:
        yield Change("usage", str(dwelling.usage), str(entry.usage))


def _of_titles(one: Difference) -> Iterable[Change]:
    held = one.held
    stay = [title for title in held if title not in one.ended]
    by_person = {title.person_id: title for title in held}
    if one.ended or one.gained:
        after = [*(title.person.real_name for title in stay), *one.gets]
        yield Change("owners", [title.person.real_name for title in held], after)
    for person, owner in zip(one.owners, one.entry.owners, strict=True):
        title = by_person.get(person.pk or 0)
        if title is not None and title.right != owner.right:
            yield Change("right", str(title.right), str(owner.right))
    voter = next((title.person for title in held if title.is_voter), None)
    stays = next((title.person for title in stay if title.is_voter), None)
    chosen = stays or (one.owners[0] if one.owners else None)
    if held and chosen is not None and chosen is not voter and chosen.pk != (voter.pk if voter else 0):
        yield Change("voter", voter.real_name if voter else "", chosen.real_name)


def _of_homes(one: Difference) -> Iterable[Change]:
    if one.leaving or one.coming:
        yield Change("homes", one.moved_out, one.moved_in)


def _of_phones(one: Difference, people: People) -> Iterable[Change]:
    for person in one.owners:
        number = people.called.get(person.pk or 0)
        if number is not None:
            yield Change("phone", person.masked_phone, phones.masked(number))


def _added_by_hand(title: Ownership) -> bool:
    """A co-owner whom staff added beside the roster's: the roster does not know of them, and does not end them."""
    return not title.is_voter and title.method != Method.ROSTER


def _is_corrected(one: Difference, as_of: date | None) -> bool:
    """Whether the desk has corrected the dwelling on the day of the roster or later, and the row would undo that."""
    corrected = one.dwelling.corrected_at if one.dwelling else None
    return bool(corrected and _since(clock.day_of(corrected), as_of) and any(_of_dwelling(one)))


def _is_contested(one: Difference, known: _Register, as_of: date | None) -> bool:
    """Whether the desk has verified, named or ended since the day of the roster what this row would undo.

    What happened on the same day may be newer, too. Somebody who comes back in the place of an owner whom the desk has
    verified is asked about whatever the day.
    """
    if one.dwelling is None:
        return False
    by_hand = [title for title in one.ended if title.method != Method.ROSTER]
    former = [known.former.get((one.dwelling.pk, person.pk or 0)) for person in one.gained]
    back = [title for title in former if title is not None]
    return (
        any(_since(title.verified_at and clock.day_of(title.verified_at), as_of) for title in by_hand)
        or bool(by_hand and back)
        or any(_since(_voter_from(title), as_of) for title in one.ended)
        or any(_was_ended(title, as_of) for title in back)
    )


def _since(day: date | None, as_of: date | None) -> bool:
    return day is not None and (as_of is None or day >= as_of)


def _voter_from(title: Ownership) -> date | None:
    """From which day it was said at the desk that somebody votes; None where the roster's order says so."""
    return title.voter_since if title.is_voter else None


def _was_ended(title: Ownership, as_of: date | None) -> bool:
    """Whether a former title was ended since the day of the roster: at the desk, or by a later roster."""
    at_desk = bool(title.reason or title.ended_at)
    ended = clock.day_of(title.ended_at) if title.ended_at else title.until
    later = as_of is not None and title.until is not None and title.until > as_of
    return later or (at_desk and (_since(ended, as_of) or _since(title.until, as_of)))


def _sort_in(result: Comparison, one: Difference, *, counts: bool) -> None:
    if one.dwelling is not None:
        result.listed[one.dwelling.building_id].add(one.dwelling.pk)
    if one.dwelling is None:
        result.added.append(one)
    elif not one.changes and not one.waits:
        result.unchanged += 1
    elif counts and one.changes:
        result.changed.append(one)
    else:
        result.left.append(one)

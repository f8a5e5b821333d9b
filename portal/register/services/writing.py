"""What an import writes: people, dwellings, titles and homes, gathered so that it is a few statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.community import places
from portal.community.models import (
    Area,
    Dwelling,
    Kind,
    Method,
    Ownership,
    Person,
    RelationStatus,
    Residency,
    User,
)
from portal.kit import clock
from portal.kit.batches import BATCH, batches
from portal.register.differences import Comparison, Difference, Site
from portal.register.events import VERIFIED
from portal.register.models import Import
from portal.register.services import answers
from portal.register.services.journal import Journal


@dataclass
class Titles:
    """What an import writes about people and dwellings, gathered so that it is written in a few statements."""

    by: User | None
    now: datetime
    today: date
    journal: Journal = field(default_factory=Journal)
    owning: list[Ownership] = field(default_factory=list)
    living: list[Residency] = field(default_factory=list)
    changed: list[Ownership] = field(default_factory=list)
    moved: list[Residency] = field(default_factory=list)
    answered: list[Ownership | Residency] = field(default_factory=list)


def write(user: User | None, neighbourhood: Area, comparison: Comparison, roster: Import) -> None:
    """Write what a comparison found, and what it was before, in a constant number of statements a batch."""
    work = Titles(user, clock.now(), clock.today())
    differences = [*comparison.added, *comparison.changed]
    roster.made["person"] = _save_people(work, comparison)
    roster.made["area"] = _save_dwellings(work, neighbourhood, comparison)
    _end(work, comparison.changed)
    _entitle(work, differences)
    _settle(work, differences)
    _save_titles(work)
    work.journal.write(roster, differences)
    roster.save(update_fields=["made"])


def _save_people(work: Titles, comparison: Comparison) -> list[int]:
    """New people, and new numbers of those known. Returns the keys of the new ones."""
    # People whose rows are left as they are stay unknown.
    rows = [*comparison.added, *comparison.changed]
    new = {id(person): person for one in rows for person in one.owners if person.pk is None}
    made = Person.objects.bulk_create(new.values(), batch_size=BATCH)
    called = {
        person.pk: (one, person)
        for one in comparison.changed + comparison.added
        for person in one.owners
        if person.pk in comparison.people.called
    }
    for pk, (one, person) in called.items():
        work.journal.keep(one, person)
        person.phone = comparison.people.called[pk]
    Person.objects.bulk_update([person for _one, person in called.values()], ["phone"], batch_size=BATCH)
    return [person.pk for person in made]


def _save_dwellings(work: Titles, neighbourhood: Area, comparison: Comparison) -> list[int]:
    """New dwellings with their buildings, and areas. Returns the keys of the new places."""
    before = set(_places(neighbourhood))
    buildings: dict[tuple[str, str], Area] = {}
    for one in comparison.added:
        one.dwelling = Dwelling(
            building=one.site.building or _building(neighbourhood, one.site, buildings),
            entrance=one.entry.entrance,
            room=one.entry.room,
            exclusive_area=one.entry.area,
            usage=one.entry.usage,
        )
        work.journal.made(one, one.dwelling)
    Dwelling.objects.bulk_create([the_dwelling(one) for one in comparison.added], batch_size=BATCH)
    for one in comparison.changed:
        work.journal.keep(one, the_dwelling(one))
        the_dwelling(one).exclusive_area = one.entry.area
    Dwelling.objects.bulk_update(
        [the_dwelling(one) for one in comparison.changed], ["exclusive_area"], batch_size=BATCH
    )
    return sorted(set(_places(neighbourhood)) - before) if buildings else []


def _places(neighbourhood: Area) -> Iterable[int]:
    return Area.objects.filter(path__startswith=neighbourhood.path).values_list("pk", flat=True)


def _building(neighbourhood: Area, site: Site, made: dict[tuple[str, str], Area]) -> Area:
    """The new building of a site, with its estate where that is new too; made once."""
    if (site.estate, site.name) not in made:
        estates = {estate.name: estate for estate in places.below(neighbourhood, Kind.ESTATE)}
        estate = estates.get(site.estate) or places.plant(Kind.ESTATE, site.estate, parent=neighbourhood)
        made[site.estate, site.name] = places.plant(Kind.BUILDING, site.name, parent=estate)
    return made[site.estate, site.name]


def _end(work: Titles, changed: list[Difference]) -> None:
    """Titles that the roster no longer has end today, and with them living there by the roster's word."""
    ended = [(one, title) for one in changed for title in one.ended]
    for one, title in ended:
        work.journal.keep(one, title)
        title.until = work.today
    left = [(one, home) for one in changed for home in one.leaving]
    for one, home in left:
        work.journal.keep(one, home)
        home.until = work.today
    for model, things in (
        (Ownership, [title for _one, title in ended]),
        (Residency, [home for _one, home in left]),
    ):
        for some in batches([thing.pk for thing in things]):
            model.objects.filter(pk__in=some).update(until=work.today)


def _entitle(work: Titles, differences: list[Difference]) -> None:
    """New titles. The first listed is the voter where the dwelling has none; a claim that waited is granted."""
    open_titles = _open(Ownership, differences)
    ended_today = _ended_today(work, differences)
    for one in differences:
        ended = {title.pk for title in one.ended}
        held = [title for title in open_titles.get(the_dwelling(one).pk, []) if title.pk not in ended]
        by_person = {title.person_id: title for title in held}
        voter = any(title.is_voter and title.status == RelationStatus.VERIFIED for title in held)
        for owner, listed in zip(one.owners, one.entry.owners, strict=True):
            title = by_person.get(owner.pk) or ended_today.get((owner.pk, the_dwelling(one).pk))
            if title is None:
                title = _title(work, one, owner)
                title.right, title.is_voter = listed.right, not voter
            else:
                votes = title.is_voter and title.status == RelationStatus.VERIFIED and title.until is None
                _confirm(work, title, one, (listed.right, votes or not voter))
            voter = True


def _title(work: Titles, one: Difference, owner: Person) -> Ownership:
    title = Ownership(
        person=owner,
        dwelling=the_dwelling(one),
        since=work.today,
        status=RelationStatus.VERIFIED,
        method=Method.ROSTER,
        verified_at=work.now,
        verified_by=work.by,
    )
    work.journal.made(one, title)
    work.owning.append(title)
    return title


def _confirm(work: Titles, title: Ownership, one: Difference, wanted: tuple[str, bool]) -> None:
    verified = title.status == RelationStatus.VERIFIED
    if verified and title.until is None and (title.right, title.is_voter) == wanted:
        return
    work.journal.keep(one, title)
    if not verified:
        title.since, title.method, title.verified_at, title.verified_by = (
            work.today,
            Method.ROSTER,
            work.now,
            work.by,
        )
    if title.status == RelationStatus.REQUESTED:
        work.answered.append(title)
    title.status, title.until = RelationStatus.VERIFIED, None
    title.right, title.is_voter = wanted
    work.changed.append(title)


def _settle(work: Titles, differences: list[Difference]) -> None:
    """Owners who live in a dwelling that is new, has a new owner, or is newly lived in by its owner."""
    homes = _open(Residency, differences)
    used = [the_dwelling(one) for one in differences if the_dwelling(one).usage != one.entry.usage]
    for one in differences:
        dwelling = the_dwelling(one)
        known = {home.person_id: home for home in homes.get(dwelling.pk, [])}
        for owner in one.coming:
            _house(work, one, owner, known.get(owner.pk))
        dwelling.usage = one.entry.usage
    Dwelling.objects.bulk_update(used, ["usage"], batch_size=BATCH)


def _house(work: Titles, one: Difference, owner: Person, home: Residency | None) -> None:
    if home is not None and home.status == RelationStatus.VERIFIED:
        return
    if home is None:
        home = Residency(person=owner, dwelling=the_dwelling(one))
        work.journal.made(one, home)
        work.living.append(home)
    else:
        work.journal.keep(one, home)
        work.moved.append(home)
        work.answered.append(home)
    home.since, home.status, home.method = work.today, RelationStatus.VERIFIED, Method.ROSTER
    home.verified_at, home.verified_by = work.now, work.by


def _save_titles(work: Titles) -> None:
    held = ["since", "status", "method", "verified_at", "verified_by"]
    for some in voters_last(work.changed):
        Ownership.objects.bulk_update(some, [*held, "until", "right", "is_voter"], batch_size=BATCH)
    Ownership.objects.bulk_create(work.owning, batch_size=BATCH)
    Residency.objects.bulk_update(work.moved, held, batch_size=BATCH)
    Residency.objects.bulk_create(work.living, batch_size=BATCH)
    for tie in work.answered:
        answers.give(tie, VERIFIED, by=work.by)


def voters_last(things: list[Any]) -> tuple[list[Any], list[Any]]:
    """Things to be saved one after the other: a dwelling has one voter at any time, also within a statement."""
    votes = [
        thing
        for thing in things
        if getattr(thing, "is_voter", False)
        and thing.until is None
        and thing.status == RelationStatus.VERIFIED
    ]
    voting = {id(thing) for thing in votes}
    return [thing for thing in things if id(thing) not in voting], votes


def _open(model: type[Ownership] | type[Residency], differences: list[Difference]) -> dict[int, list[Any]]:
    """Open claims of the dwellings that differ, by dwelling; one that is new has none."""
    found: dict[int, list[Any]] = {}
    for some in batches(_known(differences)):
        held = model.objects.filter(dwelling__in=some, until=None)
        for relation in held.exclude(status=RelationStatus.REFUSED).order_by("pk"):
            found.setdefault(relation.dwelling_id, []).append(relation)
    return found


def _ended_today(work: Titles, differences: list[Difference]) -> dict[tuple[int, int], Ownership]:
    """Titles that a roster ended today, by person and dwelling: who is listed again gets the same back, no new one."""
    found: dict[tuple[int, int], Ownership] = {}
    ended = Ownership.objects.filter(until=work.today, status=RelationStatus.VERIFIED, reason="")
    for some in batches(_known(differences)):
        for title in ended.filter(dwelling__in=some).order_by("pk"):
            found[title.person_id, title.dwelling_id] = title
    return found


def _known(differences: list[Difference]) -> list[int]:
    return [the_dwelling(one).pk for one in differences if one.changes]


def the_dwelling(one: Difference) -> Dwelling:
    """The dwelling of a row, once it was made."""
    if one.dwelling is None:
        raise RuntimeError("the dwelling is made before anybody is tied to it")
    return one.dwelling

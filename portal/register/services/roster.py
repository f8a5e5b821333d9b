"""Bringing a roster in: all of it or nothing, and the second time nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import log
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
    User,
)
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.comparison import Comparison, Difference, Site, compare
from portal.register.events import ROSTER_IMPORTED, VERIFIED
from portal.register.roster import Roster
from portal.register.services import answers, desk

BATCH = 500


@dataclass(frozen=True)
class Summary:
    """How many dwellings an import added, changed and left as they were."""

    added: int
    changed: int
    unchanged: int


@dataclass
class Titles:
    """What an import writes about people and dwellings, gathered so that it is written in a few statements."""

    by: User | None
    now: datetime
    today: date
    owning: list[Ownership] = field(default_factory=list)
    living: list[Residency] = field(default_factory=list)
    granted: set[tuple[int, int]] = field(default_factory=set)


@transaction.atomic
def import_roster(
    user: User | None, neighbourhood: Area, roster: Roster, *, skip_bad: bool = False, expected: str = ""
) -> Summary:
    """Bring the dwellings, owners and owners who live there up to the roster. Dwellings it does not name stay.

    `user` is None for the command. `expected` is the digest of the comparison that was shown: where the
    neighbourhood has changed since, nothing is imported. Raises NotPossible for that, and for bad rows unless
    `skip_bad`.

    An owner who lives in the dwelling (自住) becomes a verified resident with the title; whoever moved out since, and
    said so, is not moved in again by a roster that brings no news about that dwelling.
    """
    if user is not None:
        desk.at_desk(user, neighbourhood, "roster")
    Area.objects.select_for_update(of=("self",)).get(pk=neighbourhood.pk)
    comparison = compare(neighbourhood, roster.entries)
    if not skip_bad and (roster.problems or comparison.problems):
        raise NotPossible(_("Some rows cannot be read. Nothing was imported."))
    if expected and expected != comparison.digest:
        raise NotPossible(
            _("The neighbourhood has changed since the preview. Please look at the new preview.")
        )
    _write(user, neighbourhood, comparison)
    summary = Summary(len(comparison.added), len(comparison.changed), comparison.unchanged)
    if summary.added or summary.changed:
        with translation.override(settings.LANGUAGE_CODE):
            title = _("Roster of dwellings")
        by = desk.signed(user)
        log(ROSTER_IMPORTED, neighbourhood, by=by, title=title, data=asdict(summary))
    return summary


def _write(user: User | None, neighbourhood: Area, comparison: Comparison) -> None:
    work = Titles(user, clock.now(), clock.today())
    differences = [*comparison.added, *comparison.changed]
    _save_people(comparison)
    _save_dwellings(neighbourhood, comparison)
    _end(work, comparison.changed)
    _entitle(work, differences)
    _settle(work, differences)
    Ownership.objects.bulk_create(work.owning, batch_size=BATCH)
    Residency.objects.bulk_create(work.living, batch_size=BATCH)


def _save_people(comparison: Comparison) -> None:
    new = [person for person in comparison.people.values() if person.pk is None]
    Person.objects.bulk_create(new, batch_size=BATCH)
    moved = list(Person.objects.filter(pk__in=comparison.called))
    for person in moved:
        person.phone = comparison.called[person.pk]
    Person.objects.bulk_update(moved, ["phone"], batch_size=BATCH)


def _save_dwellings(neighbourhood: Area, comparison: Comparison) -> None:
    buildings: dict[tuple[str, str], Area] = {}
    for one in comparison.added:
        one.dwelling = Dwelling(
            building=one.site.building or _building(neighbourhood, one.site, buildings),
            entrance=one.entry.entrance,
            room=one.entry.room,
            exclusive_area=one.entry.area,
            usage=one.entry.usage,
        )
    Dwelling.objects.bulk_create([_of(one) for one in comparison.added], batch_size=BATCH)
    for one in comparison.changed:
        _of(one).exclusive_area = one.entry.area
    Dwelling.objects.bulk_update(
        [_of(one) for one in comparison.changed], ["exclusive_area"], batch_size=BATCH
    )


def _building(neighbourhood: Area, site: Site, made: dict[tuple[str, str], Area]) -> Area:
    """The new building of a site, with its estate where that is new too; made once."""
    if (site.estate, site.name) not in made:
        estates = {estate.name: estate for estate in places.below(neighbourhood, Kind.ESTATE)}
        estate = estates.get(site.estate) or places.plant(Kind.ESTATE, site.estate, parent=neighbourhood)
        made[site.estate, site.name] = places.plant(Kind.BUILDING, site.name, parent=estate)
    return made[site.estate, site.name]


def _end(work: Titles, changed: list[Difference]) -> None:
    """Titles that the roster no longer has end today, and with them living there by the roster's word."""
    ended = [title for one in changed for title in one.ended]
    Ownership.objects.filter(pk__in=[title.pk for title in ended]).update(until=work.today)
    gone = {(title.person_id, title.dwelling_id) for title in ended}
    let = {_of(one).pk for one in changed if one.entry.usage != Usage.OWN and _of(one).usage == Usage.OWN}
    left = [
        home.pk
        for homes in _open(Residency, changed).values()
        for home in homes
        if home.method == Method.ROSTER
        and (home.dwelling_id in let or (home.person_id, home.dwelling_id) in gone)
    ]
    Residency.objects.filter(pk__in=left).update(until=work.today)


def _entitle(work: Titles, differences: list[Difference]) -> None:
    """New titles. The first listed is the voter where the dwelling has none; a claim that waited is granted."""
    open_titles = _open(Ownership, differences)
    for one in differences:
        ended = {title.pk for title in one.ended}
        held = [title for title in open_titles.get(_of(one).pk, []) if title.pk not in ended]
        by_person = {title.person_id: title for title in held}
        voter = any(title.is_voter and title.status == RelationStatus.VERIFIED for title in held)
        for owner in one.owners:
            title = by_person.get(owner.pk)
            if title is None:
                work.owning.append(_title(work, one, owner, is_voter=not voter))
            else:
                votes = title.is_voter and title.status == RelationStatus.VERIFIED
                _confirm(work, title, one, is_voter=votes or not voter)
            voter = True


def _title(work: Titles, one: Difference, owner: Person, *, is_voter: bool) -> Ownership:
    return Ownership(
        person=owner,
        dwelling=_of(one),
        right=one.entry.right,
        is_voter=is_voter,
        since=work.today,
        status=RelationStatus.VERIFIED,
        method=Method.ROSTER,
        verified_at=work.now,
        verified_by=work.by,
    )


def _confirm(work: Titles, title: Ownership, one: Difference, *, is_voter: bool) -> None:
    if (title.status, title.right, title.is_voter) == (RelationStatus.VERIFIED, one.entry.right, is_voter):
        return
    if title.status != RelationStatus.VERIFIED:
        work.granted.add((title.person_id, title.dwelling_id))
        title.since, title.method, title.verified_at, title.verified_by = (
            work.today,
            Method.ROSTER,
            work.now,
            work.by,
        )
    asked = title.status == RelationStatus.REQUESTED
    title.status, title.right, title.is_voter = RelationStatus.VERIFIED, one.entry.right, is_voter
    title.save()
    if asked:
        answers.give(title, VERIFIED, by=work.by)


def _settle(work: Titles, differences: list[Difference]) -> None:
    """Owners who live in a dwelling that is new, has a new owner, or is newly lived in by its owner."""
    homes = _open(Residency, differences)
    granted = work.granted | {(title.person_id, title.dwelling_id) for title in work.owning}
    for one in differences:
        dwelling = _of(one)
        newly = dwelling.usage != one.entry.usage
        known = {home.person_id: home for home in homes.get(dwelling.pk, [])}
        for owner in one.owners if one.entry.usage == Usage.OWN else []:
            if owner.kind == PersonKind.NATURAL and (newly or (owner.pk, dwelling.pk) in granted):
                _house(work, owner, dwelling, known.get(owner.pk))
        dwelling.usage = one.entry.usage
    Dwelling.objects.bulk_update([_of(one) for one in differences], ["usage"], batch_size=BATCH)


def _house(work: Titles, owner: Person, dwelling: Dwelling, home: Residency | None) -> None:
    if home is not None and home.status == RelationStatus.VERIFIED:
        return
    if home is None:
        home = Residency(person=owner, dwelling=dwelling)
        work.living.append(home)
    home.since, home.status, home.method = work.today, RelationStatus.VERIFIED, Method.ROSTER
    home.verified_at, home.verified_by = work.now, work.by
    if home.pk:
        home.save()
        answers.give(home, VERIFIED, by=work.by)


def _open(model: type[Ownership] | type[Residency], differences: list[Difference]) -> dict[int, list[Any]]:
    """Open claims of the dwellings that differ, by dwelling."""
    wanted = [_of(one).pk for one in differences]
    found: dict[int, list[Any]] = {}
    for start in range(0, len(wanted), BATCH):
        held = model.objects.filter(dwelling__in=wanted[start : start + BATCH], until=None)
        for relation in held.exclude(status=RelationStatus.REFUSED).order_by("pk"):
            found.setdefault(relation.dwelling_id, []).append(relation)
    return found


def _of(one: Difference) -> Dwelling:
    if one.dwelling is None:
        raise RuntimeError("the dwelling is made before anybody is tied to it")
    return one.dwelling

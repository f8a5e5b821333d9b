"""Who is asked: the register on one day, one row a head."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.community.models import (
    Ownership,
    PersonKind,
    Post,
    RelationStatus,
    Residency,
    Right,
    RuleSet,
)
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.hashing import digest
from portal.voting import rolls
from portal.voting.models import Electorate, RollEntry, Vote
from tests import factories as places
from tests.voting import factories
from tests.worlds import played

pytestmark = pytest.mark.django_db
TODAY = clock.day_of(factories.CALLED_AT)


def rows(vote: Vote) -> set[tuple[int, int]]:
    """Person and area of each line."""
    return set(vote.roll.values_list("person", "area"))


def test_three_flats_are_one_head_with_their_summed_area() -> None:
    place = factories.make_place(())
    owner = places.make_person()
    buildings = [places.make_building(parent=place.estate, name=f"{n}号楼") for n in (1, 2)]
    for building, room, area in [
        (buildings[1], "101", 5000),
        (buildings[0], "502", 8642),
        (buildings[0], "501", 10000),
    ]:
        places.make_ownership(owner, places.make_dwelling(within=building, room=room, exclusive_area=area))

    vote = factories.call(place)

    line = vote.roll.get()
    assert (line.person, line.area, line.building) == (owner, 23642, buildings[0])
    assert line.where == "1号楼 1 501、1号楼 1 502、2号楼 1 101"


def test_co_owners_have_one_vote_cast_by_the_one_they_named() -> None:
    place = factories.make_place(())
    flat = places.make_dwelling(within=place.estate)
    named, other = places.make_person(), places.make_person()
    places.make_ownership(named, flat)
    places.make_ownership(other, flat, is_voter=False)

    assert rows(factories.call(place)) == {(named.pk, 8642)}


def test_tenants_of_public_housing_own_nothing_and_their_flat_is_counted_as_left_out() -> None:
    place = factories.make_place((8642,))
    public = places.make_ownership(
        places.make_person(), places.make_dwelling(within=place.estate, exclusive_area=4000)
    )
    public.right = Right.PUBLIC_TENANT
    public.save()

    vote = factories.call(place)

    assert (vote.heads, vote.area) == (1, 8642)
    assert (vote.uncovered, vote.uncovered_area) == (1, 4000)


@pytest.mark.parametrize("kind", [PersonKind.COMPANY, PersonKind.DEVELOPER])
def test_unsold_flats_of_one_developer_are_one_head(kind: PersonKind) -> None:
    place = factories.make_place((8642,))
    firm = places.make_person()
    firm.kind = kind
    firm.save()
    for _ in range(40):
        places.make_ownership(firm, places.make_dwelling(within=place.estate, exclusive_area=9000))

    vote = factories.call(place)

    assert (vote.heads, vote.area) == (2, 8642 + 40 * 9000)
    assert len(vote.roll.get(person=firm).where) <= 400


@pytest.mark.parametrize(
    "change",
    [
        {"status": RelationStatus.REQUESTED},
        {"status": RelationStatus.REFUSED},
        {"since": TODAY + timedelta(days=1)},
        {"until": TODAY},
        {"until": TODAY - timedelta(days=1)},
    ],
)
def test_only_verified_titles_of_that_day_count(change: dict[str, Any]) -> None:
    place = factories.make_place((8642, 5000))
    Ownership.objects.filter(person=place.people[1].person).update(**change)

    vote = factories.call(place)

    assert (vote.heads, vote.area, vote.uncovered) == (1, 8642, 1)


def test_a_title_that_ends_tomorrow_still_counts() -> None:
    place = factories.make_place((8642,))
    Ownership.objects.update(until=TODAY + timedelta(days=1))

    assert factories.call(place).heads == 1


def test_a_flat_that_is_passed_on_counts_once_for_the_newer_owner() -> None:
    place = factories.make_place((8642,))
    flat = place.people[0].person.ownerships.get().dwelling  # type: ignore[union-attr]
    Ownership.objects.update(until=TODAY + timedelta(days=5))
    buyer = places.make_ownership(places.make_person(), flat)
    Ownership.objects.filter(pk=buyer.pk).update(since=TODAY)

    assert rows(factories.call(place)) == {(buyer.person_id, 8642)}


def test_a_purchase_after_the_call_changes_nothing() -> None:
    place = factories.make_place((8642, 5000))
    vote = factories.call(place)
    before, fingerprint = rows(vote), rolls.fingerprint(vote)

    flat = place.people[0].person.ownerships.get().dwelling  # type: ignore[union-attr]
    Ownership.objects.filter(dwelling=flat).update(until=TODAY)
    Ownership.objects.filter(pk=places.make_ownership(places.make_person(), flat).pk).update(since=TODAY)
    places.make_owner(within=place.estate)
    vote.refresh_from_db()

    assert (rows(vote), rolls.fingerprint(vote)) == (before, fingerprint)
    assert (vote.heads, vote.area, vote.uncovered) == (2, 13642, 0)
    factories.cast(place.people[0], vote)
    assert factories.count(vote).totals["cast"]["for"] == {"heads": 1, "area": 8642}


def test_a_vote_of_one_building_asks_its_owners_only() -> None:
    place = factories.make_place((8642, 5000))
    building = place.people[1].person.ownerships.get().dwelling.building  # type: ignore[union-attr]

    vote = factories.call(place, scope=building)

    assert rows(vote) == {(place.people[1].person_id, 5000)}


def test_residents_are_adults_who_live_there_on_the_day() -> None:
    place = factories.make_place((8642,))
    tenant = places.make_resident(within=place.estate)
    firm = places.make_person()
    firm.kind = PersonKind.COMPANY
    firm.save()
    places.make_residency(firm, places.make_dwelling(within=place.estate))
    places.make_residency(places.make_person(adult=False), places.make_dwelling(within=place.estate))
    gone = places.make_resident(within=place.estate)
    Residency.objects.filter(person=gone.person).update(until=TODAY)

    vote = factories.call_residents(place)

    assert rows(vote) == {(tenant.person_id, 0)}
    assert (vote.heads, vote.area, vote.uncovered) == (1, 0, 0)


@pytest.mark.parametrize(("days", "asked"), [(-1, 1), (0, 1), (1, 0)])
def test_a_resident_must_be_18_on_the_day_the_vote_opens(days: int, asked: int) -> None:
    place = factories.make_place((8642,))
    places.make_resident(within=place.estate)
    young = places.make_resident(within=place.estate)
    person = places.person_of(young)
    person.adult_on = clock.day_of(factories.OPENS_AT) + timedelta(days=days)
    person.save()

    assert factories.call_residents(place).roll.filter(person=person).count() == asked


def test_somebody_with_two_homes_is_asked_once() -> None:
    place = factories.make_place(())
    resident = places.make_resident(within=place.estate)
    places.make_residency(places.person_of(resident), places.make_dwelling(within=place.estate))

    assert factories.call_residents(place).heads == 1


def test_who_has_no_account_was_not_reached() -> None:
    place = factories.make_place((8642,))
    quiet, left = places.make_person(), places.make_owner(within=place.estate)
    left.is_active = False
    left.save()
    places.make_ownership(quiet, places.make_dwelling(within=place.estate))

    vote = factories.call(place)

    assert set(vote.roll.values_list("person", "served")) == {
        (place.people[0].person_id, True), (quiet.pk, False), (left.person_id, False),
    }  # fmt: skip


def test_codes_are_drawn_by_lot() -> None:
    place = factories.make_place(tuple([9000] * 30))

    orders = [
        list(factories.call(place).roll.order_by("number").values_list("person", flat=True)) for _ in range(2)
    ]

    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    assert list(Vote.objects.first().roll.values_list("number", flat=True)) == list(range(1, 31))  # type: ignore[union-attr]


@pytest.mark.parametrize("owners", [1, 5])
def test_freezing_asks_a_fixed_number_of_questions(owners: int) -> None:
    place = factories.make_place(tuple([9000] * owners))

    with CaptureQueriesContext(connection) as queries, played():
        factories.call(place)

    # PostgreSQL opens a cursor for the long list, SQLite reads it as it goes.
    verbs = [query["sql"].split()[0] for query in queries if "voting_rollentry" in query["sql"]]
    asked = [verb.replace("DECLARE", "SELECT") for verb in verbs]
    # Written, summed up, read for its fingerprint; the news are written for its voters, go out by the ways
    # that they chose, and are counted.
    assert asked == ["INSERT", "SELECT", "SELECT", "INSERT", "SELECT", "SELECT"]


def households(place: factories.Place, **changes: Any) -> Vote:
    return factories.call_residents(place, electorate=Electorate.HOUSEHOLDS, **changes)


def test_a_household_is_one_line_held_by_the_adult_who_has_lived_there_longest() -> None:
    place = factories.make_place(())
    flat = places.make_dwelling(within=place.estate, room="501")
    old, tie, late = (places.make_residency(places.make_person(), flat) for _ in range(3))
    child = places.make_residency(places.make_person(adult=False), flat)
    Residency.objects.filter(pk__in=[old.pk, tie.pk]).update(since=TODAY - timedelta(days=9))
    Residency.objects.filter(pk=child.pk).update(since=TODAY - timedelta(days=99))
    Residency.objects.filter(pk=late.pk).update(since=TODAY)

    line = households(place).roll.get()

    assert (line.person_id, line.dwelling, line.area) == (old.person_id, flat, 0)
    assert (line.building, line.where) == (flat.building, f"{flat.building.name} 1 501")


def test_somebody_with_two_homes_holds_the_line_of_each() -> None:
    place = factories.make_place(())
    resident = places.make_resident(within=place.estate)
    places.make_residency(places.person_of(resident), places.make_dwelling(within=place.estate))

    vote = households(place)

    assert vote.heads == 2
    assert set(vote.roll.values_list("person", flat=True)) == {resident.person_id}


def test_a_building_asks_its_own_households() -> None:
    place = factories.make_place(())
    inside, outside = (places.make_resident(within=place.estate) for _ in range(2))
    homes = [user.person.residencys.get().dwelling for user in (inside, outside)]  # type: ignore[union-attr]

    vote = factories.call(place, electorate=Electorate.BUILDING, matter="building", scope=homes[0].building)

    assert set(vote.roll.values_list("person", "dwelling")) == {(inside.person_id, homes[0].pk)}


def test_delegates_hold_the_post_on_the_day_and_are_asked_once() -> None:
    place = factories.make_place((8642,))
    sits, left, elsewhere, moved_in = (places.make_person() for _ in range(4))
    home = places.make_dwelling(within=place.estate, room="101")
    places.make_residency(sits, home)
    for area in (place.neighbourhood, home.building):
        places.make_appointment(sits, Post.DELEGATE, area)
    places.make_appointment(left, Post.DELEGATE, place.neighbourhood, until=TODAY)
    places.make_appointment(elsewhere, Post.DELEGATE, places.make_neighbourhood())
    places.make_appointment(moved_in, Post.DELEGATE, place.neighbourhood)

    vote = factories.call(
        place, electorate=Electorate.DELEGATES, matter="delegates", scope=place.neighbourhood
    )

    assert set(vote.roll.values_list("person", "building", "where")) == {
        (sits.pk, home.building_id, f"{home.building.name} 1 101"),
        (moved_in.pk, place.neighbourhood.pk, ""),
    }


def test_a_panel_is_exactly_those_who_were_named() -> None:
    place = factories.make_place((8642, 5000))
    named = [places.person_of(place.people[0]), places.make_person()]

    vote = factories.call_residents(place, electorate=Electorate.PANEL, people=[*named, named[0]])

    assert rows(vote) == {(person.pk, 0) for person in named}


@pytest.mark.parametrize(("electorate", "matter"), [("panel", "sounding"), ("delegates", "delegates")])
def test_nobody_cannot_be_asked(electorate: str, matter: str) -> None:
    place = factories.make_place((8642,))

    with pytest.raises(NotPossible, match="没有|Nobody"):
        factories.call(place, electorate=electorate, matter=matter)


def test_where_silence_counts_only_what_was_handed_over_is_served() -> None:
    place = factories.make_place((8642, 5000))
    ours = RuleSet.objects.get(area=None, key="owners.ordinary")
    ours.pk, ours.area = None, place.estate
    ours.value = {**ours.value, "silence": "counts_as_participating"}
    ours.save()

    vote = factories.call(place, rules_document=factories.document(place))

    assert set(vote.roll.values_list("served", flat=True)) == {False}


@pytest.mark.parametrize("owners", [0, 1, 3])
def test_the_fingerprint_is_that_of_the_roll_as_it_stands(owners: int) -> None:
    place = factories.make_place(tuple([9000] * (owners + 1)))
    vote = factories.call(place)
    vote.roll.filter(number=1).update(struck_at=factories.CALLED_AT)

    lines = [[line.number, line.area, line.served] for line in vote.roll.exclude(number=1)]

    assert rolls.fingerprint(vote) == digest({"roll": lines})
    assert len(lines) == owners


def test_every_line_belongs_to_the_vote_and_its_sums_are_the_votes() -> None:
    place = factories.make_place((8642, 12000, 5000))

    vote = factories.call(place)

    areas = list(RollEntry.objects.filter(vote=vote).values_list("area", flat=True))
    assert (len(areas), sum(areas)) == (vote.heads, vote.area)
    assert vote.called_at == factories.CALLED_AT
    assert date(2026, 11, 2) == TODAY

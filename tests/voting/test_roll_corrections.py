"""The roll on notice: who may object, what a correction does, what is frozen, who was handed a ballot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from portal.community.models import Area, Ownership, Post, RuleSet, User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.voting import jobs, rolls, services
from portal.voting.models import (
    Ballot,
    BallotChange,
    Electorate,
    RollCorrection,
    RollEntry,
    RollObjection,
    Served,
    Service,
    SetAside,
    Vote,
)
from tests import factories as places
from tests.concurrency import at_once
from tests.voting import factories

pytestmark = pytest.mark.django_db
POSTED = factories.CALLED_AT + timedelta(days=1)
FROZEN = factories.CALLED_AT + timedelta(days=10)


def at(moment: Any, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do something at a moment."""
    with clock.at(moment):
        return work(*args, **kwargs)


def sums(vote: Vote) -> tuple[int, int]:
    vote.refresh_from_db()
    return vote.heads, vote.area


def newest(action: str) -> dict[str, Any]:
    """What the newest record entry of an action holds."""
    data: dict[str, Any] = Entry.objects.filter(action=action).latest("pk").data
    return data


def silent(place: factories.Place) -> dict[str, Any]:
    """The arguments of a vote under an adopted rule of silence."""
    plain = RuleSet.objects.get(key="owners.ordinary", area=None).value
    RuleSet.objects.create(
        area=place.estate,
        key="owners.ordinary",
        value={**plain, "name": "own", "silence": "counts_as_participating"},
        valid_from="2024-01-01",
        source="本小区议事规则",
        status="local_rule",
    )
    return {"rules_document": factories.document(place)}


# --- objections ---


def test_a_neighbour_objects_once_until_answered_and_the_committee_owes_the_answer() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    owner = place.people[0]

    objection = at(POSTED, services.object_to_roll, owner, vote.pk, "漏了我母亲的房子。")
    with pytest.raises(NotPossible):
        at(POSTED, services.object_to_roll, owner, vote.pk, "再说一遍。")

    duty = Duty.objects.get(kind="vote.roll_objection")
    assert (duty.post, duty.due_at, duty.done_at) == (Post.WORKER, vote.frozen_at, None)
    at(POSTED, services.answer_objection, place.director, objection.pk, "已更正。")
    duty.refresh_from_db()
    assert duty.done_by == place.director
    told = Notice.objects.filter(kind="vote.roll_answered")
    assert list(told.values_list("user", flat=True)) == [owner.pk]
    second = at(POSTED, services.object_to_roll, owner, vote.pk, "还有一处。")
    assert RollObjection.objects.count() == 2
    at(POSTED, services.answer_objection, place.director, second.pk, "也已更正。")
    assert list(told.values_list("user", flat=True)) == [owner.pk] * 2


def test_an_objection_after_the_freezing_is_answered_within_two_working_days() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    at(factories.DURING, services.object_to_roll, place.people[0], vote.pk, "面积不对。")

    # Friday 20 November: the second working day is Tuesday.
    assert Duty.objects.get().due_at == clock.end_of(clock.day_of(factories.DURING) + timedelta(days=4))


@pytest.mark.parametrize("role", [Role.ACCOUNT, Role.OFFICER, Role.WORKER])
def test_only_neighbours_object(role: Role) -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with pytest.raises(PermissionDenied):
        at(
            POSTED,
            services.object_to_roll,
            places.make_user(role, neighbourhood=place.neighbourhood),
            vote.pk,
            "x",
        )


def test_nobody_objects_to_the_roll_after_the_end() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    with pytest.raises(NotPossible):
        at(factories.CLOSES_AT, services.object_to_roll, place.people[0], vote.pk, "x")


# --- corrections ---


def test_r1_a_sold_flat_has_one_ballot_that_stands_until_the_buyer_replaces_it() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    seller = place.people[0]
    factories.cast(seller, vote, "for")
    line, before = factories.line(seller, vote), sums(vote)
    buyer = places.make_user()
    places.make_ownership(places.person_of(buyer), flat_of(seller), is_voter=False)

    at(factories.DURING, services.change_voter, place.director, line.pk, buyer.person, "已办过户")

    assert Ballot.objects.get().choice == "for"
    with pytest.raises(NotPossible):
        factories.cast(seller, vote, "against")
    factories.cast(buyer, vote, "against")
    assert (Ballot.objects.get().choice, BallotChange.objects.get().choice) == ("against", "for")
    assert sums(vote) == before


def test_r2_a_missing_flat_is_added_before_the_end_with_both_totals_and_notice_to_all() -> None:
    place = factories.make_place((8642, 12000))
    vote = factories.call(place)
    missed = places.make_owner(within=place.estate, exclusive_area=5000)

    entry = at(factories.DURING, services.add_line, place.director, vote.pk, missed.person, "产权证已核对")

    assert sums(vote) == (3, 25642)
    assert (entry.number, entry.area, entry.person) == (3, 5000, missed.person)
    data = newest("vote.roll_corrected")
    assert data["before"] == {"heads": 2, "area": 20642}
    assert data["after"] == {"heads": 3, "area": 25642}
    assert set(data) == {"about", "before", "after", "roll_sha256"}
    told = Notice.objects.filter(kind="vote.roll_corrected").values_list("user", flat=True)
    assert set(told) == {user.pk for user in [*place.people, missed]}
    correction = RollCorrection.objects.get()
    assert (correction.before, (correction.after or {})["area"], correction.reason) == (
        None,
        5000,
        "产权证已核对",
    )
    factories.cast(missed, vote)


def test_all_voters_are_told_of_each_correction_of_a_frozen_roll() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    for area in (9000, 9100):
        at(factories.DURING, services.change_area, place.director, line.pk, area, "实测面积")

    told = Notice.objects.filter(kind="vote.roll_corrected")
    assert {user.pk: told.filter(user=user).count() for user in place.people} == {
        user.pk: 2 for user in place.people
    }


def test_r2_after_the_end_there_is_only_the_objection_to_the_result() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    missed = places.make_owner(within=place.estate)

    with pytest.raises(NotPossible):
        at(factories.CLOSES_AT, services.add_line, place.director, vote.pk, missed.person, "x")

    assert sums(vote) == (3, 25642)


def test_before_the_freezing_a_correction_is_told_in_the_record_only() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    at(POSTED, services.change_area, place.director, line.pk, 9000, "实测面积")

    assert Entry.objects.filter(action="vote.roll_corrected").count() == 1
    assert Notice.objects.filter(kind="vote.roll_corrected").count() == 0


def test_r3_a_flat_entered_twice_is_struck_with_its_ballot_kept_aside() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    factories.cast(place.people[2], vote, "against")
    line = factories.line(place.people[2], vote)

    at(factories.DURING, services.strike_line, place.director, line.pk, "同一套房录了两次")

    assert sums(vote) == (2, 20642)
    assert Ballot.objects.count() == 0
    kept = BallotChange.objects.get()
    assert (kept.entry, kept.choice, kept.why) == (line, "against", SetAside.STRUCK)
    with pytest.raises(NotPossible):
        factories.cast(place.people[2], vote)
    assert factories.count(vote).totals["cast"]["against"]["heads"] == 0


def test_a_line_that_was_struck_can_be_put_back() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[2], vote)
    at(POSTED, services.strike_line, place.director, line.pk, "误会")

    again = at(POSTED, services.add_line, place.director, vote.pk, place.people[2].person, "核实后恢复")

    assert (again.pk, again.number) == (line.pk, line.number)
    assert sums(vote) == (3, 25642)


def test_r4_an_owner_of_five_flats_is_one_head_and_cannot_be_added_again() -> None:
    place = factories.make_place((5000,))
    for _ in range(4):
        places.make_ownership(places.person_of(place.people[0]), places.make_dwelling(within=place.estate))
    vote = factories.call(place)

    assert sums(vote) == (1, 5000 + 4 * 8642)
    with pytest.raises(NotPossible):
        at(POSTED, services.add_line, place.director, vote.pk, place.people[0].person, "x")


def test_r5_of_co_owners_only_the_one_they_named_votes() -> None:
    place = factories.make_place((8642,))
    other = places.make_user()
    places.make_ownership(places.person_of(other), flat_of(place.people[0]), is_voter=False)
    vote = factories.call(place)

    with pytest.raises(NotPossible):
        factories.cast(other, vote)
    with pytest.raises(NotPossible):
        at(POSTED, services.add_line, place.director, vote.pk, other.person, "共有人")
    line = factories.line(place.people[0], vote)
    at(factories.DURING, services.change_voter, place.director, line.pk, other.person, "共有人改推代表")
    assert factories.cast(other, vote).entry == line


def test_r6_an_area_is_corrected_before_the_end_only() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    at(factories.DURING, services.change_area, place.director, line.pk, 9000, "以产权证为准")
    with pytest.raises(NotPossible):
        at(factories.AFTER, services.change_area, place.director, line.pk, 9500, "又改")

    assert sums(vote) == (3, 26000)
    correction = RollCorrection.objects.get()
    assert (correction.heads, correction.area) == (3, 25642)
    assert ((correction.before or {})["area"], (correction.after or {})["area"]) == (8642, 9000)


def test_r8_only_dwellings_weigh_so_a_parking_space_adds_nothing() -> None:
    place = factories.make_place((8642,))
    vote = factories.call(place)
    home = flat_of(place.people[0])

    assert (home.exclusive_area, sums(vote)) == (8642, (1, 8642))


def test_r9_a_tenant_is_refused_in_an_owners_vote_and_is_no_line_to_add() -> None:
    place = factories.make_place()
    tenant = places.make_resident(within=place.estate)
    vote = factories.call(place)

    with pytest.raises(NotPossible):
        factories.cast(tenant, vote)
    with pytest.raises(NotPossible):
        at(POSTED, services.add_line, place.director, vote.pk, tenant.person, "租客")


def test_a_resident_is_added_to_a_residents_vote_without_area() -> None:
    place = factories.make_place(residents=True)
    vote = factories.call_residents(place)
    missed = places.make_resident(within=place.estate)

    entry = at(POSTED, services.add_line, place.director, vote.pk, missed.person, "漏登")

    assert (entry.area, sums(vote)) == (0, (4, 0))


def test_a_household_names_another_delegate() -> None:
    place = factories.make_place(residents=True)
    vote = factories.call(place, electorate=Electorate.HOUSEHOLDS, matter="sounding")
    line = vote.roll.get(person=place.people[0].person)
    assert line.dwelling is not None
    mother = places.make_resident(dwelling=line.dwelling)

    at(factories.DURING, services.change_voter, place.director, line.pk, mother.person, "户内商定")

    assert factories.cast(mother, vote).entry == line


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.OWNER, Role.PROPERTY])
def test_only_who_runs_the_vote_corrects_its_roll(role: Role) -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    with pytest.raises(PermissionDenied):
        at(
            POSTED,
            services.strike_line,
            places.make_user(role, neighbourhood=place.neighbourhood),
            line.pk,
            "x",
        )


def test_every_correction_has_a_reason() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    with pytest.raises(NotPossible):
        at(POSTED, services.strike_line, place.director, line.pk, "  ")

    assert sums(vote) == (3, 25642)


# --- freezing ---


def test_the_roll_is_frozen_once_with_its_fingerprint_when_the_notice_is_over() -> None:
    place = factories.make_place()
    vote = factories.call(place)

    at(vote.frozen_at - timedelta(seconds=1), jobs.freeze_rolls)
    assert Entry.objects.filter(action="vote.roll_frozen").count() == 0
    at(vote.frozen_at, jobs.freeze_rolls)
    at(FROZEN, jobs.freeze_rolls)
    at(FROZEN, services.freeze_roll, vote.pk)

    vote.refresh_from_db()
    assert vote.roll_sha256 == rolls.fingerprint(vote)
    entry = Entry.objects.get(action="vote.roll_frozen")
    assert {name: entry.data[name] for name in ("heads", "area", "roll_sha256")} == {
        "heads": 3, "area": 25642, "roll_sha256": vote.roll_sha256,
    }  # fmt: skip


# --- handing over ---


def test_under_a_rule_of_silence_nobody_is_served_before_a_ballot_was_handed_over() -> None:
    place = factories.make_place((9000, 9000, 9000))
    vote = factories.call(place, **silent(place))
    assert set(vote.roll.values_list("served", flat=True)) == {False}
    line = factories.line(place.people[0], vote)

    at(factories.DURING, services.serve, place.director, line.pk, Served.HAND, factories.DURING, "本人")
    factories.cast(place.people[1], vote)

    row = Service.objects.get()
    assert (row.entry, row.how, row.received_by, row.recorded_by) == (line, "hand", "本人", place.director)
    counted = factories.count(vote)
    assert counted.totals["silent"] == {"heads": 1, "area": 9000}


def test_a_door_round_serves_a_whole_building_once() -> None:
    place = factories.make_place((9000,))
    building: Area = flat_of(place.people[0]).building
    places.make_owner(within=building)
    vote = factories.call(place, **silent(place))

    first = at(POSTED, services.serve_building, place.director, vote.pk, building, Served.HAND, POSTED)
    again = at(POSTED, services.serve_building, place.director, vote.pk, building, Served.HAND, POSTED)

    assert (first, again, Service.objects.count()) == (2, 0, 2)
    assert vote.roll.filter(served=False).count() == 0


def test_nobody_is_served_after_the_end_nor_in_the_future() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)

    for now, moment in [(factories.AFTER, factories.DURING), (POSTED, factories.DURING)]:
        with pytest.raises(NotPossible):
            at(now, services.serve, place.director, line.pk, Served.HAND, moment, "本人")

    assert Service.objects.count() == 0


def flat_of(owner: User) -> Any:
    """The one flat somebody owns."""
    return Ownership.objects.get(person=owner.person).dwelling


def test_the_roll_entry_of_a_correction_is_kept_for_ever() -> None:
    place = factories.make_place()
    vote = factories.call(place)
    line = factories.line(place.people[0], vote)
    at(POSTED, services.strike_line, place.director, line.pk, "误录")

    struck = RollEntry.objects.get(pk=line.pk)
    correction = RollCorrection.objects.get()
    assert (struck.struck_at, correction.after) == (POSTED, None)
    assert (correction.before or {})["person"] == place.people[0].person_id


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_roll_frozen_by_several_at_once_is_on_record_once() -> None:
    vote = factories.call(factories.make_place())

    attempts = at_once(4, lambda: at(FROZEN, services.freeze_roll, vote.pk))

    assert (attempts.errors, Entry.objects.filter(action="vote.roll_frozen").count()) == ([], 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_corrections_at_once_add_up() -> None:
    place = factories.make_place((9000,) * 6)
    vote = factories.call(place)
    lines = list(vote.roll.values_list("pk", flat=True))

    attempts = at_once(
        4, lambda n: at(POSTED, services.strike_line, place.director, lines[n], "误录"), numbered=True
    )

    assert (attempts.errors, sums(vote)) == ([], (2, 18000))

"""Two records of one human: united, nothing counts twice; parted, everything is as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from portal.community.models import Area, Ownership, Person, Post, Residency, User
from portal.community.rowchanges import RowChanges
from portal.deliberation.models import Rating, Seconding, Topic
from portal.deliberation.services import merging, topics
from portal.duties import services as duties
from portal.duties.calendar import Deadline
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Participant
from portal.meetings.states.hearing import HearingState
from portal.notifications.models import Notice
from portal.record import numbers
from portal.record.models import Entry
from portal.record.services import key
from portal.register.models import PersonChange, Wish
from portal.register.services import joining, persons, wishes
from portal.threads.models import Flag
from portal.volunteers.models import HourRecord, Membership, Signup, TeamRole
from portal.volunteers.states import HourState, SignupState
from portal.voting import sealing, services
from portal.voting.matters import Question
from portal.voting.models import Ballot, BallotChange, Channel, Electorate, PaperBallot, RollEntry, SetAside
from tests import factories
from tests.concurrency import at_once
from tests.deliberation.factories import World
from tests.examples import examples
from tests.meetings import factories as meetings
from tests.threads import factories as threads
from tests.volunteers import factories as volunteers
from tests.voting import factories as votes

pytestmark = pytest.mark.django_db

# What stays for the trace when two are parted: the record, the corrections of rolls, notices, and who acted.
TRACES = {
    "record.chain",
    "record.entry",
    "record.state",
    "register.personchange",
    "voting.rollcorrection",
    "notifications.notice",
    "community.look",
}


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the portal, and of those its models inherit from, but the traces."""
    own = {model for model in apps.get_models() if model.__module__.startswith("portal.")}
    tables = own.union(*(model._meta.get_parent_list() for model in own))
    found = {}
    with connection.cursor() as cursor:
        for model in tables:
            if model._meta.label_lower not in TRACES:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{model._meta.pk.column}"')  # noqa: S608
                found[model._meta.label_lower] = cursor.fetchall()
    return found


def two(here: Area) -> tuple[User, User]:
    """Two accounts of one human."""
    return factories.make_user(name="老唐"), factories.make_user(name="唐师傅")


def director(here: Area) -> User:
    return factories.make_user(post=Post.DIRECTOR, neighbourhood=here)


def of(user: User) -> Person:
    return factories.person_of(user)


def unite(boss: User, kept: User, other: User) -> PersonChange:
    return persons.unite(boss, of(kept).pk, of(other), "两张身份证复核为同一人")


# --- what is held once ---


def test_a_home_and_a_title_count_once_since_the_earlier_day() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    home = factories.make_dwelling(within=here)
    for user, since in ((first, date(2024, 5, 1)), (second, date(2021, 3, 1))):
        factories.make_residency(of(user), home)
        factories.make_ownership(of(user), home, is_voter=user is first)
        for model in (Residency, Ownership):
            model.objects.filter(person=of(user)).update(since=since)

    unite(director(here), first, second)

    for model in (Residency, Ownership):
        held = model.objects.on(clock.today()).filter(dwelling=home)
        assert [(tie.person_id, tie.since) for tie in held] == [(first.person_id, date(2021, 3, 1))]
        assert not model.objects.on(date(2024, 6, 1)).filter(dwelling=home)[1:].exists()
    assert Ownership.objects.on(clock.today()).get(dwelling=home).is_voter


def test_a_request_for_what_the_other_holds_goes_with_its_duty() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    home = factories.make_dwelling(within=here)
    factories.make_residency(of(first), home)
    asked = joining.request(of(second), home, Residency)

    made = unite(director(here), first, second)

    assert not Residency.objects.filter(pk=asked.pk).exists()
    assert not Duty.objects.active().exists()
    persons.take_back(director(here), made.pk)
    assert Residency.objects.get(pk=asked.pk).person == of(second)
    assert Duty.objects.active().count() == 1


def test_of_two_wishes_for_the_same_the_earlier_stays_and_the_later_is_owed_no_more() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    for user in (first, second):
        factories.make_residency(of(user), factories.make_dwelling(within=here))
    with clock.at(clock.now() - timedelta(days=1)):
        earlier = wishes.ask(second, here, "person", "我姓唐。")
    later = wishes.ask(first, here, "person", "我的姓写错了。")

    made = unite(director(here), first, second)

    assert [(one.pk, one.person_id) for one in Wish.objects.waiting()] == [(earlier.pk, first.person_id)]
    assert [duty.subject for duty in Duty.objects.active()] == [key(earlier)]
    persons.take_back(director(here), made.pk)
    assert {one.pk: one.person_id for one in Wish.objects.waiting()} == {
        earlier.pk: second.person_id,
        later.pk: first.person_id,
    }
    assert Duty.objects.active().count() == 2


def test_who_backed_what_was_merged_and_what_was_kept_by_two_records_backs_it_once() -> None:
    world = World()
    with world.at():
        kept, merged = world.sent(), world.screening(title="北门开一个小门")
        first = world.resident()
        topics.second(first, kept.pk)
        second = User.objects.get(person=merged.secondings.order_by("pk")[0].person_id)
        merging.merge(world.worker, merged.pk, kept.pk)
        before = kept.secondings.count()

        boss = director(world.here)
        made = unite(boss, first, second)

        assert kept.secondings.filter(person=first.person_id).count() == 1
        assert kept.secondings.count() == before - 1
        persons.take_back(boss, made.pk)
    assert kept.secondings.count() == before
    assert kept.secondings.get(person=second.person_id).came_from == merged


def test_one_seconding_one_report_one_duty_stand_and_it_is_the_earlier_one() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    homes = [factories.make_dwelling(within=here) for _each in range(2)]
    factories.make_residency(of(first), homes[0])
    thread = threads.make_thread(neighbourhood=here)
    post = threads.say(threads.make_neighbour(thread), thread)
    topic = Topic.objects.create(
        neighbourhood=here, area=here, title="开通小门", proposer=factories.make_person()
    )
    due = Deadline(clock.now() + timedelta(days=3))
    for user, home, days in ((first, homes[0], 1), (second, homes[1], 2)):
        at = clock.now() - timedelta(days=days)
        Seconding.objects.create(topic=topic, person=of(user), dwelling=home, at=at)
        Rating.objects.create(topic=topic, person=of(user), level="satisfied" if days == 2 else "not", at=at)
        Flag.objects.create(post=post, person=of(user), reason="abuse", at=at)
        duties.open_duty("x.y", topic, due=due, person=of(user))

    unite(director(here), first, second)

    assert [(row.person_id, row.dwelling_id) for row in Seconding.objects.all()] == [
        (first.person_id, homes[1].pk)
    ]
    assert [(row.person_id, row.level) for row in Rating.objects.all()] == [(first.person_id, "satisfied")]
    assert [row.person_id for row in Flag.objects.all()] == [first.person_id]
    assert [row.person_id for row in Duty.objects.active()] == [first.person_id]


def test_memberships_places_and_hours_count_once() -> None:
    crew = volunteers.make_crew()
    first, second = two(crew.here)
    factories.make_residency(of(first), factories.make_dwelling(within=crew.here))
    shift = volunteers.make_shift(volunteers.make_activity(crew))
    for user, role in ((first, TeamRole.MEMBER), (second, TeamRole.LEADER)):
        volunteers.make_membership(crew.team, of(user), role)
        volunteers.make_signup(shift, of(user))
    start = clock.now() - timedelta(days=20)
    for user, hours in ((first, 0), (second, 1)):
        volunteers.make_record(crew, of(user), starts_at=start + timedelta(hours=hours))

    unite(director(crew.here), first, second)

    [member] = Membership.objects.active().filter(person__in=[of(first), of(second)])
    assert (member.person_id, member.role) == (first.person_id, TeamRole.LEADER)
    standing = Signup.objects.filter(shift=shift, state=SignupState.ACCEPTED)
    assert [signup.person_id for signup in standing] == [first.person_id]
    shift.refresh_from_db()
    assert shift.taken == 1
    assert HourRecord.objects.filter(person=first.person, state=HourState.BOOKED).minutes() == 120


def test_hours_verified_by_the_other_record_stay_verified_by_it() -> None:
    crew = volunteers.make_crew()
    first, second = two(crew.here)
    factories.make_residency(of(first), factories.make_dwelling(within=crew.here))
    record = volunteers.make_record(crew, of(second), recorder=of(first))

    made = unite(director(crew.here), first, second)

    record.refresh_from_db()
    assert (record.person_id, record.recorder_id) == (first.person_id, second.person_id)
    persons.take_back(director(crew.here), made.pk)
    record.refresh_from_db()
    assert (record.person_id, record.recorder_id) == (second.person_id, first.person_id)


# --- votes ---


def owners() -> tuple[votes.Place, User, User]:
    place = votes.make_place()
    return place, place.people[0], place.people[1]


def test_two_lines_become_one_with_both_areas_and_the_first_ballot() -> None:
    place, first, second = owners()
    vote = votes.call(place)
    votes.cast(second, vote, "against", at=votes.DURING)
    votes.cast(first, vote, "for", at=votes.DURING + timedelta(hours=1))

    with clock.at(votes.DURING + timedelta(hours=2)):
        unite(place.director, first, second)

    vote.refresh_from_db()
    line = votes.line(first, vote)
    assert (vote.heads, vote.area, line.area) == (2, 8642 + 12000 + 5000, 8642 + 12000)
    assert [(ballot.entry_id, ballot.choice) for ballot in Ballot.objects.all()] == [(line.pk, "against")]
    assert [(row.choice, row.why) for row in BallotChange.objects.all()] == [("for", SetAside.DUPLICATE)]
    assert votes.line(second, vote).struck_at is not None
    counted = votes.count(vote)
    assert (counted.heads, counted.roll.active().filter(ballot__choice="against").count()) == (2, 1)


def test_two_lines_are_parted_with_their_ballots() -> None:
    place, first, second = owners()
    vote = votes.call(place)
    votes.cast(second, vote, "against", at=votes.DURING)
    votes.cast(first, vote, "for", at=votes.DURING + timedelta(hours=1))
    before = rows()

    with clock.at(votes.DURING + timedelta(hours=2)):
        made = unite(place.director, first, second)
        assert rows() != before
        persons.take_back(place.director, made.pk)

    assert rows() == before


def test_a_result_is_not_counted_anew() -> None:
    place, first, second = owners()
    vote = votes.counted(place, "for", "against", "for")
    before = (vote.heads, vote.result_sha256, RollEntry.objects.filter(vote=vote, struck_at=None).count())

    with clock.at(votes.AFTER):
        unite(place.director, first, second)

    vote.refresh_from_db()
    after = (vote.heads, vote.result_sha256, RollEntry.objects.filter(vote=vote, struck_at=None).count())
    assert after == before


def test_while_it_is_counted_two_voters_stay_two() -> None:
    place, first, second = owners()
    votes.call(place)

    with clock.at(votes.AFTER), pytest.raises(NotPossible):
        unite(place.director, first, second)

    assert of(second).united_into is None


def test_after_a_new_ballot_the_two_are_not_parted() -> None:
    place, first, second = owners()
    vote = votes.call(place)
    with clock.at(votes.DURING):
        made = unite(place.director, first, second)
    votes.cast(User.objects.get(pk=first.pk), vote, at=votes.DURING + timedelta(hours=1))

    with clock.at(votes.DURING + timedelta(hours=2)), pytest.raises(NotPossible):
        persons.take_back(place.director, made.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_vote_while_they_become_one_vote_once() -> None:
    place, first, second = owners()
    vote = votes.call(place)

    def act(number: int) -> object:
        with clock.at(votes.DURING):
            if number == 0:
                return unite(place.director, first, second)
            return services.cast(User.objects.get(pk=(first, second)[number % 2].pk), vote.pk, "for")

    at_once(5, act, numbered=True)

    assert PersonChange.objects.count() == 1
    standing = RollEntry.objects.active().filter(vote=vote, person__in=[of(first), of(second)])
    assert [line.person_id for line in standing] == [first.person_id]
    assert Ballot.objects.filter(vote=vote).exclude(entry__in=standing).count() == 0
    assert Ballot.objects.filter(vote=vote).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_from_either_end_at_once_two_are_united_once() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    for user in (first, second):
        factories.make_residency(of(user), factories.make_dwelling(within=here))
    boss = director(here)

    outcome = at_once(
        4, lambda n: unite(boss, *((first, second) if n % 2 else (second, first))), numbered=True
    )

    assert PersonChange.objects.count() == 1
    assert [type(error) for error in outcome.errors] == [NotPossible] * 3


def test_a_later_sheet_is_set_aside_and_comes_back_with_its_ballot() -> None:
    place, first, second = owners()
    vote = votes.call(place)
    votes.cast(first, vote, "for")
    line = votes.line(second, vote)
    clerk = factories.make_user(post=Post.WORKER, neighbourhood=place.neighbourhood)
    later = votes.DURING + timedelta(hours=1)
    Ballot.objects.create(
        vote=vote,
        entry=line,
        receipt=numbers.draw(),
        choice="against",
        channel=Channel.PAPER,
        cast_at=later,
        cast_by=clerk,
    )
    sheet = PaperBallot.objects.create(
        vote=vote,
        entry=line,
        sheet=1,
        received_at=later,
        first_by=clerk,
        second_by=place.director,
        second_at=later,
        taken_at=later,
        stands=True,
    )
    before = rows()

    with clock.at(votes.DURING + timedelta(hours=2)):
        made = unite(place.director, first, second)
        sheet.refresh_from_db()
        assert (sheet.stands, sheet.kept is not None) == (False, True)
        assert [ballot.choice for ballot in Ballot.objects.filter(vote=vote)] == ["for"]
        persons.take_back(place.director, made.pk)

    assert rows() == before


def secret(place: votes.Place) -> Any:
    values = {"electorate": Electorate.RESIDENTS, "matter": "sounding", "question": Question(secret=True)}
    return votes.call(place, **values)


def put(user: User, vote: Any, at: datetime) -> None:
    with clock.at(at):
        envelope = sealing.seal(vote.public_key, vote.public_id, numbers.draw(), "for")
        services.cast_sealed(user, vote.pk, envelope)


def test_of_two_sealed_ballots_the_first_stands_and_the_two_stay_one() -> None:
    place = votes.make_place((8642,) * 3, residents=True)
    first, second = place.people[:2]
    vote = secret(place)
    put(second, vote, votes.DURING)
    put(first, vote, votes.DURING + timedelta(hours=1))
    stands, gone = (Ballot.objects.get(entry=votes.line(user, vote)).seal for user in (second, first))

    with clock.at(votes.DURING + timedelta(hours=2)):
        made = unite(place.director, first, second)
        with pytest.raises(NotPossible, match="密封选票"):
            persons.take_back(place.director, made.pk)

    assert [(ballot.entry, ballot.seal) for ballot in Ballot.objects.all()] == [
        (votes.line(first, vote), stands)
    ]
    # Of the one that does not stand nothing is kept that could be opened.
    assert gone not in str([made.steps, *BallotChange.objects.values()])


def test_a_sheet_in_the_box_keeps_two_voters_two_until_the_result_is_out() -> None:
    place = votes.make_place((8642,) * 3, residents=True)
    first, second = place.people[:2]
    vote = secret(place)
    put(first, vote, votes.DURING)
    with clock.at(votes.DURING + timedelta(hours=1)):
        Ballot.objects.create(
            vote=vote,
            entry=votes.line(second, vote),
            receipt=numbers.draw(),
            channel=Channel.PAPER,
            cast_by=place.director,
        )

        with pytest.raises(NotPossible):
            unite(place.director, first, second)


def test_one_seat_of_a_panel_stays_with_what_was_done_on_either() -> None:
    scene = meetings.hearing_at(HearingState.IN_SESSION)
    first, second = scene.delegates[:2]
    Participant.objects.filter(person=first.person).update(attended_at=None, rounds=[])

    made = unite(scene.director, first, second)

    seats = Participant.objects.filter(meeting=scene.pk)
    assert (seats.count(), seats.get(person=first.person).attended_at is not None) == (2, True)
    persons.take_back(scene.director, made.pk)
    assert seats.get(person=second.person).attended_at is not None
    assert seats.get(person=first.person).attended_at is None


# --- accounts ---


def test_the_account_of_the_other_goes_to_who_has_none() -> None:
    here = factories.make_neighbourhood()
    known = factories.make_person(real_name="唐国梁", phone="13900000001")
    factories.make_residency(known, factories.make_dwelling(within=here))
    user = factories.make_user(name="老唐")

    persons.unite(director(here), known.pk, of(user), "当面核对")

    user.refresh_from_db()
    assert (user.person, user.is_active) == (known, True)


def test_of_two_accounts_one_goes_on_until_they_are_parted() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    factories.make_residency(of(first), factories.make_dwelling(within=here))
    User.objects.filter(pk=second.pk).update(phone="13900000001", phone_verified=True)
    boss = director(here)

    made = unite(boss, first, second)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_active, first.phone, first.phone_verified) == (True, "13900000001", True)
    assert (second.is_active, second.phone) == (False, "")
    told = Notice.objects.filter(kind="person.united").values_list("user", flat=True)
    assert set(told) == {first.pk, second.pk}
    persons.take_back(boss, made.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.phone, second.is_active, second.phone) == ("", True, "13900000001")


# --- who may, and what is kept ---


def test_uniting_gives_nobody_a_post_that_is_not_theirs_to_give() -> None:
    here = factories.make_neighbourhood()
    clerk = factories.make_user(post=Post.WORKER, neighbourhood=here)
    friend = factories.make_resident(within=here)
    boss = director(here)

    for kept, other in ((of(friend), of(boss)), (of(boss), of(friend)), (of(friend), of(clerk))):
        with pytest.raises(NotPossible):
            persons.unite(clerk, kept.pk, other, "x")
    with pytest.raises(PermissionDenied):
        persons.unite(friend, of(friend).pk, of(factories.make_resident(within=here)), "x")


def test_the_record_names_nobody_and_says_both() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    factories.make_residency(of(first), factories.make_dwelling(within=here))
    boss = director(here)

    persons.take_back(boss, unite(boss, first, second).pk)

    told = Entry.objects.order_by("sequence").values("action", "title", "data", "subject")
    assert [entry["action"] for entry in told] == ["person.united", "person.taken_back"]
    for word in ("唐", of(first).real_name, of(second).real_name, "复核"):
        assert word not in str(list(told))


def test_what_was_done_since_keeps_the_two_one() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    factories.make_residency(of(first), factories.make_dwelling(within=here))
    boss = director(here)
    made = unite(boss, first, second)

    factories.make_residency(of(first), factories.make_dwelling(within=here))

    with pytest.raises(NotPossible, match="不能再分开"):
        persons.take_back(boss, made.pk)


def test_a_record_that_went_on_is_parted_from_the_last_one_first() -> None:
    here = factories.make_neighbourhood()
    first, second = two(here)
    third = factories.make_resident(within=here)
    factories.make_residency(of(first), factories.make_dwelling(within=here))
    boss = director(here)
    before = rows()
    inner, outer = unite(boss, first, second), unite(boss, third, first)

    with pytest.raises(NotPossible):
        persons.take_back(boss, inner.pk)
    persons.take_back(boss, outer.pk)
    persons.take_back(boss, inner.pk)

    assert rows() == before


def test_the_preview_changes_nothing_and_says_what_clashes() -> None:
    place, first, second = owners()
    vote = votes.call(place)
    before, seen = rows(), Entry.objects.count()

    with clock.at(votes.DURING):
        union = persons.preview(place.director, of(first), of(second), place.neighbourhood)

    assert any(vote.title in note for note in union.notes)
    assert (rows(), Entry.objects.count()) == (before, seen)


# --- whatever was done ---

ACTS: list[Callable[[Any, Person], object]] = [
    lambda world, who: Residency.objects.get_or_create(
        person=who, dwelling=world["homes"][0], until=None, defaults={"status": "verified"}
    ),
    lambda world, who: Ownership.objects.get_or_create(
        person=who, dwelling=world["homes"][1], until=None, defaults={"status": "verified", "is_voter": False}
    ),
    lambda world, who: (
        Residency.objects.filter(person=who, dwelling=world["homes"][2]).exists()
        or joining.request(who, world["homes"][2], Residency)
    ),
    lambda world, who: Seconding.objects.get_or_create(
        topic=world["topic"], person=who, defaults={"dwelling": world["homes"][who.pk % 2 + 3]}
    ),
    lambda world, who: Rating.objects.get_or_create(
        topic=world["topic"], person=who, defaults={"level": "not"}
    ),
    lambda world, who: Membership.objects.get_or_create(
        team=world["crew"].team, person=who, left_at=None, defaults={"role": TeamRole.RECORDER}
    ),
    lambda world, who: (
        Signup.objects.filter(person=who).exists() or volunteers.make_signup(world["shift"], who)
    ),
    lambda world, who: volunteers.make_record(
        world["crew"], who, starts_at=world["start"] + timedelta(days=HourRecord.objects.count())
    ),
    lambda world, who: factories.make_appointment(
        who, Post.BUILDING_HEAD, factories.make_building(parent=world["here"])
    ),
    lambda world, who: Flag.objects.get_or_create(
        post=world["post"], person=who, defaults={"reason": "abuse"}
    ),
    lambda world, who: Topic.objects.create(
        neighbourhood=world["here"], area=world["here"], title="停车", proposer=who
    ),
]


def world() -> dict[str, Any]:
    crew = volunteers.make_crew()
    thread = threads.make_thread(neighbourhood=crew.here)
    return {
        "here": crew.here,
        "crew": crew,
        "homes": [factories.make_dwelling(within=crew.here) for _each in range(5)],
        "topic": Topic.objects.create(
            neighbourhood=crew.here, area=crew.here, title="开通小门", proposer=factories.make_person()
        ),
        "shift": volunteers.make_shift(volunteers.make_activity(crew)),
        "start": clock.now() - timedelta(days=200),
        "post": threads.say(threads.make_neighbour(thread), thread),
        "boss": director(crew.here),
        "people": [factories.make_user(name="老唐"), factories.make_user(name="唐师傅")],
    }


def test_whatever_two_have_done_parting_them_puts_every_row_back() -> None:
    made = world()
    factories.make_residency(of(made["people"][0]), factories.make_dwelling(within=made["here"]))
    steps = st.lists(st.tuples(st.sampled_from(range(len(ACTS))), st.sampled_from([0, 1])), max_size=14)

    @limits(max_examples=examples(40), deadline=None)
    @given(steps)
    def walk(acts: list[tuple[int, int]]) -> None:
        with transaction.atomic():
            for act, who in acts:
                ACTS[act](made, of(made["people"][who]))
            before = rows()
            change = unite(made["boss"], *made["people"])
            assert not left_with(of(made["people"][1]))
            persons.take_back(made["boss"], change.pk)
            assert rows() == before
            transaction.set_rollback(True)

    walk()


def left_with(other: Person) -> list[str]:
    """What still counts for a record that was united into another."""
    held = [*Residency.objects.filter(person=other), *Ownership.objects.filter(person=other)]
    held += [*Seconding.objects.filter(person=other), *Membership.objects.filter(person=other)]
    return [str(row) for row in held]


def test_a_row_that_was_changed_since_is_left_alone() -> None:
    person = factories.make_person(phone="13900000001")
    changes = RowChanges()
    changes.change(person, phone="13900000002")
    Person.objects.filter(pk=person.pk).update(phone="13900000003")

    with pytest.raises(NotPossible):
        RowChanges(changes.steps).undo()

    person.refresh_from_db()
    assert person.phone == "13900000003"

"""What each service of a hearing changes, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.community.finding import neighbours, people_like
from portal.community.models import Area, LegalStatus, Post, RuleSet
from portal.deliberation.states import State
from portal.duties import calendar
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Hearing
from portal.meetings.services import hearings, registrations
from portal.meetings.states.hearing import HearingState as H
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.meetings.factories import (
    HELD_AT,
    PLANNED_AT,
    actions,
    announce,
    hearing_at,
    make_scene,
    person,
    plan,
    register,
    set_panel,
    standing,
    told,
)

pytestmark = pytest.mark.django_db

COMMITTEE_OWES = {
    H.PLANNED: "hearing.set_panel",
    H.PANEL_SET: "hearing.announce",
    H.ANNOUNCED: "hearing.open_registration",
    H.REGISTRATION: "hearing.confirm_list",
    H.CONFIRMED: "hearing.begin",
    H.IN_SESSION: "hearing.draft_minutes",
    H.ADJOURNED: "hearing.begin",
    H.MINUTES_DRAFT: "hearing.sign_minutes",
    H.MINUTES_SIGNED: "hearing.issue_opinion",
    H.OPINION_ISSUED: "hearing.send_opinion",
    H.ANSWERED: "hearing.publish",
    H.POSTPONED: "hearing.announce",
}


def own_rule(key_: str, value: object, area: Area) -> None:
    """The neighbourhood's own number."""
    RuleSet.objects.create(
        area=area,
        key=key_,
        value=value,
        valid_from="2020-01-01",
        source="本居民区议事规则",
        status=LegalStatus.ASSUMED,
    )


# --- the whole way ---


@pytest.mark.parametrize("state", list(H))
def test_in_every_state_exactly_one_thing_is_owed_until_the_end(state: H) -> None:
    scene = hearing_at(state)

    owed = {duty.kind: duty.post for duty in standing(scene)}

    if state is H.ANSWER_DUE:
        assert owed == {"hearing.answer": Post.DIRECTOR}
    elif state in COMMITTEE_OWES:
        assert owed == {COMMITTEE_OWES[state]: Post.WORKER}
    else:
        assert owed == {}


def test_the_record_tells_the_whole_way() -> None:
    scene = hearing_at(H.PUBLISHED)

    assert actions(scene) == [
        "hearing.planned",
        "hearing.panel_set",
        "hearing.announced",
        "hearing.registration",
        "hearing.confirmed",
        "hearing.attendance",
        "hearing.in_session",
        "hearing.minutes_draft",
        "hearing.marked",
        "hearing.marked",
        "hearing.marked",
        "hearing.minutes_signed",
        "hearing.opinion_issued",
        "hearing.answer_due",
        "hearing.answered",
        "hearing.published",
    ]


def test_the_record_names_nobody_s_real_name_or_phone() -> None:
    scene = hearing_at(H.PUBLISHED)
    people = [person(user) for user in [*scene.delegates, scene.director, scene.worker]]

    text = json.dumps(
        [[entry.actor, entry.title, entry.data] for entry in Entry.objects.all()], ensure_ascii=False
    )

    assert [one.real_name for one in people if one.real_name in text or one.phone in text] == []


def test_those_who_take_part_are_told_at_each_turn() -> None:
    scene = hearing_at(H.PUBLISHED)

    assert told(scene.delegates[0]) == [
        "hearing.panel_set",
        "hearing.announced",
        "hearing.registration",
        "hearing.confirmed",
        "hearing.minutes_draft",
        "hearing.answered",
        "hearing.published",
    ]
    assert "hearing.answer_due" in told(scene.director)


# --- planning ---


def test_planning_takes_the_topic_to_the_hearing_and_copies_the_quorum() -> None:
    scene = make_scene()
    own_rule("hearing.quorum", [3, 4], scene.here)

    with clock.at(scene.now):
        plan(scene)

    scene.topic.refresh_from_db()
    assert scene.topic.state == State.IN_FORUM
    assert scene.fresh().quorum == [3, 4]
    assert list(scene.hearing.participants.all()) == []


def test_a_second_hearing_waits_until_the_first_is_over() -> None:
    scene = hearing_at(H.PLANNED)

    with clock.at(scene.now):
        with pytest.raises(NotPossible):
            plan(scene)
        first = scene.fresh()
        hearings.cancel(scene.worker, first.pk, reason="换个议法")
        plan(scene)

    assert Hearing.objects.filter(subject=key(scene.topic)).count() == 2


def test_planning_closes_the_decision_the_committee_owed_after_the_last_hearing() -> None:
    scene = hearing_at(H.CANCELLED)
    assert Duty.objects.active().about(key(scene.topic)).get().kind == "topic.decide"

    with clock.at(scene.now):
        plan(scene)

    assert not Duty.objects.active().about(key(scene.topic)).exists()


def test_whoever_presents_the_plan_does_not_chair() -> None:
    scene = make_scene()
    presenter = person(scene.delegates[0])

    with clock.at(scene.now), pytest.raises(NotPossible):
        hearings.plan_hearing(
            scene.worker,
            key(scene.topic),
            title="听证会",
            plan_owner="邻居",
            plan_person=presenter,
            chair=presenter,
            decision_maker=Post.DIRECTOR,
        )

    scene.topic.refresh_from_db()
    assert scene.topic.state == State.DISCUSSING


def test_a_post_nobody_holds_cannot_owe_the_answer() -> None:
    scene = make_scene()

    with clock.at(scene.now), pytest.raises(NotPossible):
        hearings.plan_hearing(
            scene.worker,
            key(scene.topic),
            title="听证会",
            plan_owner="物业",
            chair=person(scene.director),
            decision_maker=Post.PROPERTY,
        )


# --- the panel ---


@pytest.mark.parametrize("why", ["few", "twice", "no groups", "unheard group", "stranger", "presenter"])
def test_a_panel_that_would_not_be_fair_is_refused(why: str) -> None:
    scene = hearing_at(H.PLANNED)
    people = [person(user).pk for user in scene.delegates]
    members = [(pk, "业主") for pk in people]
    groups = ["业主"]
    if why == "few":
        members = members[:2]
    elif why == "twice":
        members[2] = members[0]
    elif why == "no groups":
        groups = []
    elif why == "unheard group":
        groups = ["业主", "租户"]
    elif why == "stranger":
        members[2] = (factories.make_person().pk, "业主")
    else:
        Hearing.objects.filter(pk=scene.pk).update(plan_person=people[0])

    with clock.at(scene.now), pytest.raises(NotPossible):
        hearings.set_panel(scene.worker, scene.pk, members=members, groups=groups)

    assert scene.fresh().state == H.PLANNED
    assert scene.hearing.participants.count() == 0


def test_an_owner_who_lives_elsewhere_may_be_a_delegate_and_a_former_neighbour_not() -> None:
    scene = hearing_at(H.PLANNED)
    owner = factories.make_owner(within=scene.here)
    people = [person(user).pk for user in [*scene.delegates[:2], owner]]
    gone = factories.make_person()
    factories.make_residency(gone, factories.make_dwelling(within=scene.here), until=clock.today())

    with clock.at(clock.now() + timedelta(days=1)):
        with pytest.raises(NotPossible):
            hearings.set_panel(
                scene.worker, scene.pk, members=[(pk, "业主") for pk in [*people, gone.pk]], groups=["业主"]
            )
        hearings.set_panel(scene.worker, scene.pk, members=[(pk, "业主") for pk in people], groups=["业主"])

    assert scene.hearing.participants.count() == 3


# --- the announcement ---


def test_the_notice_runs_for_its_days_and_the_hearing_begins_after_it() -> None:
    scene = hearing_at(H.PANEL_SET)

    with clock.at(scene.now):
        announce(scene)

    found = scene.fresh()
    assert found.notice is not None
    assert found.notice.ends_at == calendar.calendar_days(PLANNED_AT, 7).at
    assert found.starts_at == HELD_AT
    assert found.seats == 5


def test_the_notice_may_be_as_short_as_the_minimum_and_no_shorter() -> None:
    scene = hearing_at(H.PANEL_SET)
    soon = calendar.calendar_days(PLANNED_AT, 3).at

    with clock.at(scene.now):
        for changes in (
            {"notice_days": 2},
            {"notice_days": 3, "starts_at": soon - timedelta(minutes=1)},
            {"starts_at": soon},
        ):
            with pytest.raises(NotPossible):
                announce(scene, **changes)
        announce(scene, notice_days=3, starts_at=soon)

    assert scene.fresh().starts_at == soon


def test_a_hearing_is_not_announced_while_its_topic_is_suspended() -> None:
    scene = hearing_at(H.PANEL_SET)
    scene.topic.state = State.SUSPENDED
    scene.topic.save()

    with clock.at(scene.now), pytest.raises(NotPossible):
        announce(scene)


def test_all_who_live_there_are_told_of_the_announcement() -> None:
    scene = hearing_at(H.PANEL_SET)
    neighbour, stranger = factories.make_resident(within=scene.here), factories.make_resident()

    with clock.at(scene.now):
        announce(scene)

    assert told(neighbour) == ["hearing.announced"]
    assert told(stranger) == []


# --- seats ---


def test_seats_are_given_from_one_upwards_and_a_returned_one_again() -> None:
    scene = hearing_at(H.REGISTRATION)
    first, second, third = (factories.make_resident(within=scene.here) for _ in range(3))

    with clock.at(scene.now):
        assert [register(scene, first), register(scene, second)] == [1, 2]
        registrations.unregister(first, scene.pk)
        assert register(scene, third) == 1


def test_a_second_registration_keeps_the_seat_and_changes_the_wish_to_speak() -> None:
    scene = hearing_at(H.REGISTRATION)
    user = factories.make_resident(within=scene.here)

    with clock.at(scene.now):
        before = registrations.register(user, scene.pk)
        after = registrations.register(user, scene.pk, wants_to_speak=True)

    assert (after.pk, after.wants_to_speak) == (before.pk, True)
    assert actions(scene).count("hearing.registered") == 1


def test_when_all_seats_are_taken_the_next_one_is_told_so() -> None:
    scene = hearing_at(H.PANEL_SET)
    with clock.at(scene.now):
        announce(scene, seats=1)
        hearings.open_registration(scene.worker, scene.pk)
        register(scene, factories.make_resident(within=scene.here))

        with pytest.raises(NotPossible):
            register(scene, factories.make_resident(within=scene.here))

    assert scene.hearing.registrations.count() == 1


@pytest.mark.parametrize("who", ["delegate", "chair"])
def test_those_who_sit_in_front_take_no_observer_s_seat(who: str) -> None:
    scene = hearing_at(H.REGISTRATION)
    user = scene.delegates[0]
    if who == "chair":
        user = factories.make_resident(within=scene.here)
        Hearing.objects.filter(pk=scene.pk).update(chair=person(user))

    with clock.at(scene.now), pytest.raises(NotPossible):
        register(scene, user)


def test_nobody_registers_when_the_hour_has_come() -> None:
    scene = hearing_at(H.REGISTRATION)

    with clock.at(HELD_AT), pytest.raises(NotPossible):
        register(scene, factories.make_resident(within=scene.here))


def test_the_committee_registers_who_rang_and_the_channel_is_kept() -> None:
    scene = hearing_at(H.REGISTRATION)
    aged = factories.make_person()
    factories.make_residency(aged, factories.make_dwelling(within=scene.here))

    with clock.at(scene.now):
        seat = registrations.register_for(scene.worker, scene.pk, person_pk=aged.pk, channel="phone")
        with pytest.raises(NotPossible):
            registrations.register_for(
                scene.worker, scene.pk, person_pk=factories.make_person().pk, channel="phone"
            )

    assert (seat.person, seat.channel, seat.entered_by) == (aged, "phone", person(scene.worker))


def test_who_has_no_seat_cannot_give_one_back() -> None:
    scene = hearing_at(H.REGISTRATION)

    with clock.at(scene.now), pytest.raises(NotPossible):
        registrations.unregister(factories.make_resident(within=scene.here), scene.pk)


# --- postponed, cancelled ---


def test_a_postponed_hearing_keeps_its_seats_and_needs_a_new_notice() -> None:
    scene = hearing_at(H.REGISTRATION)
    user = factories.make_resident(within=scene.here)
    with clock.at(scene.now):
        register(scene, user)
        hearings.postpone(scene.worker, scene.pk, reason="台风")
    was = scene.fresh().notice

    assert scene.fresh().starts_at is None
    assert told(user)[-1] == "hearing.postponed"
    with clock.at(HELD_AT):
        with pytest.raises(NotPossible):
            announce(scene, seats=0, starts_at=HELD_AT + timedelta(days=9))
        announce(scene, starts_at=HELD_AT + timedelta(days=9))
    assert scene.fresh().notice != was
    assert scene.hearing.registrations.get().seat == 1


def test_a_cancelled_hearing_leaves_the_decision_to_the_committee() -> None:
    scene = hearing_at(H.CANCELLED)

    assert scene.fresh().reason == "方案撤回"
    assert Duty.objects.active().about(key(scene.topic)).get().kind == "topic.decide"
    assert told(scene.delegates[0])[-1] == "hearing.cancelled"


# --- finding people ---


def test_staff_find_a_neighbour_by_name_phone_and_building() -> None:
    here = factories.make_neighbourhood()
    estate = factories.make_estate(parent=here)
    homes = [
        factories.make_dwelling(within=factories.make_building(parent=estate, name=name))
        for name in ("6号楼", "8号楼")
    ]
    first, second = (factories.make_person(real_name="王芳") for _ in homes)
    for one, home in zip((first, second), homes, strict=True):
        factories.make_residency(one, home)
    factories.make_ownership(first, homes[0])
    elsewhere = factories.make_person(real_name="王芳")
    factories.make_residency(elsewhere, factories.make_dwelling())

    def find(words: str) -> set[int]:
        return {found.pk for found in people_like(here, words, neighbours(here)).people}

    assert find("王芳") == {first.pk, second.pk}
    assert find("王芳 6号楼") == {first.pk}
    assert find("王芳 9号楼") == set()
    assert find(second.phone) == {second.pk}
    assert find(first.display_name) == {first.pk}
    assert find("  ") == set()


def test_a_panel_of_owners_and_tenants_is_named_and_told() -> None:
    scene = hearing_at(H.PLANNED)

    with clock.at(scene.now):
        set_panel(scene)

    assert [member.group for member in scene.hearing.participants.all()] == ["业主", "租户", "业主"]
    assert told(scene.delegates[0]) == ["hearing.panel_set"]


def test_the_news_of_a_hearing_says_when_and_where() -> None:
    scene = hearing_at(H.CONFIRMED)

    bodies = {notice.kind: notice.body for notice in Notice.objects.filter(user=scene.delegates[0])}

    assert "11月26日（周四）14:00" in bodies["hearing.announced"]
    assert "二楼茶室" in bodies["hearing.confirmed"]

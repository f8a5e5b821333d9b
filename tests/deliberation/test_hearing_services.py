"""What each service of a hearing changes, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.community.models import Area, LegalStatus, Post, RuleSet, User
from portal.deliberation.models import Hearing, Mark, Stance, Verdict
from portal.deliberation.services import hearings, minutes, opinions, registrations, sessions
from portal.deliberation.states import HearingState as H
from portal.deliberation.states import State
from portal.duties import calendar
from portal.duties.models import Duty
from portal.notifications.models import Notice
from portal.record import clock
from portal.record.errors import NotPossible
from portal.record.hashing import canonical
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.deliberation.hearing_factories import (
    ANSWERS,
    HELD_AT,
    ITEMS,
    PLANNED_AT,
    Scene,
    announce,
    attend,
    draft,
    hearing_at,
    make_scene,
    mark_all,
    person,
    plan,
    register,
    set_panel,
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


def standing(scene: Scene) -> list[Duty]:
    """What is owed about the hearing, without what single delegates owe."""
    return list(Duty.objects.standing().about(key(scene.hearing)).filter(person=None))


def actions(scene: Scene) -> list[str]:
    """The hearing's entries in the record, oldest first."""
    return list(
        Entry.objects.filter(subject=key(scene.hearing)).order_by("sequence").values_list("action", flat=True)
    )


def told(user: User) -> list[str]:
    """The kinds of news an account got, oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


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
        "hearing.panel",
        "hearing.announced",
        "hearing.registration",
        "hearing.confirmed",
        "hearing.minutes",
        "hearing.answered",
        "hearing.published",
    ]
    assert "hearing.opinion" in told(scene.director)


# --- planning ---


def test_planning_takes_the_topic_to_the_hearing_and_copies_the_quorum() -> None:
    scene = make_scene()
    own_rule("hearing.quorum", [3, 4], scene.here)

    with clock.at(scene.now):
        plan(scene)

    scene.topic.refresh_from_db()
    assert scene.topic.state == State.IN_FORUM
    assert scene.fresh().quorum == [3, 4]
    assert list(scene.hearing.panel.all()) == []


def test_a_second_hearing_waits_until_the_first_is_over() -> None:
    scene = hearing_at(H.PLANNED)

    with clock.at(scene.now):
        with pytest.raises(NotPossible):
            plan(scene)
        first = scene.fresh()
        hearings.cancel(scene.worker, first.pk, reason="换个议法")
        plan(scene)

    assert Hearing.objects.filter(topic=scene.topic).count() == 2


def test_planning_closes_the_decision_the_committee_owed_after_the_last_hearing() -> None:
    scene = hearing_at(H.CANCELLED)
    assert Duty.objects.standing().about(key(scene.topic)).get().kind == "topic.decide"

    with clock.at(scene.now):
        plan(scene)

    assert not Duty.objects.standing().about(key(scene.topic)).exists()


def test_whoever_presents_the_plan_does_not_chair() -> None:
    scene = make_scene()
    presenter = person(scene.delegates[0])

    with clock.at(scene.now), pytest.raises(NotPossible):
        hearings.plan_hearing(
            scene.worker,
            scene.topic.pk,
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
            scene.topic.pk,
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
    assert scene.hearing.panel.count() == 0


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

    assert scene.hearing.panel.count() == 3


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
    assert Duty.objects.standing().about(key(scene.topic)).get().kind == "topic.decide"
    assert told(scene.delegates[0])[-1] == "hearing.cancelled"


# --- the day ---


def test_without_quorum_nothing_begins_and_the_refusal_says_to_postpone() -> None:
    scene = hearing_at(H.CONFIRMED, delegates=7)

    with clock.at(scene.now):
        attend(scene, 4)
        with pytest.raises(NotPossible, match="5"):
            sessions.begin(scene.worker, scene.pk)
        attend(scene, 5)
        sessions.begin(scene.worker, scene.pk)

    assert scene.fresh().state == H.IN_SESSION


def test_it_does_not_begin_before_the_announced_hour() -> None:
    scene = hearing_at(H.CONFIRMED)

    with clock.at(HELD_AT - timedelta(minutes=1)):
        attend(scene)
        with pytest.raises(NotPossible):
            sessions.begin(scene.worker, scene.pk)


def test_it_does_not_begin_before_the_notice_is_over() -> None:
    scene = hearing_at(H.CONFIRMED)
    notice = scene.fresh().notice
    assert notice is not None
    notice.ends_at = HELD_AT + timedelta(days=1)
    notice.save()

    with clock.at(HELD_AT):
        attend(scene)
        with pytest.raises(NotPossible):
            sessions.begin(scene.worker, scene.pk)


def test_attendance_is_noted_on_the_day_and_for_this_panel_only() -> None:
    scene = hearing_at(H.CONFIRMED)
    other = hearing_at(H.CONFIRMED)
    stranger = other.member(other.delegates[0])

    with clock.at(HELD_AT - timedelta(days=1)), pytest.raises(NotPossible):
        attend(scene)
    with clock.at(HELD_AT), pytest.raises(NotPossible):
        sessions.take_attendance(scene.worker, scene.pk, present=[stranger.pk])


def test_attendance_may_be_corrected_but_not_below_the_quorum_of_a_running_session() -> None:
    scene = hearing_at(H.IN_SESSION)

    with clock.at(scene.now):
        attend(scene, 2)
        with pytest.raises(NotPossible):
            attend(scene, 1)

    assert [member.rounds for member in scene.hearing.panel.all()] == [[1], [1], []]
    assert scene.hearing.panel.last().attended_at is None  # type: ignore[union-attr]


def test_each_round_has_its_own_attendance_and_quorum() -> None:
    scene = hearing_at(H.ADJOURNED)
    assert scene.fresh().round == 2
    later = scene.fresh().starts_at
    assert later is not None

    with clock.at(later):
        with pytest.raises(NotPossible):
            sessions.begin(scene.worker, scene.pk)
        attend(scene, 2)
        sessions.begin(scene.worker, scene.pk)

    assert [member.rounds for member in scene.hearing.panel.all()] == [[1, 2], [1, 2], [1]]


def test_a_next_round_that_lacks_its_quorum_gets_another_date() -> None:
    scene = hearing_at(H.ADJOURNED)
    later = scene.now + timedelta(days=30)

    with clock.at(scene.now):
        with pytest.raises(NotPossible):
            sessions.reschedule(scene.worker, scene.pk, reason="人不够", resumes_at=scene.now)
        sessions.reschedule(scene.worker, scene.pk, reason="人不够", resumes_at=later)

    assert (scene.fresh().starts_at, scene.fresh().round) == (later, 2)
    assert [duty.due_at for duty in standing(scene)] == [clock.end_of(clock.day_of(later))]


# --- minutes ---


def test_minutes_need_the_view_of_each_delegate_who_came_and_of_nobody_else() -> None:
    scene = hearing_at(H.CONFIRMED)
    with clock.at(scene.now):
        attend(scene, 2)
        sessions.begin(scene.worker, scene.pk)
        came, also, absent = scene.hearing.panel.all()
        view = minutes.View(Stance.FOR)
        for views in ({came.pk: view}, {came.pk: view, also.pk: view, absent.pk: view}):
            with pytest.raises(NotPossible):
                minutes.draft_minutes(scene.worker, scene.pk, text="…", views=views)
        minutes.draft_minutes(scene.worker, scene.pk, text="…", views={came.pk: view, also.pk: view})

    owed = Duty.objects.standing().filter(kind="hearing.mark").values_list("person", flat=True)
    assert set(owed) == {came.person_id, also.person_id}


def test_minutes_are_closed_when_each_delegate_who_came_has_answered() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    signs, corrects, refuses = scene.delegates

    with clock.at(scene.now):
        minutes.mark_minutes(signs, scene.pk, mark=Mark.SIGNED, correction="会被略去")
        with pytest.raises(NotPossible):
            minutes.mark_minutes(corrects, scene.pk, mark=Mark.CORRECTED)
        minutes.mark_minutes(corrects, scene.pk, mark=Mark.CORRECTED, correction="我说的是 22:30")
        with pytest.raises(NotPossible):
            minutes.sign_minutes(scene.worker, scene.pk)
        minutes.mark_minutes(refuses, scene.pk, mark=Mark.REFUSED, correction="没记全")
        minutes.sign_minutes(scene.worker, scene.pk)

    assert [(member.mark, member.correction) for member in scene.hearing.panel.all()] == [
        ("signed", ""),
        ("corrected", "我说的是 22:30"),
        ("refused", "没记全"),
    ]
    assert not Duty.objects.standing().filter(kind="hearing.mark").exists()


def test_changed_minutes_are_confirmed_anew() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)

    with clock.at(scene.now):
        mark_all(scene)
        draft(scene)
        with pytest.raises(NotPossible):
            minutes.sign_minutes(scene.worker, scene.pk)

    assert {member.mark for member in scene.hearing.panel.all()} == {""}
    assert Duty.objects.standing().filter(kind="hearing.mark").count() == 3
    assert actions(scene)[-1] == "hearing.minutes_changed"


def test_what_was_signed_on_paper_is_entered_by_staff_and_marked_so() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    online, paper, _third = (scene.member(user) for user in scene.delegates)

    with clock.at(scene.now):
        minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.SIGNED)
        for member_pk in (online.pk, 0):
            with pytest.raises(NotPossible):
                minutes.mark_on_paper(scene.worker, scene.pk, member_pk=member_pk, mark=Mark.REFUSED)
        minutes.mark_on_paper(scene.worker, scene.pk, member_pk=paper.pk, mark=Mark.SIGNED)

    paper.refresh_from_db()
    assert (paper.mark, paper.channel, paper.entered_by) == ("signed", "paper", person(scene.worker))


def test_an_absent_delegate_does_not_mark_the_minutes() -> None:
    scene = hearing_at(H.CONFIRMED)
    with clock.at(scene.now):
        attend(scene, 2)
        sessions.begin(scene.worker, scene.pk)
        draft(scene)
        with pytest.raises(NotPossible):
            minutes.mark_minutes(scene.delegates[2], scene.pk, mark=Mark.SIGNED)


def test_the_hash_of_the_minutes_can_be_taken_again_and_tells_every_change() -> None:
    scene = hearing_at(H.MINUTES_SIGNED)
    found, panel = scene.fresh(), list(scene.hearing.panel.all())
    body = minutes.minutes_body(found, panel)

    assert found.minutes_hash == minutes.digest(body)
    entry = Entry.objects.get(action="hearing.minutes_signed", subject=key(found))
    assert entry.data["hash"] == found.minutes_hash
    for change in ("minutes", "place", "title"):
        other = scene.fresh()
        setattr(other, change, "改过")
        assert minutes.digest(minutes.minutes_body(other, panel)) != found.minutes_hash
    panel[0].stance = Stance.AGAINST
    assert canonical(minutes.minutes_body(found, panel)) != canonical(body)


# --- opinion and answer ---


def test_the_opinion_counts_what_the_minutes_say() -> None:
    scene = hearing_at(H.OPINION_ISSUED)

    assert opinions.counts_of(scene.hearing) == {Stance.FOR: 1, Stance.CONDITIONAL: 1, Stance.AGAINST: 1}
    entry = Entry.objects.get(action="hearing.opinion_issued", subject=key(scene.hearing))
    assert entry.data == {"for": 1, "conditional": 1, "against": 1, "items": 3}
    assert [(item.number, item.kind, item.text) for item in scene.hearing.items.all()] == [
        (1, "for", "少走路"),
        (2, "condition", "夜里关门"),
        (3, "minority", "担心安全"),
    ]


@pytest.mark.parametrize("items", [[], ITEMS[:1], ITEMS[:2], ITEMS[1:2] + ITEMS[:1]])
def test_an_opinion_that_leaves_out_who_disagreed_is_refused(items: list[tuple[str, str]]) -> None:
    scene = hearing_at(H.MINUTES_SIGNED)

    with clock.at(scene.now), pytest.raises(NotPossible):
        opinions.issue_opinion(scene.worker, scene.pk, text="…", items=items)

    assert scene.hearing.items.count() == 0


def test_the_answer_is_owed_in_working_days_by_whoever_holds_the_post() -> None:
    scene = hearing_at(H.ANSWER_DUE)
    due = calendar.add_working_days(scene.now, 15)

    duty = standing(scene)[0]
    assert (duty.post, duty.area, duty.due_at) == ("director", scene.here, due.at)
    assert scene.fresh().answer_due_at == due.at


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {1: (Verdict.ADOPTED, ""), 2: (Verdict.ADOPTED, "")},
        {**ANSWERS, 4: (Verdict.ADOPTED, "")},
        {**ANSWERS, 2: (Verdict.PARTLY, "")},
        {**ANSWERS, 3: (Verdict.NOT, "  ")},
    ],
)
def test_an_answer_to_less_or_without_reasons_is_refused(answers: dict[int, tuple[str, str]]) -> None:
    scene = hearing_at(H.ANSWER_DUE)

    with clock.at(scene.now), pytest.raises(NotPossible):
        opinions.answer(scene.director, scene.pk, answers=answers)

    assert scene.fresh().state == H.ANSWER_DUE
    assert [item.verdict for item in scene.hearing.items.all()] == ["", "", ""]


def test_a_late_answer_is_still_an_answer_and_closes_the_duty() -> None:
    scene = hearing_at(H.ANSWER_DUE)

    with clock.at(scene.now + timedelta(days=90)):
        opinions.answer(scene.director, scene.pk, answers=ANSWERS)

    answered = Duty.objects.get(kind="hearing.answer", subject=key(scene.hearing))
    assert (answered.done_by, answered.done_at) == (scene.director, scene.now + timedelta(days=90))
    assert [item.verdict for item in scene.hearing.items.all()] == ["adopted", "partly", "not"]


def test_publishing_leaves_the_decision_on_the_topic_to_the_committee() -> None:
    scene = hearing_at(H.PUBLISHED)

    assert Duty.objects.standing().about(key(scene.topic)).get().kind == "topic.decide"


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
        return {found.pk for found in hearings.find_neighbours(here, words)}

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

    assert [member.group for member in scene.hearing.panel.all()] == ["业主", "租户", "业主"]
    assert told(scene.delegates[0]) == ["hearing.panel"]


def test_the_news_of_a_hearing_says_when_and_where() -> None:
    scene = hearing_at(H.CONFIRMED)

    bodies = {notice.kind: notice.body for notice in Notice.objects.filter(user=scene.delegates[0])}

    assert "11月26日（周四）14:00" in bodies["hearing.announced"]
    assert "二楼茶室" in bodies["hearing.confirmed"]

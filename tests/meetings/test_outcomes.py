"""The day of a hearing and what follows it: rounds, minutes, opinion, answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.duties import calendar
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Mark, Stance, Verdict
from portal.meetings.services import opinions, sessions
from portal.meetings.states.hearing import HearingState as H
from portal.record.hashing import canonical
from portal.record.models import Entry
from portal.record.services import key
from tests.meetings.factories import (
    ANSWERS,
    HELD_AT,
    ITEMS,
    actions,
    attend,
    draft,
    hearing_at,
    mark_all,
    person,
    standing,
)

pytestmark = pytest.mark.django_db


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

    assert [member.rounds for member in scene.hearing.participants.all()] == [[1], [1], []]
    assert scene.hearing.participants.last().attended_at is None  # type: ignore[union-attr]


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

    assert [member.rounds for member in scene.hearing.participants.all()] == [[1, 2], [1, 2], [1]]


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
        came, also, absent = scene.hearing.participants.all()
        view = minutes.View(Stance.FOR)
        for views in ({came.pk: view}, {came.pk: view, also.pk: view, absent.pk: view}):
            with pytest.raises(NotPossible):
                minutes.draft_minutes(scene.worker, scene.pk, text="…", views=views)
        minutes.draft_minutes(scene.worker, scene.pk, text="…", views={came.pk: view, also.pk: view})

    owed = Duty.objects.active().filter(kind="meeting.mark").values_list("person", flat=True)
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

    assert [(member.mark, member.correction) for member in scene.hearing.participants.all()] == [
        ("signed", ""),
        ("corrected", "我说的是 22:30"),
        ("refused", "没记全"),
    ]
    assert not Duty.objects.active().filter(kind="meeting.mark").exists()


def test_changed_minutes_are_confirmed_anew() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)

    with clock.at(scene.now):
        mark_all(scene)
        draft(scene)
        with pytest.raises(NotPossible):
            minutes.sign_minutes(scene.worker, scene.pk)

    assert {member.mark for member in scene.hearing.participants.all()} == {""}
    assert Duty.objects.active().filter(kind="meeting.mark").count() == 3
    assert actions(scene)[-1] == "hearing.minutes_changed"


def test_what_was_signed_on_paper_is_entered_by_staff_and_marked_so() -> None:
    scene = hearing_at(H.MINUTES_DRAFT)
    online, paper, _third = (scene.member(user) for user in scene.delegates)

    with clock.at(scene.now):
        minutes.mark_minutes(scene.delegates[0], scene.pk, mark=Mark.SIGNED)
        for member_pk in (online.pk, 0):
            with pytest.raises(NotPossible):
                minutes.mark_on_paper(scene.worker, scene.pk, marks={member_pk: (Mark.REFUSED, "不对")})
        minutes.mark_on_paper(scene.worker, scene.pk, marks={paper.pk: (Mark.SIGNED, "")})

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
    found, panel = scene.fresh(), list(scene.hearing.participants.all())
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

    assert Duty.objects.active().about(key(scene.topic)).get().kind == "topic.decide"

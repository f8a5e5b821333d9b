"""Reception days: planned, moved, called off; times booked, given back, heard, answered."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.community.models import Post
from portal.deliberation.models import Topic
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.surveys.models import Booking, ReceptionDay, VisitNote
from portal.surveys.reception import series
from portal.surveys.reception.jobs import go_through_notes, keep_reception_days
from portal.surveys.reception.services import days, hearing, notes
from portal.surveys.reception.wording import ANSWER, CALL, SHEET
from portal.surveys.states import BookingState, DayState, NoteState
from tests.factories import (
    make_account,
    make_appointment,
    make_dwelling,
    make_person,
    make_residency,
    person_of,
)
from tests.surveys.reception_factories import Desk, after, make_booking, make_desk

pytestmark = pytest.mark.django_db


def told(user: object, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(user=user, kind=f"reception.{kind}"))


def owed(kind: str) -> list[Duty]:
    return list(Duty.objects.active().filter(kind=kind))


def heard(desk: Desk) -> Booking:
    """The resident came, and the director wrote it down."""
    booking = make_booking(desk)
    with clock.at(after(desk)):
        return hearing.hear(desk.director, booking.pk, asked="楼道灯晚上不亮", building=desk.building)


@pytest.mark.parametrize(
    ("repeat", "first", "expected"),
    [
        (series.ONCE, date(2026, 11, 12), [(11, 12)]),
        (series.WEEKLY, date(2026, 11, 12), [(11, 12), (11, 19), (11, 26)]),
        (series.FORTNIGHTLY, date(2026, 11, 12), [(11, 12), (11, 26), (12, 10)]),
        # The second Thursday of each month; a fifth Thursday is the last where there is none.
        (series.MONTHLY, date(2026, 11, 12), [(11, 12), (12, 10), (1, 14)]),
        (series.MONTHLY, date(2026, 10, 29), [(10, 29), (11, 26), (12, 31)]),
    ],
)
def test_a_series_follows_its_rule(repeat: str, first: date, expected: list[tuple[int, int]]) -> None:
    assert [(day.month, day.day) for day in series.days_of(repeat, first, 3)] == expected


def test_a_series_leaves_out_public_holidays_and_is_one_line_of_the_record() -> None:
    desk = make_desk()
    with clock.at(clock.at_time(date(2026, 9, 1), 9)):
        made = days.plan(
            desk.worker,
            desk.slug,
            host=person_of(desk.director),
            first=date(2026, 9, 17),
            begins=time(14),
            ends=time(16),
            place="居委会",
            repeat=series.WEEKLY,
            number=4,
        )

    # 1 October is a holiday.
    assert [clock.day_of(day.starts_at).isoformat() for day in made] == [
        "2026-09-17",
        "2026-09-24",
        "2026-10-08",
    ]
    assert Entry.objects.filter(action="reception.planned").count() == 1


@pytest.mark.parametrize(("begins", "ends", "minutes"), [((16, 14, 20)), ((14, 15, 90)), ((0, 23, 5))])
def test_a_day_of_no_time_or_too_many_is_not_planned(begins: int, ends: int, minutes: int) -> None:
    desk = make_desk()
    with pytest.raises(NotPossible):
        days.plan(
            desk.worker,
            desk.slug,
            host=person_of(desk.director),
            first=clock.today() + timedelta(days=1),
            begins=time(begins),
            ends=time(ends),
            place="居委会",
            minutes=minutes,
        )


def test_one_time_a_person_and_one_person_a_time() -> None:
    desk = make_desk()
    booking = make_booking(desk)

    with pytest.raises(NotPossible, match="已被约走"):
        make_booking(desk, desk.neighbour)
    with pytest.raises(NotPossible, match="已经约过"):
        make_booking(desk, number=1)
    with pytest.raises(NotPossible, match="不能约了"):
        make_booking(desk, desk.neighbour, number=6)
    days.give_back(desk.resident, booking.pk)
    assert make_booking(desk, desk.neighbour).number == 0
    assert len(told(desk.director, "given_back")) == 1


def test_the_database_holds_it_whoever_writes() -> None:
    desk = make_desk()
    booking = make_booking(desk)
    values = {"day": desk.day, "matter": "x", "booked_by": desk.worker}

    for number, user in ((0, desk.neighbour), (1, desk.resident)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.create(number=number, person=person_of(user), **values)
    assert Booking.objects.get() == booking


def test_the_day_is_moved_with_its_times_and_those_who_booked_are_told() -> None:
    desk = make_desk()
    booking = make_booking(desk, number=2)
    to = clock.day_of(desk.day.starts_at) + timedelta(days=1)
    where = {"host": person_of(desk.worker), "on": to, "place": "活动室"}

    days.move(desk.director, desk.day.pk, begins=time(9), ends=time(11), **where)  # type: ignore[arg-type]

    found = Booking.objects.select_related("day").get(pk=booking.pk)
    assert found.starts_at == clock.at_time(to, 9, 40)
    assert len(told(desk.resident, "moved")) == 1
    with pytest.raises(NotPossible, match="会放不下"):
        days.move(desk.director, desk.day.pk, begins=time(9), ends=time(9, 40), **where)  # type: ignore[arg-type]
    with pytest.raises(NotPossible, match="没有任何改动"):
        days.move(desk.director, desk.day.pk, begins=time(9), ends=time(11), **where)  # type: ignore[arg-type]


def test_called_off_everybody_is_told_and_somebody_without_an_account_is_called() -> None:
    desk = make_desk()
    make_booking(desk)
    elder = make_person()
    make_residency(elder, make_dwelling(within=desk.building))
    hers = days.book_for(desk.worker, desk.day.pk, person=elder, number=1, matter="问助餐")

    days.call_off(desk.worker, desk.day.pk, reason="台风")

    notice = told(desk.resident, "called_off")[0]
    assert notice.params["reason"] == "台风"
    assert notice.url == desk.day.get_absolute_url()
    assert {one.state for one in Booking.objects.all()} == {BookingState.GIVEN_BACK}
    assert [duty.subject for duty in owed(CALL)] == [key(hers)]
    days.told(desk.worker, hers.pk)
    assert owed(CALL) == []
    assert ReceptionDay.objects.get(pk=desk.day.pk).state == DayState.CALLED_OFF


def test_whoever_walks_in_is_taken_in_on_the_day_alone() -> None:
    desk = make_desk()
    person = person_of(desk.neighbour)
    with pytest.raises(NotPossible, match="当天再登记"):
        days.book_for(desk.worker, desk.day.pk, person=person, number=desk.day.times, matter="来问")

    with clock.at(desk.day.starts_at):
        first = days.book_for(desk.worker, desk.day.pk, person=person, number=desk.day.times, matter="来问")
        other = person_of(desk.resident)
        second = days.book_for(desk.worker, desk.day.pk, person=other, number=desk.day.times, matter="也问")

    assert (first.number, second.number, first.starts_at) == (6, 7, None)


def test_whoever_heard_it_owes_the_answer_and_the_person_is_told_the_day() -> None:
    desk = make_desk()
    booking = heard(desk)

    duty = owed(ANSWER)[0]
    assert (duty.person, duty.subject) == (desk.director.person, key(booking))
    notice = told(desk.resident, "heard")[0]
    assert notice.params["said_on"] == booking.note.heard_on.isoformat()
    assert notice.params["due_on"] == notes.last_day(duty)
    assert "楼道灯" not in duty.title
    assert booking.note.kind == "reception"


def test_the_answer_reaches_whoever_came_and_ends_the_promise() -> None:
    desk = make_desk()
    booking = heard(desk)

    notes.answer(desk.worker, booking.note.pk, answer="物业周五换声控灯")

    assert owed(ANSWER) == []
    assert told(desk.resident, "answered")[0].params["answer"] == "物业周五换声控灯"
    hearing.not_answered(desk.resident, booking.pk, reason="还是没换")
    assert owed(ANSWER)[0].person == desk.director.person
    booking.note.refresh_from_db()
    assert (booking.note.state, booking.note.answer) == (NoteState.NOTED, "")
    assert len(told(desk.director, "reopened")) == 1


def test_handed_on_it_keeps_its_day() -> None:
    desk = make_desk()
    booking = heard(desk)
    before = owed(ANSWER)[0]

    hearing.hand_on(desk.director, booking.pk, to=person_of(desk.worker))

    now = owed(ANSWER)[0]
    assert (now.pk, now.due_at, now.person) == (before.pk, before.due_at, desk.worker.person)
    assert len(told(desk.worker, "handed_on")) == len(told(desk.resident, "passed")) == 1
    with pytest.raises(NotPossible):
        hearing.hand_on(desk.director, booking.pk, to=person_of(desk.worker))


def test_heard_by_mistake_nothing_is_owed_to_who_never_came_and_they_are_told() -> None:
    desk = make_desk()
    booking = heard(desk)

    with clock.at(after(desk)):
        hearing.mistaken(desk.worker, booking.pk, reason="记错了时段")

    booking.refresh_from_db()
    assert booking.state == BookingState.MISSED
    assert len(told(desk.resident, "not_heard")) == 1
    assert booking.traces.get().reason == "记错了时段"
    note = VisitNote.objects.get()
    assert (note.booking, note.state, note.traces.get().what) == (None, NoteState.NOTED, "detached")
    assert [duty.subject for duty in owed(ANSWER)] == [key(note)]
    with clock.at(after(desk)):
        again = hearing.hear(desk.director, booking.pk, asked="真的来了，问停车")
    assert {duty.subject for duty in owed(ANSWER)} == {key(note), key(again)}


def test_of_a_note_of_nobody_the_answer_is_owed_by_the_day_that_was_promised_until_it_is_given() -> None:
    desk = make_desk()
    booking = heard(desk)
    promised = owed(ANSWER)[0]
    later = after(desk) + timedelta(days=1)

    with clock.at(later):
        hearing.mistaken(desk.worker, booking.pk, reason="记错了时段")
        (still,) = owed(ANSWER)
        note = VisitNote.objects.get()
        assert (still.due_at, still.person) == (promised.due_at, desk.director.person)
        assert (still.subject, still.url) == (key(note), note.get_absolute_url())
        assert note.asked not in still.title
        notes.answer(desk.worker, note.pk, answer="物业周五换声控灯")
        assert owed(ANSWER) == []
        notes.reopen(desk.worker, note.pk, reason="还没换")
        assert [duty.person for duty in owed(ANSWER)] == [desk.worker.person]
        notes.remove(desk.worker, note.pk, reason="写错")

    assert owed(ANSWER) == []


def test_whoever_hears_without_working_for_the_committee_leaves_the_promise_to_it() -> None:
    desk = make_desk()
    booking = heard(desk)
    guest = make_account()
    Duty.objects.active().filter(kind=ANSWER).update(person=person_of(guest))

    hearing.mistaken(desk.worker, booking.pk, reason="记错了时段")

    assert [(duty.person, duty.post) for duty in owed(ANSWER)] == [(None, Post.WORKER)]


def test_it_was_theirs_after_all_gives_the_same_note_back_with_the_day_that_was_promised() -> None:
    desk = make_desk()
    booking = heard(desk)
    promised = owed(ANSWER)[0].due_at
    with clock.at(after(desk) + timedelta(days=1)):
        hearing.mistaken(desk.worker, booking.pk, reason="记错了时段")
        hearing.after_all(desk.worker, booking.pk, reason="没有记错")

        booking.refresh_from_db()
        note = VisitNote.objects.get()
        (duty,) = owed(ANSWER)
        assert (booking.state, note.booking, note.traces.first().what) == ("heard", booking, "given_back")
        assert (duty.subject, duty.due_at, duty.person) == (key(booking), promised, desk.director.person)
        assert len(told(desk.resident, "heard")) == 2
        hearing.mistaken(desk.worker, booking.pk, reason="记错了时段")
        notes.answer(desk.worker, note.pk, answer="物业周五换声控灯")
        with pytest.raises(NotPossible, match="已经"):
            hearing.after_all(desk.worker, booking.pk, reason="没有记错")


def test_heard_by_mistake_the_words_go_to_whoever_said_them_with_a_promise_of_their_own() -> None:
    desk = make_desk()
    other = make_booking(desk, desk.neighbour, 1)
    booking = heard(desk)

    hearing.mistaken(desk.worker, booking.pk, reason="记错了时段", came=other)

    booking.refresh_from_db()
    other.refresh_from_db()
    assert (booking.state, other.state) == (BookingState.BOOKED, BookingState.HEARD)
    duty = owed(ANSWER)[0]
    assert (duty.subject, duty.person) == (key(other), desk.director.person)
    assert other.note.asked == "楼道灯晚上不亮"
    assert len(told(desk.neighbour, "heard")) == 1


def test_what_was_answered_is_opened_again_before_it_is_taken_from_somebody() -> None:
    desk = make_desk()
    booking = heard(desk)
    notes.answer(desk.worker, booking.note.pk, answer="物业周五换声控灯")

    with pytest.raises(NotPossible, match="重新打开"):
        hearing.mistaken(desk.worker, booking.pk, reason="记错了时段")

    booking.refresh_from_db()
    assert booking.state == BookingState.HEARD


def test_whoever_came_makes_a_topic_of_it() -> None:
    desk = make_desk()
    booking = heard(desk)

    draft = hearing.raise_topic(desk.resident, booking.pk)

    assert isinstance(draft, Topic)
    assert (draft.title, draft.proposer) == ("楼道灯晚上不亮", desk.resident.person)
    booking.note.refresh_from_db()
    assert (booking.note.state, booking.note.subject) == (NoteState.TAKEN_UP, key(draft))
    assert owed(ANSWER) == []
    with pytest.raises(NotPossible):
        hearing.raise_topic(desk.resident, booking.pk)


def test_before_the_day_nobody_was_heard_or_missed() -> None:
    desk = make_desk()
    booking = make_booking(desk)

    with pytest.raises(NotPossible):
        hearing.hear(desk.director, booking.pk, asked="灯不亮")
    with pytest.raises(NotPossible):
        hearing.miss(desk.director, booking.pk)
    with pytest.raises(PermissionDenied):
        hearing.hear(desk.resident, booking.pk, asked="灯不亮")


def test_reminded_once_and_asked_once_who_came_however_often_time_is_looked_at() -> None:
    desk = make_desk()
    booking = make_booking(desk)
    with clock.at(desk.day.starts_at - timedelta(days=1)):
        for _again in range(2):
            keep_reception_days()
    assert len(told(desk.resident, "reminder")) == 1

    with clock.at(after(desk)):
        for _again in range(2):
            keep_reception_days()
            go_through_notes()
        assert [duty.person for duty in owed(SHEET)] == [desk.director.person]
        hearing.miss(desk.director, booking.pk)
        assert owed(SHEET) == []
        hearing.hear(desk.director, booking.pk, asked="晚了半小时，灯不亮")
    assert Booking.objects.get(pk=booking.pk).state == BookingState.HEARD


def test_another_host_of_another_post_hears_and_answers() -> None:
    desk = make_desk()
    host = make_person()
    make_appointment(host, Post.PARTY, desk.here)
    account = make_account(person=host)
    ReceptionDay.objects.filter(pk=desk.day.pk).update(host=host)
    booking = make_booking(desk)
    with clock.at(after(desk)):
        found = hearing.hear(account, booking.pk, asked="灯不亮")

    notes.answer(account, found.note.pk, answer="周五换")

    assert len(told(desk.resident, "answered")) == 1

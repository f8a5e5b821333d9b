"""Hours from the list to the booking: who may, which times, what the states allow, what the record says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import User
from portal.duties.models import Duty, PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.volunteers.models import Certificate, CertificateLine, Finding, HourRecord, Shift, Source
from portal.volunteers.permissions import RECORD_NEEDS
from portal.volunteers.services import disputes, hours
from portal.volunteers.services.hour_records import VERIFY
from portal.volunteers.spans import Span
from portal.volunteers.states import NEXT, HourState
from tests.factories import make_person, make_resident, person_of
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_attendance,
    make_crew,
    make_record,
    make_shift,
    make_signup,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
START = clock.at_time(datetime(2026, 11, 16, tzinfo=clock.SHANGHAI).date(), 14)
AFTER = START + timedelta(hours=3)
LATER = START + timedelta(days=7)


def span(start: int = 0, end: int = 120, of: datetime = START) -> Span:
    """Minutes after the beginning of the shift."""
    return Span(of + start * MINUTE, of + end * MINUTE)


@kept
def held(crew: Crew, start: datetime = START, **values: object) -> Shift:
    """A shift of two hours on a Monday afternoon."""
    return make_shift(make_activity(crew, **values), starts_at=start)


@kept
def came(crew: Crew, shift: Shift, user: User, start: int = 0, end: int | None = 120) -> None:
    """Somebody was there."""
    at = make_attendance(
        make_signup(shift, person_of(user)), crew.leader, in_at=shift.starts_at + start * MINUTE
    )
    out = None if end is None else shift.starts_at + end * MINUTE
    at.out_at, at.out_how, at.out_by = (
        out,
        "" if out is None else at.out_how,
        None if out is None else at.out_by,
    )
    at.save()


def booked(crew: Crew, *users: User) -> list[HourRecord]:
    """The whole way of the records of a shift."""
    shift = held(crew)
    for user in users:
        came(crew, shift, user)
    with clock.at(AFTER):
        made = hours.close_list(crew.leader, shift.pk)
        hours.verify(crew.recorder, [record.pk for record in made])
        hours.post_verified()
    with clock.at(LATER):
        assert hours.book_due() == len(users)
    return list(HourRecord.objects.booked().filter(shift=shift))


def state(record: HourRecord) -> str:
    """As the database has it."""
    return HourRecord.objects.get(pk=record.pk).state


def test_from_the_list_to_the_booking() -> None:
    crew = make_crew()
    user = crew.member()

    (record,) = booked(crew, user)

    assert (record.minutes, record.month, record.version, record.recorder) == (
        120,
        202611,
        1,
        person_of(crew.recorder),
    )
    shift = Shift.objects.get(pk=record.shift_id)
    assert (shift.closed_at, shift.settled_at) == (AFTER, LATER)
    told = Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["hours.on_notice", "hours.booked"]
    said = Entry.objects.filter(action__startswith="hours.").order_by("sequence")
    assert [(entry.action, entry.data["records"], entry.data["minutes"]) for entry in said] == [
        ("hours.entered", 1, 120),
        ("hours.verified", 1, 120),
        ("hours.posted", 1, 120),
        ("hours.booked", 1, 120),
    ]
    assert not any(person_of(user).display_name in f"{e.actor}{e.title}{e.data}" for e in Entry.objects.all())
    assert Duty.objects.active().count() == 0


def test_nothing_is_booked_before_the_notice_is_over() -> None:
    crew = make_crew()
    record = make_record(crew, make_person(), state=HourState.VERIFIED)
    hours.post_verified()
    notice = PublicNotice.objects.get(subject=f"shift:{record.shift_id}")

    with clock.at(notice.ends_at - timedelta(seconds=1)):
        assert hours.book_due() == 0
    with clock.at(notice.ends_at):
        assert hours.book_due() == 1
        assert hours.book_due() == 0
    assert notice.url == f"/hours/notices/{notice.pk}/"


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (0, 120, 120),
        (-30, 150, 120),
        (5, 119, 90),
        (0, 59, 30),
        (0, 29, None),
        (0, None, None),
        (-40, -10, None),
    ],
)
def test_minutes_of_the_list_lie_in_the_shift_and_are_rounded_down(
    start: int, end: int | None, minutes: int | None
) -> None:
    crew = make_crew()
    shift = held(crew)
    came(crew, shift, crew.member(), start, end)

    with clock.at(AFTER):
        made = hours.close_list(crew.leader, shift.pk)

    assert [record.minutes for record in made] == ([] if minutes is None else [minutes])
    assert len(hours.without_record(shift)) == (minutes is None)


def test_a_list_on_which_nobody_came_is_settled_at_once_and_closed_once() -> None:
    crew = make_crew()
    shift = held(crew)
    with clock.at(START + timedelta(hours=2) - MINUTE), pytest.raises(NotPossible):
        hours.close_list(crew.leader, shift.pk)
    with clock.at(AFTER):
        hours.owe_lists()
        assert Duty.objects.active().get().person == person_of(crew.leader)

        assert hours.close_list(crew.leader, shift.pk) == []

        shift.refresh_from_db()
        assert shift.settled_at == AFTER
        assert Duty.objects.active().count() == 0
        with pytest.raises(NotPossible):
            hours.close_list(crew.recorder, shift.pk)


@pytest.mark.parametrize(
    "wrong",
    [span(60, 30), span(0, 0), span(-1, 60), span(0, 121), span(0, 25 * 60), span(0, 29)],
    ids=["gone before come", "no time", "too early", "too late", "25 hours", "less than a step"],
)
def test_times_that_cannot_be_are_refused(wrong: Span) -> None:
    crew = make_crew()
    user, shift = crew.member(), held(crew)
    with clock.at(AFTER):
        with pytest.raises(NotPossible):
            hours.claim(user, shift.pk, wrong)
        with pytest.raises(NotPossible):
            hours.enter(crew.recorder, shift.pk, person_of(user), wrong)
    assert HourRecord.objects.count() == 0


def test_a_shift_across_midnight_belongs_to_the_day_on_which_it_began() -> None:
    crew = make_crew()
    night = clock.at_time(datetime(2026, 10, 31, tzinfo=clock.SHANGHAI).date(), 22)
    shift = make_shift(make_activity(crew), starts_at=night, length=timedelta(hours=4))

    with clock.at(night + timedelta(hours=5)):
        record = hours.claim(crew.member(), shift.pk, span(30, 240, of=night))

    assert (record.minutes, record.day.isoformat(), record.month) == (210, "2026-10-31", 202610)


def test_hours_are_claimed_once_and_in_time() -> None:
    crew = make_crew()
    user, shift = crew.member(), held(crew)
    last = clock.end_of(clock.day_of(START) + timedelta(days=30))
    with clock.at(START + MINUTE), pytest.raises(NotPossible):
        hours.claim(user, shift.pk, span())
    with clock.at(last), pytest.raises(NotPossible):
        hours.claim(user, shift.pk, span())
    with clock.at(last - MINUTE):
        assert hours.claim(user, shift.pk, span()).state == HourState.CLAIMED
        with pytest.raises(NotPossible):
            hours.claim(user, shift.pk, span(0, 60))
        with pytest.raises(PermissionDenied):
            hours.claim(make_resident(), shift.pk, span())


def test_a_late_claim_opens_a_settled_shift_again() -> None:
    crew = make_crew()
    shift = held(crew)
    with clock.at(AFTER):
        hours.close_list(crew.leader, shift.pk)
        record = hours.claim(crew.member(), shift.pk, span())
        assert Shift.objects.get(pk=shift.pk).settled_at is None
        hours.reject(crew.recorder, record.pk, "没有签到")
        assert Shift.objects.get(pk=shift.pk).settled_at == AFTER


def test_nobody_verifies_the_own_hours_and_is_told_who_can() -> None:
    crew = make_crew()
    shift = held(crew)
    with clock.at(AFTER):
        record = hours.claim(crew.recorder, shift.pk, span())
        with pytest.raises(NotPossible, match=person_of(crew.leader).display_name):
            hours.verify(crew.recorder, [record.pk])
        assert Duty.objects.active().get(kind=VERIFY).person == person_of(crew.leader)
        hours.verify(crew.worker, [record.pk])
    assert state(record) == HourState.VERIFIED


def test_what_a_recorder_typed_in_is_verified_by_another() -> None:
    crew = make_crew()
    shift = held(crew)
    with clock.at(AFTER):
        record = hours.enter(crew.recorder, shift.pk, make_person(), span())
        with pytest.raises(NotPossible):
            hours.verify(crew.recorder, [record.pk])
        hours.verify(crew.leader, [record.pk])
        with pytest.raises(NotPossible):
            hours.enter(crew.recorder, shift.pk, person_of(crew.recorder), span())


def test_an_overlap_is_found_at_verification_and_names_day_and_time_only() -> None:
    crew = make_crew()
    user = crew.member()
    booked(crew, user)
    secret = make_shift(make_activity(crew, title="秘密行动"), starts_at=START + 60 * MINUTE)
    with clock.at(AFTER + timedelta(hours=1)):
        record = hours.claim(user, secret.pk, span(60, 180))
        with pytest.raises(NotPossible, match="14:00–16:00") as refusal:
            hours.verify(crew.recorder, [record.pk])
        assert "楼道" not in str(refusal.value)
        new = hours.correct(crew.recorder, record.pk, span(120, 180), "重叠部分去掉")
        hours.verify(crew.leader, [new.pk])
    assert state(new) == HourState.VERIFIED


def test_several_are_verified_together_or_not_at_all() -> None:
    crew = make_crew()
    shift = held(crew)
    for user in (crew.member(), crew.recorder):
        came(crew, shift, user)
    with clock.at(AFTER):
        made = hours.close_list(crew.leader, shift.pk)
        with pytest.raises(NotPossible):
            hours.verify(crew.recorder, [record.pk for record in made])
        assert HourRecord.objects.filter(state=HourState.VERIFIED).count() == 0
        with pytest.raises(Http404):
            hours.verify(crew.recorder, [10**9])


def test_an_overlap_that_comes_up_at_booking_is_disputed_and_owed() -> None:
    crew = make_crew()
    person = person_of(crew.member())
    first = make_record(crew, person, starts_at=START)
    second = make_record(crew, person, starts_at=START + 60 * MINUTE, state=HourState.ON_NOTICE)
    alone = make_record(crew, make_person(), shift=second.shift, state=HourState.ON_NOTICE)
    alone.notice = second.notice
    alone.save()

    with clock.at(clock.now() + timedelta(days=10)):
        assert hours.book_due() == 1

        assert [state(one) for one in (first, second, alone)] == ["booked", "disputed", "booked"]
        dispute = second.disputes.get()
        assert (dispute.by, dispute.was) == (None, HourState.ON_NOTICE)
        assert Duty.objects.active().get(kind="hours.answer").subject == f"hourrecord:{second.pk}"
        with pytest.raises(NotPossible):
            disputes.find(crew.recorder, dispute.record_id, Finding.STANDS, "没问题")
        disputes.find(crew.recorder, dispute.record_id, Finding.REJECTED, "同一时间已有记录")
        disputes.confirm(crew.leader, dispute.record_id)
    assert state(second) == HourState.REJECTED


# --- disputes ---


def test_a_dispute_is_found_by_one_and_confirmed_by_another() -> None:
    crew = make_crew()
    user, neighbour = crew.member(), make_resident(within=crew.here)
    (record,) = booked(crew, user)
    with clock.at(LATER):
        dispute = disputes.dispute(neighbour, record.pk, "三点就走了")
        assert HourRecord.objects.counted().minutes() == 0
        with pytest.raises(NotPossible):
            disputes.confirm(crew.recorder, dispute.record_id)
        right = span(0, 60)
        disputes.find(crew.recorder, dispute.record_id, Finding.CORRECTED, "核对签退，改为一小时", right)
        with pytest.raises(NotPossible):
            disputes.confirm(crew.recorder, dispute.record_id)
        with pytest.raises(NotPossible):
            disputes.find(crew.leader, dispute.record_id, Finding.STANDS, "没问题")

        new = disputes.confirm(crew.leader, dispute.record_id)

        assert (state(record), new.state, new.version, new.minutes) == ("corrected", "verified", 2, 60)
        assert new.replaces == record
        for told in (user, neighbour):
            assert Notice.objects.filter(user=told, kind="hours.dispute_answered").count() == 1
        hours.post_verified()
    with clock.at(LATER + timedelta(days=10)):
        hours.book_due()
        assert HourRecord.objects.counted().minutes() == 60


def test_a_correction_to_the_time_that_stands_is_none() -> None:
    crew = make_crew()
    (record,) = booked(crew, crew.member())
    with clock.at(LATER):
        disputes.dispute(make_resident(within=crew.here), record.pk, "三点就走了")
        with pytest.raises(NotPossible, match="时间和原来一样，不需要更正。"):
            disputes.find(crew.recorder, record.pk, Finding.CORRECTED, "就是这个时间", span())
    assert state(record) == HourState.DISPUTED
    assert record.disputes.get().finding == ""


def test_who_objected_and_whose_hours_they_are_do_not_decide() -> None:
    crew = make_crew()
    (record,) = booked(crew, crew.leader)
    with clock.at(LATER):
        dispute = disputes.dispute(crew.recorder, record.pk, "没来")
        for user in (crew.recorder, crew.leader):
            with pytest.raises(NotPossible):
                disputes.find(user, dispute.record_id, Finding.STANDS, "来了")
        disputes.find(crew.worker, dispute.record_id, Finding.STANDS, "照片上有")
        for user in (crew.recorder, crew.leader, crew.worker):
            with pytest.raises(NotPossible):
                disputes.confirm(user, dispute.record_id)
        disputes.confirm(crew.director, dispute.record_id)
    assert state(record) == HourState.BOOKED


def test_who_may_object() -> None:
    crew = make_crew()
    (record,) = booked(crew, crew.member())
    with clock.at(LATER):
        with pytest.raises(PermissionDenied):
            disputes.dispute(make_resident(), record.pk, "没来")
        disputes.dispute(make_resident(within=crew.here), record.pk, "没来")
        entry = Entry.objects.get(action="hours.disputed")
        assert (entry.actor, entry.data) == ("居民", {"records": 1, "minutes": 120})


# --- what voids certificates ---


def certified(crew: Crew, record: HourRecord) -> Certificate:
    """A certificate in force that counts the record."""
    made = Certificate.objects.create(
        person=record.person,
        neighbourhood=crew.here,
        since=record.day,
        until=record.day,
        requested_by=crew.leader,
        number="C1",
        issued_at=clock.now(),
        issued_by=person_of(crew.worker),
        minutes=record.minutes,
        sha256="0" * 64,
    )
    CertificateLine.objects.create(certificate=made, record=record)
    return made


@pytest.mark.parametrize("verb", ["revoke", "correct", "strike"])
def test_a_booked_record_that_falls_takes_its_certificate_and_its_sum_with_it(verb: str) -> None:
    crew = make_crew()
    (record,) = booked(crew, crew.member())
    certificate = certified(crew, record)
    with clock.at(LATER):
        if verb == "revoke":
            hours.revoke(crew.leader, record.pk, "冒名")
        elif verb == "correct":
            hours.correct(crew.recorder, record.pk, span(0, 60), "早退")
        else:
            dispute = disputes.dispute(make_resident(within=crew.here), record.pk, "没来")
            certificate.refresh_from_db()
            assert certificate.voided_at is None
            disputes.find(crew.recorder, dispute.record_id, Finding.REJECTED, "没来")
            disputes.confirm(crew.leader, dispute.record_id)
    certificate.refresh_from_db()
    assert certificate.voided_at == LATER
    assert HourRecord.objects.counted().minutes() == 0


def test_only_the_leader_or_the_director_revokes_and_never_the_own() -> None:
    crew = make_crew()
    (record,) = booked(crew, crew.leader)
    with clock.at(LATER):
        for user in (crew.recorder, crew.worker):
            with pytest.raises(PermissionDenied):
                hours.revoke(user, record.pk, "冒名")
        with pytest.raises(NotPossible):
            hours.revoke(crew.leader, record.pk, "冒名")
        hours.revoke(crew.director, record.pk, "冒名")
    assert state(record) == HourState.REVOKED


# --- the matrix of states and verbs ---

VERBS: dict[str, Callable[[Crew, HourRecord], object]] = {
    "verify": lambda crew, one: hours.verify(crew.worker, [one.pk]),
    "reject": lambda crew, one: hours.reject(crew.worker, one.pk, "理由"),
    "correct": lambda crew, one: hours.correct(
        crew.worker, one.pk, Span(one.starts_at, one.ends_at - 60 * MINUTE), "理由"
    ),
    "dispute": lambda crew, one: disputes.dispute(crew.recorder, one.pk, "理由"),
    "find": lambda crew, one: disputes.find(crew.worker, one.pk, Finding.STANDS, "理由"),
    "revoke": lambda crew, one: hours.revoke(crew.director, one.pk, "理由"),
    "post": lambda crew, one: hours.post_verified(),
    "book": lambda crew, one: hours.book_due(),
}
# What time does is never refused: there is just nothing to do.
TIMES = {"post", "book"}
BECOMES: dict[tuple[str, str], str] = {
    ("claimed", "verify"): "verified",
    ("claimed", "reject"): "rejected",
    ("claimed", "correct"): "corrected",
    ("entered", "verify"): "verified",
    ("entered", "reject"): "rejected",
    ("entered", "correct"): "corrected",
    ("verified", "post"): "on_notice",
    ("on_notice", "book"): "booked",
    ("on_notice", "dispute"): "disputed",
    ("booked", "dispute"): "disputed",
    ("booked", "correct"): "corrected",
    ("booked", "revoke"): "revoked",
    ("disputed", "find"): "disputed",
}


@pytest.mark.parametrize("verb", list(VERBS))
@pytest.mark.parametrize("begin", list(HourState))
def test_every_state_and_every_verb(begin: HourState, verb: str) -> None:
    crew = make_crew()
    record = make_record(crew, make_person(), starts_at=START, state=begin)
    answered = {
        "found_by": person_of(crew.worker),
        "found_at": START,
        "confirmed_by": person_of(crew.director),
        "confirmed_at": START,
    }
    earlier = {} if begin is HourState.DISPUTED else answered
    record.disputes.create(by=person_of(crew.leader), text="不对", was=HourState.BOOKED, **earlier)
    expected = BECOMES.get((begin.value, verb))

    with clock.at(LATER + timedelta(days=10)):
        if expected is None and verb not in TIMES:
            with pytest.raises(NotPossible):
                VERBS[verb](crew, record)
        else:
            VERBS[verb](crew, record)

    assert state(record) == (expected or begin.value)
    assert HourRecord.objects.count() == (2 if expected == "corrected" else 1)


def test_the_table_of_states_is_what_the_verbs_do() -> None:
    steps = {
        (HourState(before), HourState(after)) for (before, _verb), after in BECOMES.items() if before != after
    }
    found = {(HourState.DISPUTED, after) for after in ("on_notice", "booked", "corrected", "rejected")}
    table = {(before, after) for before, afters in NEXT.items() for after in afters}
    assert table == steps | {(before, HourState(after)) for before, after in found}
    states = {verb: need.states for verb, need in RECORD_NEEDS.items() if need.states is not None}
    assert states.pop("confirm") == {HourState.DISPUTED}
    begun = {verb: {HourState(before) for before, name in BECOMES if name == verb} for verb in states}
    assert states == begun


def test_mutual_aid_is_booked_and_never_counted() -> None:
    crew = make_crew()
    shift = held(crew, mutual_aid=True)
    came(crew, shift, crew.member())
    with clock.at(AFTER):
        (record,) = hours.close_list(crew.leader, shift.pk)
        hours.verify(crew.recorder, [record.pk])
        hours.post_verified()
    with clock.at(LATER):
        hours.book_due()
    assert (state(record), record.source) == (HourState.BOOKED, Source.ATTENDANCE)
    assert (HourRecord.objects.booked().minutes(), HourRecord.objects.counted().minutes()) == (120, 0)

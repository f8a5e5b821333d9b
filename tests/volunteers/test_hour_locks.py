"""The order of locks: the shift first, then its records by number. With every lock held on to, so that any other
order shows: on a database that lets two write at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers.models import Finding, HourRecord, Shift
from portal.volunteers.services import disputes, hours
from portal.volunteers.services.importing import import_hours
from portal.volunteers.spans import Span
from portal.volunteers.states import HourState
from tests.concurrency import at_once
from tests.factories import make_person, make_resident, person_of
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_attendance,
    make_crew,
    make_membership,
    make_record,
    make_shift,
    make_signup,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HELD = 0.5
LOCK = re.compile(r'FOR (?:NO KEY )?UPDATE OF "volunteers_(\w+)"')
HALF_HOUR = timedelta(minutes=30)


@contextmanager
def slowly(seconds: float = HELD) -> Iterator[list[str]]:
    """Hold on to every lock before going on. Gives the tables in the order in which their rows were locked."""
    locked: list[str] = []

    def wait(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        done = execute(sql, *args)
        if found := LOCK.search(sql):
            locked.append(found[1])
            time.sleep(seconds)
        return done

    with connection.execute_wrapper(wait):
        yield locked


def held_shift(crew: Crew) -> Shift:
    return make_shift(make_activity(crew), starts_at=clock.at_time(clock.today() - timedelta(days=2), 9))


def half(shift: Shift) -> Span:
    return Span(shift.starts_at, shift.starts_at + HALF_HOUR)


def test_correcting_verifying_and_posting_do_not_wait_in_a_ring() -> None:
    crew = make_crew()
    shift = held_shift(crew)
    verified = make_record(crew, make_person(), shift=shift, state=HourState.VERIFIED)
    entered = make_record(crew, make_person(), shift=shift, state=HourState.ENTERED)

    def correct() -> Any:
        return hours.correct(crew.leader, entered.pk, half(shift), "提前离开")

    def verify_from_an_old_page() -> Any:
        time.sleep(HELD / 5)
        return hours.verify(crew.recorder, [verified.pk, entered.pk])

    def post() -> Any:
        time.sleep(HELD / 5)
        return hours.post_verified()

    verbs = [correct, verify_from_an_old_page, post]

    def run(number: int) -> Any:
        with slowly():
            return verbs[number]()

    outcome = at_once(3, run, numbered=True)

    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert HourRecord.objects.get(pk=verified.pk).state == HourState.ON_NOTICE
    assert HourRecord.objects.get(pk=entered.pk).state == HourState.CORRECTED
    assert HourRecord.objects.get(replaces=entered).minutes == 30


def test_whatever_is_done_to_hours_at_once_nobody_waits_in_a_ring() -> None:
    """Everything at once on two shifts: all of it is done, or refused in words."""
    crew = make_crew()
    early, late = held_shift(crew), held_shift(crew)
    member, neighbour = crew.member(), make_resident(within=crew.here)
    waiting = [
        make_record(crew, make_person(), shift=shift, state=HourState.ENTERED) for shift in (late, early)
    ]
    verified = [
        make_record(crew, make_person(), shift=shift, state=HourState.VERIFIED) for shift in (late, early)
    ]
    booked = [make_record(crew, make_person(), shift=shift) for shift in (late, early)]
    make_membership(crew.team, (named := make_person()))
    everything = [*waiting, *verified, *booked]
    verbs: list[Callable[[], Any]] = [
        lambda: hours.verify(crew.recorder, [one.pk for one in everything]),
        lambda: hours.verify(crew.leader, [one.pk for one in reversed(waiting)]),
        lambda: hours.correct(crew.leader, waiting[0].pk, half(late), "提前离开"),
        lambda: hours.correct(crew.recorder, booked[1].pk, half(early), "提前离开"),
        lambda: hours.reject(crew.recorder, waiting[1].pk, "没来"),
        lambda: hours.revoke(crew.leader, booked[0].pk, "冒名"),
        lambda: disputes.dispute(neighbour, booked[0].pk, "没来"),
        lambda: hours.claim(member, early.pk, half(early)),
        lambda: hours.close_list(crew.worker, late.pk),
        lambda: import_hours(crew.worker, crew.team.pk, table([early, late], named.real_name)),
        hours.post_verified,
        hours.book_due,
    ]

    def run(number: int) -> Any:
        with slowly(HELD / 5):
            return verbs[number]()

    outcome = at_once(len(verbs), run, numbered=True)

    assert {type(error) for error in outcome.errors} <= {NotPossible}
    assert len(outcome.results) >= 8
    assert set(
        HourRecord.objects.filter(pk__in=[one.pk for one in verified]).values_list("state", flat=True)
    ) == {HourState.ON_NOTICE}


def test_every_verb_locks_the_shift_before_its_records() -> None:
    crew = make_crew()
    shift = held_shift(crew)
    make_attendance(make_signup(shift, make_person()), crew.leader)
    member, neighbour = crew.member(), make_resident(within=crew.here)
    made = {
        state: make_record(crew, make_person(), shift=shift, state=state)
        for state in (HourState.ENTERED, HourState.VERIFIED, HourState.BOOKED)
    }
    entered, booked = made[HourState.ENTERED], made[HourState.BOOKED]
    rejected, corrected = (
        make_record(crew, make_person(), shift=shift, state=HourState.ENTERED) for _one in range(2)
    )
    revoked = make_record(crew, make_person(), shift=shift)
    verbs: dict[str, Callable[[], Any]] = {
        "close_list": lambda: hours.close_list(crew.leader, shift.pk),
        "claim": lambda: hours.claim(member, shift.pk, half(shift)),
        "enter": lambda: hours.enter(crew.leader, shift.pk, person_of(neighbour), half(shift)),
        "verify": lambda: hours.verify(crew.leader, [entered.pk]),
        "reject": lambda: hours.reject(crew.leader, rejected.pk, "没来"),
        "correct": lambda: hours.correct(crew.leader, corrected.pk, half(shift), "提前离开"),
        "revoke": lambda: hours.revoke(crew.leader, revoked.pk, "冒名"),
        "dispute": lambda: disputes.dispute(neighbour, booked.pk, "没来"),
        "find": lambda: disputes.find(crew.leader, booked.pk, Finding.STANDS, "来了"),
        "confirm": lambda: disputes.confirm(crew.recorder, booked.pk),
        "post_verified": hours.post_verified,
        "book_due": lambda: late(hours.book_due),
    }
    for name, verb in verbs.items():
        with slowly(0) as locked:
            verb()
        assert locked[:1] == ["shift"], (name, locked)
        assert locked.count("shift") == 1, (name, locked)


def table(shifts: list[Shift], name: str) -> bytes:
    lines = [
        f"{clock.day_of(shift.starts_at)},{shift.activity.title},{name},{start},{end}"
        for shift, start, end in zip(shifts, ("09:00", "10:00"), ("09:30", "10:30"), strict=True)
    ]
    return "\n".join(["日期,活动,姓名,开始,结束", *lines]).encode()


def late(verb: Callable[[], Any]) -> Any:
    with clock.at(clock.now() + timedelta(days=14)):
        return verb()

"""Many at once, on PostgreSQL: the last place, places given back, one person scanning often, two lists of the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers.models import Attendance, Shift
from portal.volunteers.permissions import SHIFTS
from portal.volunteers.services import attendance, signing
from portal.volunteers.services.attendance import IN, OUT, Mark
from portal.volunteers.states import SignupState
from tests.concurrency import at_once
from tests.factories import make_dwelling, make_person, make_resident, person_of
from tests.volunteers.factories import make_activity, make_crew, make_shift, make_signup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
PEOPLE, PLACES = 50, 3
START = datetime(2026, 11, 28, 6, tzinfo=UTC)


def crowd() -> tuple[Shift, list[User]]:
    """A shift of a few places, all but one taken, and fifty who want the last one."""
    crew = make_crew()
    shift = make_shift(make_activity(crew), slots=PLACES)
    for _time in range(PLACES - 1):
        make_signup(shift, make_person())
    home = make_dwelling(within=crew.here)
    return shift, [make_resident(dwelling=home) for _time in range(PEOPLE)]


def counted(shift: Shift) -> tuple[int, int]:
    """What the shift says of its places, and what its sign-ups say."""
    shift.refresh_from_db()
    return shift.taken, shift.signups.accepted().count()


def test_fifty_want_the_last_place_one_after_the_other() -> None:
    shift, users = crowd()

    outcome = at_once(PEOPLE, lambda number: signing.sign_up(users[number], shift.pk).state, numbered=True)

    assert outcome.errors == []
    assert sorted(outcome.results) == sorted([SignupState.ACCEPTED] + [SignupState.WAITLISTED] * (PEOPLE - 1))
    assert counted(shift) == (PLACES, PLACES)


def test_without_the_lock_the_database_alone_holds_the_places(monkeypatch: pytest.MonkeyPatch) -> None:
    shift, users = crowd()
    monkeypatch.setattr(SHIFTS, "take", SHIFTS.get)

    outcome = at_once(PEOPLE, lambda number: signing.sign_up(users[number], shift.pk).state, numbered=True)

    assert {type(error) for error in outcome.errors} <= {IntegrityError}
    assert outcome.results.count(SignupState.ACCEPTED) == 1
    assert counted(shift) == (PLACES, PLACES)


def test_places_given_back_while_others_sign_up_are_never_lost_nor_doubled() -> None:
    shift, users = crowd()
    early = [signing.sign_up(user, shift.pk) for user in users[:20]]

    def work(number: int) -> None:
        if number < len(early):
            signing.cancel(users[number], early[number].pk)
        else:
            signing.sign_up(users[number], shift.pk)

    outcome = at_once(40, work, numbered=True)

    assert outcome.errors == []
    assert counted(shift) == (PLACES, PLACES)
    assert shift.signups.waiting().count() == 19


def test_one_person_scanning_often_at_once_comes_once() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), starts_at=START)
    user = make_resident(within=crew.here)
    make_signup(shift, person_of(user))

    def work() -> int:
        with clock.at(START):
            return attendance.check_in(user, shift.pk).pk

    outcome = at_once(20, work)

    assert outcome.errors == []
    assert outcome.results == [Attendance.objects.get().pk] * 20


def test_two_lists_of_the_same_people_sent_at_once_never_double_nor_hang() -> None:
    crew = make_crew()
    shift = make_shift(make_activity(crew), starts_at=START, slots=40)
    signups = [make_signup(shift, make_person()) for _time in range(30)]
    minute = timedelta(minutes=1)
    lists = [
        [Mark(one.pk, what, START + (late + extra) * minute) for one in order for what, extra in marks]
        for late, order, marks in (
            (0, signups, ((IN, 0), (OUT, 60))),
            (5, signups[::-1], ((OUT, 60), (IN, 0))),
        )
    ]

    def work(number: int) -> int:
        with clock.at(START + 100 * minute):
            try:
                attendance.merge((crew.leader, crew.recorder)[number % 2], shift.pk, lists[number % 2])
            except NotPossible:
                return 1
        return 0

    outcome = at_once(6, work, numbered=True)

    assert (outcome.errors, outcome.results) == ([], [0] * 6)
    kept = Attendance.objects.values_list("in_at", "out_at")
    assert list(kept) == [(START, START + 60 * minute)] * 30

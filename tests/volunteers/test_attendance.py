"""Who came and when: codes, ticks, lists that come late, twice, in any order; what is refused and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import codes
from portal.volunteers.models import Attendance, How, Shift, Signup
from portal.volunteers.services import attendance
from portal.volunteers.services.attendance import IN, OUT, Mark, Merged
from portal.volunteers.states import SignupState
from tests.examples import examples
from tests.factories import make_account, make_person, make_resident, person_of
from tests.volunteers.factories import Crew, make_activity, make_crew, make_shift, make_signup
from tests.worlds import kept

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# 14:00 to 16:00 in Shanghai, whose minutes are also turns of the codes.
START = datetime(2026, 11, 28, 6, tzinfo=UTC)


@kept
def plan(**values: Any) -> tuple[Crew, Shift]:
    """A shift of two hours on a known day."""
    crew = make_crew()
    return crew, make_shift(make_activity(crew), starts_at=START, **values)


@kept
def comer(crew: Crew, shift: Shift) -> tuple[User, Signup]:
    """A neighbour who has a place."""
    user = make_resident(within=crew.here)
    return user, make_signup(shift, person_of(user))


def times(signup: Signup) -> tuple[datetime, datetime | None] | None:
    """What is noted of a sign-up."""
    return Attendance.objects.filter(signup=signup).values_list("in_at", "out_at").first()


def at(minutes: int) -> datetime:
    """So many minutes after the beginning."""
    return START + minutes * MINUTE


# --- codes ---


def test_the_code_of_the_place_holds_for_its_minute_and_the_next() -> None:
    code = codes.place_code("s", 7, START)
    right = [
        seconds
        for seconds in range(-60, 181)
        if codes.is_place_code("s", 7, code, START + timedelta(seconds=seconds))
    ]
    assert (right[0], right[-1], len(right)) == (0, 119, 120)
    assert not codes.is_place_code("s", 8, code, START)
    assert not codes.is_place_code("t", 7, code, START)
    assert not codes.is_place_code("s", 7, "密码", START)


def test_the_spoken_code_holds_for_its_ten_minutes_and_one_more() -> None:
    code = codes.spoken_code("s", 7, START)
    right = [minute for minute in range(-10, 30) if codes.is_spoken_code("s", 7, code, at(minute))]
    assert (right, len(code), code.isdigit()) == (list(range(11))[:11], 6, True)


def test_a_pass_lasts_ten_minutes_and_is_of_one_shift() -> None:
    given_ = codes.give_pass(7, START)
    assert codes.is_pass(given_, 7, at(10))
    assert not codes.is_pass(given_, 7, at(10) + timedelta(seconds=1))
    assert not codes.is_pass(given_, 8, START)
    assert not codes.is_pass(given_[:-1], 7, START)
    assert not codes.is_pass("", 7, START)


def test_guessing_the_spoken_code_ends_after_five_times() -> None:
    crew, shift = plan()
    user, _signup = comer(crew, shift)
    with clock.at(START):
        right = codes.spoken_code(shift.secret, shift.pk, START)
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        for _time in range(5):
            with pytest.raises(NotPossible):
                attendance.heard(user, shift, wrong)
        with pytest.raises(NotPossible):
            attendance.heard(user, shift, right)
        attendance.heard(crew.leader, shift, right)


# --- oneself ---


def test_coming_and_going_are_noted_once() -> None:
    crew, shift = plan()
    user, signup = comer(crew, shift)
    with clock.at(at(-5)):
        attendance.check_in(user, shift.pk)
    with clock.at(at(1)):
        attendance.check_in(user, shift.pk)
    with clock.at(at(119)):
        attendance.check_out(user, shift.pk, how=How.CODE)
    with clock.at(at(130)):
        attendance.check_out(user, shift.pk)
    row = Attendance.objects.get(signup=signup)
    assert (row.in_at, row.in_how, row.out_at, row.out_how) == (at(-5), How.QR, at(119), How.CODE)


@pytest.mark.parametrize(
    ("minutes", "taken"),
    [(-61, False), (-60, True), (0, True), (119, True), (120, False), (200, False)],
)
def test_one_comes_from_an_hour_before_until_the_end(minutes: int, taken: bool) -> None:
    crew, shift = plan()
    user, signup = comer(crew, shift)
    with clock.at(at(minutes)):
        if taken:
            attendance.check_in(user, shift.pk)
        else:
            with pytest.raises(NotPossible):
                attendance.check_in(user, shift.pk)
    assert (times(signup) is not None) == taken


def test_nobody_goes_who_has_not_come_and_an_hour_after_the_end_it_is_too_late() -> None:
    crew, shift = plan()
    user, signup = comer(crew, shift)
    with clock.at(at(60)), pytest.raises(NotPossible):
        attendance.check_out(user, shift.pk)
    with clock.at(at(60)):
        attendance.check_in(user, shift.pk)
    with clock.at(at(181)), pytest.raises(NotPossible):
        attendance.check_out(user, shift.pk)
    with clock.at(at(180)):
        attendance.check_out(user, shift.pk)
    assert times(signup) == (at(60), at(180))


def test_a_night_patrol_runs_across_midnight() -> None:
    crew = make_crew()
    night = make_shift(make_activity(crew), starts_at=START + 8 * HOUR, length=8 * HOUR)  # 22:00-06:00
    user, signup = comer(crew, night)
    with clock.at(night.starts_at + MINUTE):
        attendance.check_in(user, night.pk)
    with clock.at(night.ends_at - MINUTE):
        assert clock.today().day == 29
        attendance.check_out(user, night.pk)
    assert times(signup) == (night.starts_at + MINUTE, night.ends_at - MINUTE)


@pytest.mark.parametrize("state", [SignupState.APPLIED, SignupState.WAITLISTED])
def test_without_a_place_nobody_is_checked_in(state: SignupState) -> None:
    crew, shift = plan()
    user = make_resident(within=crew.here)
    signup = make_signup(shift, person_of(user), state)
    with clock.at(START):
        with pytest.raises(NotPossible):
            attendance.check_in(user, shift.pk)
        merged = attendance.merge(crew.leader, shift.pk, [Mark(signup.pk, IN, START)])
    assert (merged.taken, len(merged.refused)) == (0, 1)


# --- keepers ---


def test_a_group_is_ticked_at_once_and_says_so() -> None:
    crew, shift = plan()
    signups = [make_signup(shift, make_person()) for _time in range(3)]
    with clock.at(START):
        merged = attendance.tick(crew.recorder, shift.pk, [one.pk for one in signups], IN)
        attendance.tick(crew.recorder, shift.pk, [signups[0].pk], OUT, at(1))
    assert (merged.taken, merged.refused) == (3, [])
    rows = Attendance.objects.order_by("signup_id")
    assert list(rows.values_list("in_how", "out_how")) == [("group", "list"), ("group", ""), ("group", "")]


def test_times_are_corrected_and_lists_sent_later_do_not_change_them_again() -> None:
    crew, shift = plan()
    _user, signup = comer(crew, shift)
    with clock.at(at(150)):
        attendance.merge(crew.leader, shift.pk, [Mark(signup.pk, IN, at(30))])
        with pytest.raises(NotPossible):
            attendance.correct(crew.leader, signup.pk, at(60), at(60))
        with pytest.raises(NotPossible):
            attendance.correct(crew.leader, signup.pk, at(60), at(155))
        attendance.correct(crew.recorder, signup.pk, at(60), at(90))
        merged = attendance.merge(
            crew.leader, shift.pk, [Mark(signup.pk, IN, at(5)), Mark(signup.pk, OUT, at(70))]
        )
    assert times(signup) == (at(60), at(90))
    assert (merged.taken, merged.known, merged.refused) == (0, 2, [])


def test_a_tick_by_mistake_is_taken_back_but_nobody_corrects_the_own_times() -> None:
    crew, shift = plan()
    own = make_signup(shift, person_of(crew.recorder))
    _user, signup = comer(crew, shift)
    with clock.at(START):
        attendance.tick(crew.recorder, shift.pk, [own.pk, signup.pk], IN)
        attendance.strike(crew.recorder, signup.pk)
        for change in (
            lambda: attendance.strike(crew.recorder, own.pk),
            lambda: attendance.correct(crew.recorder, own.pk, START, None),
            lambda: attendance.strike(crew.recorder, signup.pk),
        ):
            with pytest.raises(NotPossible):
                change()
    assert (times(signup), times(own)) == (None, (START, None))


def test_after_the_list_was_closed_nothing_changes() -> None:
    crew, shift = plan()
    user, signup = comer(crew, shift)
    with clock.at(at(1)):
        attendance.check_in(user, shift.pk)
    Shift.objects.filter(pk=shift.pk).update(closed_at=at(130), closed_by=crew.leader)
    with clock.at(at(140)):
        for change in (
            lambda: attendance.check_out(user, shift.pk),
            lambda: attendance.tick(crew.leader, shift.pk, [signup.pk], OUT),
            lambda: attendance.merge(crew.leader, shift.pk, [Mark(signup.pk, OUT, at(60))]),
            lambda: attendance.correct(crew.leader, signup.pk, START, at(60)),
            lambda: attendance.strike(crew.leader, signup.pk),
        ):
            with pytest.raises(NotPossible):
                change()
    assert times(signup) == (at(1), None)


MAY = {
    "neighbour": False,
    "member": False,
    "elsewhere": False,
    "recorder": True,
    "leader": True,
    "worker": True,
}


@pytest.mark.parametrize("who", MAY)
def test_who_keeps_the_list(who: str) -> None:
    crew, shift = plan()
    _user, signup = comer(crew, shift)
    users = {
        "neighbour": lambda: make_resident(within=crew.here),
        "member": crew.member,
        "elsewhere": lambda: make_account(),
    }
    user = users[who]() if who in users else getattr(crew, who)
    tries = (
        lambda: attendance.check_in(user, shift.pk, signup.pk, How.LIST),
        lambda: attendance.merge(user, shift.pk, [Mark(signup.pk, IN, START)]),
        lambda: attendance.correct(user, signup.pk, START, None),
    )
    with clock.at(START):
        assert [done(attempt) for attempt in tries] == [MAY[who]] * 3


def done(attempt: Any) -> bool:
    """Whether somebody may."""
    try:
        attempt()
    except (PermissionDenied, Http404):
        return False
    return True


# --- lists that come later ---


def test_each_line_is_taken_or_refused_with_its_reason() -> None:
    crew, shift = plan()
    signups = [make_signup(shift, make_person()) for _time in range(5)]
    foreign = make_signup(make_shift(shift.activity, starts_at=START + 24 * HOUR), make_person())
    lines = [
        Mark(signups[0].pk, IN, at(0)),
        Mark(signups[0].pk, OUT, at(110)),
        Mark(10**9, IN, at(0)),
        Mark(foreign.pk, IN, at(0)),
        Mark(signups[1].pk, IN, at(129)),
        Mark(signups[2].pk, IN, at(50)),
        Mark(signups[2].pk, OUT, at(40)),
        Mark(signups[3].pk, IN, at(-24 * 60)),
        Mark(signups[4].pk, OUT, at(60)),
    ]
    with clock.at(at(120)):
        merged = attendance.merge(crew.leader, shift.pk, lines)

    reasons = {(line.mark.signup, line.mark.what): line.again for line in merged.refused}
    assert merged.taken == 3
    assert reasons == {
        (10**9, IN): False,
        (foreign.pk, IN): False,
        (signups[1].pk, IN): False,
        (signups[2].pk, OUT): False,
        (signups[3].pk, IN): False,
        (signups[4].pk, OUT): True,
    }
    assert len({line.reason for line in merged.refused}) == 6
    assert Attendance.objects.count() == 2


def test_ten_thousand_lines_are_no_list() -> None:
    crew, shift = plan()
    with pytest.raises(NotPossible):
        attendance.merge(crew.leader, shift.pk, [Mark(1, IN, START)] * 10_000)


LINES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([IN, OUT]), st.integers(-70, 190)), min_size=1, max_size=14
)


class TestMerge(TestCase):
    @settings(max_examples=examples(60), deadline=None)
    @given(lines=LINES, order=st.randoms(use_true_random=False), cuts=st.integers(1, 4))
    def test_neither_order_nor_repetition_nor_whose_list_matters(
        self, lines: list[tuple[int, str, int]], order: Any, cuts: int
    ) -> None:
        crew, shift = plan()
        signups = [make_signup(shift, make_person()) for _time in range(3)]
        marks = [Mark(signups[who].pk, what, at(when)) for who, what, when in lines]
        with clock.at(at(200)):
            once = self._sent(crew, shift, [marks])
            Attendance.objects.all().delete()
            order.shuffle(marks)
            pieces = [marks[start::cuts] for start in range(cuts)]
            again = self._sent(crew, shift, pieces)
            last = [attendance.merge(crew.recorder, shift.pk, piece) for piece in pieces]

        assert once == again
        assert [merged.taken for merged in last] == [0] * cuts
        assert self._kept() == once == self._expected(signups, lines)

    def _sent(self, crew: Crew, shift: Shift, pieces: list[list[Mark]]) -> Any:
        """Each list twice, by two keepers: what went before it came is taken when it comes again."""
        for user in (crew.leader, crew.recorder):
            for piece in pieces:
                merged = attendance.merge(user, shift.pk, piece)
                assert isinstance(merged, Merged)
        return self._kept()

    def _kept(self) -> list[tuple[int, datetime, datetime | None]]:
        return list(Attendance.objects.order_by("signup_id").values_list("signup_id", "in_at", "out_at"))

    def _expected(
        self, signups: list[Signup], lines: list[tuple[int, str, int]]
    ) -> list[tuple[int, datetime, datetime | None]]:
        """The earliest coming, and the earliest going after it, of what lies in the window."""
        kept: list[tuple[int, datetime, datetime | None]] = []
        for number, signup in enumerate(signups):
            come = [when for who, what, when in lines if (who, what) == (number, IN) and -60 <= when < 120]
            if not come:
                continue
            gone = [
                when for who, what, when in lines if (who, what) == (number, OUT) and min(come) < when <= 180
            ]
            kept.append((signup.pk, at(min(come)), at(min(gone)) if gone else None))
        return kept

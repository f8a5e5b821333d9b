"""Supervision levels and reminders as arithmetic."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.duties.levels import level_at, remind_moment, step_moment
from portal.kit import clock

STEPS = [0, 2, 5, 7, 10]
# Due at 24:00 of Friday 20 November 2026; no holiday follows.
DUE = clock.end_of(date(2026, 11, 20))


@pytest.mark.parametrize(
    ("moment", "level"),
    [
        (DUE - timedelta(microseconds=1), 0),
        (DUE, 1),
        (clock.end_of(date(2026, 11, 24)) - timedelta(microseconds=1), 1),
        (clock.end_of(date(2026, 11, 24)), 2),
        (clock.end_of(date(2026, 11, 27)), 3),
        (clock.end_of(date(2026, 12, 1)), 4),
        (clock.end_of(date(2026, 12, 4)) - timedelta(microseconds=1), 4),
        (clock.end_of(date(2026, 12, 4)), 5),
        (clock.end_of(date(2027, 12, 4)), 5),
    ],
)
def test_the_level_follows_working_days_after_the_due_moment(moment: datetime, level: int) -> None:
    assert level_at(DUE, STEPS, moment) == level


@given(st.lists(st.integers(0, 30), max_size=8), st.integers(0, 60), st.integers(0, 60))
def test_a_level_never_falls_and_stays_within_five(steps: list[int], early: int, later: int) -> None:
    first = level_at(DUE, steps, DUE + timedelta(days=early))
    second = level_at(DUE, steps, DUE + timedelta(days=early + later))

    assert 0 <= first <= second <= 5


def test_a_step_of_no_days_is_the_due_moment_itself() -> None:
    noon = clock.at_time(date(2026, 11, 21), 12)

    assert step_moment(noon, 0) == noon


@pytest.mark.parametrize(
    ("opened", "due", "remind"),
    [
        ("2026-11-02T09:00", "2026-11-07T00:00", "2026-11-05T11:00"),
        ("2026-11-09T09:00", "2026-11-11T00:00", "2026-11-10T00:00"),
        ("2026-11-02T00:00", "2026-12-02T00:00", "2026-11-22T00:00"),
        ("2026-11-20T09:00", "2026-11-23T00:00", "2026-11-22T03:00"),
        ("2026-11-20T10:00", "2026-11-20T22:00", "2026-11-20T18:00"),
    ],
)
def test_a_reminder_comes_when_a_third_or_one_working_day_is_left(opened: str, due: str, remind: str) -> None:
    def shanghai(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)

    assert remind_moment(shanghai(opened), shanghai(due)) == shanghai(remind)


@given(
    st.timedeltas(timedelta(0), timedelta(days=4000)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=90)),
)
def test_a_reminder_comes_between_opening_and_due(passed: timedelta, time: timedelta) -> None:
    start = clock.at_time(date(2020, 1, 1), 0) + passed

    assert start < remind_moment(start, start + time) < start + time

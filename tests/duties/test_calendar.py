"""Working days: the calendar's own edges, and what must hold for any date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.duties.calendar import (
    Deadline,
    add_working_days,
    calendar_days,
    is_provisional,
    is_working_day,
    working_day_before,
)
from portal.kit import clock

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
EPOCH = clock.at_time(date(2020, 1, 1), 0)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4000)).map(lambda passed: EPOCH + passed)
COUNTS = st.integers(0, 40)


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2026, 11, 20), True, "an ordinary Friday"),
        (date(2026, 11, 21), False, "an ordinary Saturday"),
        (date(2026, 10, 1), False, "National Day, a Thursday"),
        (date(2026, 10, 7), False, "the last day of the October holiday, a Wednesday"),
        (date(2026, 10, 10), True, "a Saturday that makes up for it"),
        (date(2026, 2, 14), True, "the Saturday that makes up before the Spring Festival"),
        (date(2026, 2, 17), False, "Spring Festival"),
        (date(2024, 2, 18), True, "a Sunday that makes up for the Spring Festival of 2024"),
    ],
)
def test_a_published_year_is_as_published(day: date, works: bool, why: str) -> None:
    assert (is_working_day(day), is_provisional(day)) == (works, False), why


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2031, 1, 1), False),
        (date(2031, 1, 2), True),
        (date(2031, 1, 4), False),
        (date(2031, 5, 2), False),
        (date(2031, 10, 3), False),
        (date(2031, 10, 6), True),
    ],
)
def test_beyond_the_published_years_weekdays_count_but_fixed_holidays_rest(day: date, works: bool) -> None:
    assert (is_working_day(day), is_provisional(day)) == (works, True)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_the_day_of_the_start_is_not_counted(start: date, days: int, last: date) -> None:
    for hour in (0, 9, 23):
        assert add_working_days(clock.at_time(start, hour), days) == Deadline(clock.end_of(last))


def test_a_deadline_ends_at_midnight_in_shanghai() -> None:
    deadline = add_working_days(datetime(2026, 11, 23, 9, tzinfo=clock.SHANGHAI), 5)

    assert deadline.at.isoformat() == "2026-11-30T16:00:00+00:00"
    assert deadline.last_day == date(2026, 11, 30)


def test_a_deadline_in_a_year_not_yet_published_says_so() -> None:
    assert not add_working_days(clock.at_time(date(2026, 12, 30), 9), 1).provisional
    assert add_working_days(clock.at_time(date(2030, 12, 30), 9), 5).provisional


def test_late_evening_in_utc_is_the_next_day_in_shanghai() -> None:
    evening = datetime.fromisoformat("2026-11-19T16:30:00+00:00")

    assert add_working_days(evening, 1).last_day == date(2026, 11, 23)


@pytest.mark.parametrize("count", [add_working_days, calendar_days])
def test_a_deadline_lies_ahead(count: object) -> None:
    with pytest.raises(ValueError, match="ahead"):
        count(clock.now(), -1)  # type: ignore[operator]


@given(MOMENTS, st.integers(1, 40))
def test_a_deadline_never_ends_on_a_day_of_rest(start: datetime, days: int) -> None:
    assert is_working_day(add_working_days(start, days).last_day)


@given(MOMENTS, st.integers(1, 40))
def test_exactly_so_many_working_days_lie_between(start: datetime, days: int) -> None:
    last = add_working_days(start, days).last_day
    first = clock.day_of(start)

    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]

    assert sum(map(is_working_day, between)) == days


@given(MOMENTS, COUNTS, COUNTS)
def test_more_days_never_end_earlier(start: datetime, few: int, more: int) -> None:
    assert add_working_days(start, few).at <= add_working_days(start, few + more).at


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)), COUNTS)
def test_starting_later_never_ends_earlier(start: datetime, later: timedelta, days: int) -> None:
    assert add_working_days(start, days).at <= add_working_days(start + later, days).at


@given(MOMENTS, st.integers(1, 20), COUNTS)
def test_days_add_up(start: datetime, first: int, second: int) -> None:
    stop = clock.at_time(add_working_days(start, first).last_day, 12)

    assert add_working_days(stop, second).at == add_working_days(start, first + second).at


@given(MOMENTS, COUNTS)
def test_a_deadline_is_provisional_when_a_day_on_the_way_is(start: datetime, days: int) -> None:
    deadline = add_working_days(start, days)
    first = clock.day_of(start)
    way = [first + timedelta(days=n) for n in range(1, (deadline.last_day - first).days + 1)]

    assert deadline.provisional == any(map(is_provisional, way))


@given(MOMENTS, COUNTS)
def test_calendar_days_count_every_day(start: datetime, days: int) -> None:
    deadline = calendar_days(start, days)

    assert deadline.last_day == clock.day_of(start) + timedelta(days=days)
    assert not deadline.provisional


@given(DAYS)
def test_the_last_working_day_of_a_period_is_the_last_one_in_it(day: date) -> None:
    begins = working_day_before(clock.end_of(day))

    assert begins < clock.end_of(day)
    assert is_working_day(clock.day_of(begins))
    after = (day - clock.day_of(begins)).days
    assert not any(is_working_day(day - timedelta(days=n)) for n in range(after))

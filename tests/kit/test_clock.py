"""A day of the calendar ends at 24:00 in Shanghai, wherever the server stands and whatever clocks were set to then."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit import clock, wording
from portal.kit.fields import YEAR, DayField

# Shanghai had summer time in some years between 1940 and 1991, and local mean time before 1901.
days = st.dates(date(1900, 1, 1), date(2030, 12, 31))
ENDS = """
from datetime import date, timedelta
from portal.kit import clock
for number in range(400):
    day = date(2026, 1, 1) + timedelta(days=number)
    print(clock.end_of(day).isoformat(), clock.day_of(clock.end_of(day)), clock.at_time(day, 9, 30).isoformat())
"""


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_a_day_ends_alike_wherever_the_server_stands(zone: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ENDS],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = ran.stdout.split("\n")[:-1]
    assert len(lines) == 400
    for number, line in enumerate(lines):
        day = date(2026, 1, 1) + timedelta(days=number)
        end = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        begun = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
        assert line == f"{end.isoformat()} {day + timedelta(days=1)} {begun.isoformat()}"


@given(days)
def test_a_day_belongs_to_itself_from_its_first_to_its_last_moment(day: date) -> None:
    last = clock.end_of(day) - timedelta(microseconds=1)
    assert clock.day_of(last) == day
    assert clock.day_of(clock.end_of(day)) == day + timedelta(days=1)
    assert clock.day_of(clock.at_time(day, 12)) == day


@given(days)
def test_a_birthday_is_the_same_day_on_the_form_and_after_it(day: date) -> None:
    field = DayField(back=150 * YEAR)
    assert field.clean(field.widget.format_value(day)) == day
    assert str(day.year) in str(wording.day(day)) or day.year == clock.today().year

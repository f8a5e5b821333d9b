"""Working days in China: holidays rest, make-up Saturdays and Sundays work (调休). Always Shanghai.

The State Council publishes a year's days in the autumn before it. Beyond what is published the rule is
provisional: Monday to Friday, without the holidays that have a fixed day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import chinese_calendar
from django.utils.translation import gettext_lazy as _

from portal.kit import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# 《全国年节及纪念日放假办法》（2024年修订）第二条: New Year, Labour Day, National Day. (month, day)
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
DAY = timedelta(days=1)
# In which days a period is counted; a date that somebody named, or that is fixed otherwise, in none.
WORKING, CALENDAR, NAMED_DATE = "working", "calendar", "named"
NEW_YEAR, LABOUR, NATIONAL = _("New Year’s Day"), _("Labour Day"), _("National Day")
HOLIDAYS: dict[str, StrOrPromise] = {
    "New Year's Day": NEW_YEAR,
    "Spring Festival": _("Spring Festival"),
    "Tomb-sweeping Day": _("Qingming"),
    "Labour Day": LABOUR,
    "Dragon Boat Festival": _("Dragon Boat Festival"),
    "National Day": NATIONAL,
    "Mid-autumn Festival": _("Mid-Autumn Festival"),
}
NAMED = {1: NEW_YEAR, 5: LABOUR, 10: NATIONAL}


@dataclass(frozen=True)
class Deadline:
    """The moment a period ends (aware, UTC). Provisional: some of its days are not published yet.

    Where it was counted: the moment from which (`since`, on day 0), in which days (`unit`) and by which rule.
    """

    at: datetime
    provisional: bool = False
    since: datetime | None = field(default=None, compare=False)
    unit: str = field(default=NAMED_DATE, compare=False)
    rule: str = field(default="", compare=False)

    @property
    def last_day(self) -> date:
        """The last calendar day of the period in Shanghai."""
        return clock.day_of(self.at - timedelta(microseconds=1))


def is_working_day(day: date) -> bool:
    """Whether people work on a day; provisional where the year is not published."""
    return _look_up(day)[0]


def is_provisional(day: date) -> bool:
    """Whether the working days of that year are not published."""
    return _look_up(day)[1]


def rest_of(day: date) -> StrOrPromise:
    """The public holiday for which people rest on a day; empty on any other. Unpublished years: the fixed ones."""
    try:
        rests, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return NAMED[day.month] if (day.month, day.day) in FIXED_HOLIDAYS else ""
    return HOLIDAYS.get(name or "", "") if rests else ""


def is_made_up(day: date) -> bool:
    """Whether people work on a Saturday or Sunday for a holiday (调休)."""
    return day.isoweekday() > 5 and is_working_day(day)


def add_working_days(start: datetime, days: int) -> Deadline:
    """24:00 of the last of `days` working days. The day of `start` is not counted (Civil Code art. 201).

    No days: 24:00 of the day of `start`. Raises ValueError for fewer.
    """
    if days < 0:
        raise ValueError(f"a deadline lies ahead, not {days} working days back")
    day, provisional, rule = clock.day_of(start), False, rule_of(days)
    while days:
        day += DAY
        works, unsure = _look_up(day)
        provisional |= unsure
        days -= works
    return Deadline(clock.end_of(day), provisional, start, WORKING, rule)


def calendar_days(start: datetime, days: int) -> Deadline:
    """24:00 of the last of `days` calendar days; the day of `start` is not counted."""
    if days < 0:
        raise ValueError(f"a deadline lies ahead, not {days} days back")
    return Deadline(clock.end_of(clock.day_of(start) + days * DAY), False, start, CALENDAR, rule_of(days))


def rule_of(days: int) -> str:
    """The key of the rule that a number of days is of (community.rules.Ruled); empty for any other number."""
    return str(getattr(days, "rule", ""))


def working_day_before(end: datetime) -> datetime:
    """0:00 of the last working day of a period: from then on at most one working day is left."""
    day = clock.day_of(end - timedelta(microseconds=1))
    while not is_working_day(day):
        day -= DAY
    return clock.at_time(day, 0)


@lru_cache(maxsize=4096)
def _look_up(day: date) -> tuple[bool, bool]:
    """Whether a day is worked, and whether that is provisional."""
    try:
        return bool(chinese_calendar.is_workday(day)), False
    except NotImplementedError:
        return day.isoweekday() <= 5 and (day.month, day.day) not in FIXED_HOLIDAYS, True

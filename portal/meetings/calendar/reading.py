"""A month of a neighbourhood: all that has a date in it, in weeks and by day."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from portal.actions.dates import Dated, dated
from portal.community.models import Area, Visitor
from portal.duties.calendar import is_made_up, rest_of
from portal.kit import clock
from portal.kit.wording import WEEKDAYS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_YEAR, LAST_YEAR = 2000, 2100
# So many lines stand in one square of the month; the day's own list has all.
IN_A_SQUARE = 4


@dataclass(frozen=True)
class Day:
    """A day of the calendar with its lines; days of the months around it are `outside`.

    `rest`: the public holiday people rest for; `made_up`: a weekend on which people work for one.
    """

    day: date
    outside: bool
    lines: tuple[Dated, ...]

    @property
    def weekday(self) -> StrOrPromise:
        """Mon …, as every date of the portal says it."""
        return WEEKDAYS[self.day.isoweekday() % 7]

    @property
    def rest(self) -> StrOrPromise:
        """The holiday by its name; empty on any other day."""
        return rest_of(self.day)

    @property
    def made_up(self) -> bool:
        """Whether it is a weekend on which people work."""
        return is_made_up(self.day)

    @property
    def first(self) -> tuple[Dated, ...]:
        """What stands in its square."""
        return self.lines[:IN_A_SQUARE]

    @property
    def more(self) -> int:
        """How many lines besides."""
        return len(self.lines[IN_A_SQUARE:])


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday; the first days of the months around it, None at the end of all calendars."""

    first: date
    weeks: list[list[Day]]
    before: date | None
    after: date | None

    @property
    def days(self) -> list[Day]:
        """The days of the month on which there is something."""
        return [day for week in self.weeks for day in week if day.lines and not day.outside]

    @property
    def ahead(self) -> list[Day]:
        """Those from today on, which come first; of a month that is over all."""
        over = self.after is not None and self.after <= clock.today()
        return [day for day in self.days if over or day.day >= clock.today()]

    @property
    def behind(self) -> list[Day]:
        """The others."""
        ahead = self.ahead
        return [day for day in self.days if day not in ahead]


def month_of(text: str) -> date:
    """The first day of a month written 2026-12; this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = clock.today()
    return (found if FIRST_YEAR <= found.year <= LAST_YEAR else clock.today()).replace(day=1)


def month(here: Area, user: Visitor, first: date, kind: str = "") -> Month:
    """What a visitor may open of a month, of all kinds or one; what was called off stays in it."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = _midnight(weeks[0][0]), _midnight(weeks[-1][-1] + timedelta(days=1))
    lines = _by_day(dated(user, here, start, end, {kind} if kind else ()))
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
    return Month(
        first,
        [[Day(day, day.month != first.month, lines.get(day, ())) for day in week] for week in weeks],
        before if before.year >= FIRST_YEAR else None,
        after if after.year <= LAST_YEAR else None,
    )


def _by_day(lines: Iterable[Dated]) -> dict[date, tuple[Dated, ...]]:
    days: defaultdict[date, list[Dated]] = defaultdict(list)
    for line in lines:
        days[line.day].append(line)
    return {day: tuple(found) for day, found in days.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)

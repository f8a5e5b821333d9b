"""How a date was counted, day by day: what the small calendar beside it shows, from the row alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community import rules
from portal.community.models import Area, RuleSet
from portal.duties.calendar import CALENDAR, DAY, WORKING, is_made_up, is_working_day, rest_of
from portal.duties.models import Duty
from portal.kit import clock, wording

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WEEKEND = gettext_lazy("weekend")


@dataclass(frozen=True)
class LeftOut:
    """Why days are not counted (a holiday by its name, or the weekend), and which: 10月1日–10月8日."""

    why: StrOrPromise
    days: str


@dataclass(frozen=True)
class Counted:
    """A period from `since` (its day is day 0) to `ends`: the days counted, those left out, those made up for.

    `unit`: of portal.duties.calendar; empty for a promise of before that was noted. `rule`: the row it was counted by.
    """

    since: datetime
    ends: datetime
    unit: str
    days: int
    left_out: list[LeftOut]
    made_up: list[str]
    rule: RuleSet | None = None

    @property
    def counts(self) -> bool:
        """Whether it is known that days were counted."""
        return self.unit in (WORKING, CALENDAR)

    @property
    def began(self) -> str:
        """Day 0 with its hour; what began with a day says only the day, as its 0:00 is elsewhere 24:00 of another."""
        midnight = self.since.astimezone(clock.SHANGHAI).time() == time()
        return wording.day(self.since) if midnight else wording.moment(self.since)


def counted(duty: Duty, here: Area | None = None) -> Counted:
    """The small calendar of a promise. One query where a rule counted it; `here`: its place, where the page has it."""
    rule = _rule(duty, here) if duty.counted_by else None
    return period(duty.counted_from or duty.opened_at, duty.due_at, duty.counted_in, rule)


def period(since: datetime, ends: datetime, unit: str = CALENDAR, rule: RuleSet | None = None) -> Counted:
    """The same of any period. No query."""
    days = list(_days(clock.day_of(since), clock.last_day(ends)))
    rests = [day for day in days if not is_working_day(day)] if unit == WORKING else []
    made_up = [wording.day(day) for day in days if is_made_up(day)] if unit == WORKING else []
    return Counted(since, ends, unit, len(days) - len(rests), list(_left_out(rests)), made_up, rule)


def _days(first: date, last: date) -> Iterator[date]:
    """The days after the first, up to the last."""
    for number in range(1, (last - first).days + 1):
        yield first + number * DAY


def _left_out(rests: list[date]) -> Iterator[LeftOut]:
    """Neighbouring days with one reason are one line."""

    def run(numbered: tuple[int, date]) -> tuple[int, str]:
        return numbered[1].toordinal() - numbered[0], str(rest_of(numbered[1]))

    for (_start, holiday), group in groupby(enumerate(rests), run):
        days = [day for _number, day in group]
        yield LeftOut(holiday or WEEKEND, _span(days[0], days[-1]))


def _span(first: date, last: date) -> str:
    if first == last:
        return wording.day(first)
    return _("%(first)s – %(last)s") % {"first": wording.day(first), "last": wording.day(last)}


def _rule(duty: Duty, here: Area | None) -> RuleSet | None:
    """The row that held on day 0; none where it was taken away since."""
    day = clock.day_of(duty.counted_from or duty.opened_at)
    place = here if here is not None and here.pk == duty.neighbourhood_id else duty.neighbourhood
    try:
        return rules.rule_set(duty.counted_by, place, day)
    except LookupError:
        return None

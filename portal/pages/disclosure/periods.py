"""When an item is owed: pure functions of days."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.pages.disclosure.models import MONTHS, DisclosureItem, Period

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Owed:
    """What is to be published next: the days it covers, and until when."""

    first: date
    last: date
    due: Deadline

    @property
    def opens(self) -> bool:
        """Whether its days are over, so that somebody can write it."""
        return self.last <= clock.today()

    @property
    def late(self) -> bool:
        """Whether it should have been published by now."""
        return clock.passed(self.due.at)


def period_of(day: date, months: int) -> tuple[date, date]:
    """The first and the last day of the period of so many months (1, 3, 6, 12) in which a day lies."""
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def owed(item: DisclosureItem, covered_to: date | None) -> Owed | None:
    """What is owed next of an item that was published up to `covered_to`; None where nothing is.

    What happened by chance is owed from the day somebody noted it. A standing item is owed once. Of periods the next
    one not covered is owed, from the day the item stands in the catalogue.
    """
    if item.arose_on:
        return _after(item, item.arose_on, item.arose_on)
    if item.period == Period.STANDING:
        return None if covered_to else _after(item, item.since, item.since)
    months = MONTHS.get(Period(item.period))
    if months is None:
        return None
    begin = item.since if covered_to is None else max(item.since, covered_to + DAY)
    return _after(item, *period_of(begin, months))


def _after(item: DisclosureItem, first: date, last: date) -> Owed:
    noon = clock.at_time(last, 12)
    return Owed(first, last, add_working_days(noon, item.days))

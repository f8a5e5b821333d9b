"""Days by rule: once, every week, every second week, or every month on the same weekday (every 2nd Thursday)."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

ONCE, WEEKLY, FORTNIGHTLY, MONTHLY = "once", "weekly", "fortnightly", "monthly"
REPEATS = (
    (ONCE, _("once")),
    (WEEKLY, _("every week")),
    (FORTNIGHTLY, _("every second week")),
    (MONTHLY, _("every month, on the same weekday of it")),
)
WEEK = timedelta(days=7)
MOST = 26


def days_of(repeat: str, first: date, number: int) -> list[date]:
    """The days of a series of `number`, the first among them. ValueError for a rule there is none of."""
    number = 1 if repeat == ONCE else min(max(number, 1), MOST)
    if repeat == MONTHLY:
        return [_in_month(first, at) for at in range(number)]
    step = {ONCE: WEEK, WEEKLY: WEEK, FORTNIGHTLY: 2 * WEEK}.get(repeat)
    if step is None:
        raise ValueError(repeat)
    return [first + at * step for at in range(number)]


def _in_month(first: date, months: int) -> date:
    """The same weekday of a later month: the nth, and where the first was in the fifth week, the last."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    begins = date(year, month + 1, 1)
    nth = (first.day - 1) // 7
    day = begins + timedelta(days=(first.weekday() - begins.weekday()) % 7 + 7 * nth)
    return day if day.month == begins.month else day - WEEK

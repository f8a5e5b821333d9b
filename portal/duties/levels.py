"""Five-step supervision (五级督办) as arithmetic: the level reached, and when the ower is reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.duties.calendar import add_working_days, working_day_before

TOP_LEVEL = 5
# The rule that holds the steps.
LEVELS = "duty.level_working_days"
MOMENT = timedelta(microseconds=1)


def level_at(due: datetime, steps: Sequence[int], moment: datetime) -> int:
    """The level reached at a moment: one for each step (working days after `due`) passed, at most five."""
    return min(TOP_LEVEL, sum(moment >= step_moment(due, days) for days in steps))


def step_moment(due: datetime, days: int) -> datetime:
    """When a level begins: at `due` itself, or at 24:00 of the so many-th working day after its last day."""
    return add_working_days(due - MOMENT, days).at if days else due


def remind_moment(opened: datetime, due: datetime) -> datetime:
    """When a third of the time is left, or one working day where that is sooner."""
    third = due - (due - opened) // 3
    last_day = working_day_before(due)
    return min(third, last_day) if last_day > opened else third

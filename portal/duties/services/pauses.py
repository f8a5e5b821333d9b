"""What becomes of promises when the portal itself stood still: its pause is nobody's lateness.

The day that was promised stands. But the clock of supervision stood still with the portal: nobody was reminded, and
perhaps nobody could answer. So each working day of the pause is given back before anything counts as late.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from portal.duties.calendar import add_working_days, is_working_day
from portal.duties.levels import MOMENT
from portal.duties.models import Duty
from portal.kit import clock

# The periodic work runs each minute: shorter than this is a restart, and costs nobody a day.
SHORTEST = timedelta(hours=1)
# Nobody leaves a portal alone for longer: then somebody set the clock wrong, and no year is given back for that.
LONGEST = timedelta(days=31)
BATCH = 500


def stood_still(since: datetime, until: datetime) -> int:
    """Let what is owed count as late only when the time that a pause took is given back. Returns how many duties.

    `since` and `until`: when the periodic work last began and when it began again. Once for each pause, in the
    transaction that notes its end.
    """
    if until - since < SHORTEST:
        return 0
    since = max(since, until - LONGEST)
    later: defaultdict[datetime, list[int]] = defaultdict(list)
    for duty in Duty.objects.active().filter(opened_at__lt=until).only("opened_at", "due_at", "late_at"):
        late = late_after(duty, since, until)
        if late > duty.late_from:
            later[late].append(duty.pk)
    for late, found in later.items():
        for start in range(0, len(found), BATCH):
            Duty.objects.filter(pk__in=found[start : start + BATCH]).update(late_at=late)
    return sum(map(len, later.values()))


def late_after(duty: Duty, since: datetime, until: datetime) -> datetime:
    """From when a duty is late after a pause: as many working days later as the pause took from it.

    What came due meanwhile is never late before a whole working day has gone by since.
    """
    lost = working_days(max(duty.opened_at, since), until)
    late = add_working_days(duty.late_from - MOMENT, lost).at if lost else duty.late_from
    if since < duty.late_from <= until:
        return max(late, add_working_days(until, 1).at)
    return late


def working_days(since: datetime, until: datetime) -> int:
    """How many working days lie between two moments: those whose noon does."""
    day, last = clock.day_of(since), clock.day_of(until)
    days = (day + timedelta(days=number) for number in range((last - day).days + 1))
    return sum(is_working_day(one) and since < clock.at_time(one, 12) <= until for one in days)

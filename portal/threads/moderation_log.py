"""The public log of moderation: counts by month, with appeals and how many of them won; no names, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from portal.community.models import Area
from portal.duties.models import Duty
from portal.duties.trends import Month, last_months
from portal.kit.charts import share
from portal.kit.wording import bracketed
from portal.record.models import Entry
from portal.threads.models import Flag, HideReason
from portal.threads.moderating import Hold, Mute

MONTHS = 12
APPEALS = ("thread.appeal", "thread.mute_appeal")


@dataclass(frozen=True)
class Line:
    """A month: what was reported, held back, hidden and stopped, and what became of appeals."""

    month: Month
    reported: int
    held: int
    released: int
    hidden: int
    muted: int
    appeals: int
    decided: int
    overturned: int

    @property
    def quiet(self) -> bool:
        """Whether nothing of all this happened in the month."""
        done = (self.reported, self.held, self.hidden, self.muted, self.appeals, self.decided)
        return not any(done)

    @property
    def won(self) -> str:
        """How many appeals won, with the share of those decided where there were any."""
        part = self.overturned_share
        return str(self.overturned) if part is None else bracketed(str(self.overturned), f"{part}%")

    @property
    def overturned_share(self) -> int | None:
        """Of the appeals decided in the month, how many per cent won; None where none was decided."""
        return share(self.overturned, self.decided) if self.decided else None


def log(here: Area) -> list[Line]:
    """The last twelve months of a neighbourhood, the present one first; as many questions however much happened."""
    months = last_months(MONTHS)
    since = months[0].starts
    entries = Entry.objects.filter(chain=here.slug, at__gte=since)
    of_thread = Q(post__thread__neighbourhood=here)
    holds = Hold.objects.filter(of_thread, at__gte=since)
    mutes = Mute.objects.filter(neighbourhood=here)
    restored = _times(entries.filter(action="thread.restored", data__appealed=True), "at")
    upheld = _times(entries.filter(action="thread.upheld"), "at")
    lifted = _times(mutes.filter(appealed_at__isnull=False, lifted_at__gte=since), "lifted_at")
    kept = _times(mutes.filter(upheld_at__gte=since), "upheld_at")
    columns = {
        "reported": _times(Flag.objects.filter(of_thread, at__gte=since), "at"),
        "held": _times(holds, "at"),
        "released": _times(holds.filter(released=True), "at"),
        "hidden": _times(entries.filter(action="thread.hidden"), "at"),
        "muted": _times(mutes.filter(since__gte=since), "since"),
        "appeals": _times(
            Duty.objects.filter(neighbourhood=here, kind__in=APPEALS, opened_at__gte=since), "opened_at"
        ),
        "decided": [*restored, *upheld, *lifted, *kept],
        "overturned": [*restored, *lifted],
    }
    counted = {name: _by_month(times, months) for name, times in columns.items()}
    return [Line(month, **{name: counted[name][month] for name in columns}) for month in reversed(months)]


def reasons(here: Area) -> list[tuple[str, int]]:
    """For which reasons posts were hidden in these months, all of the list."""
    since = last_months(MONTHS)[0].starts
    hidden = Entry.objects.filter(chain=here.slug, action="thread.hidden", at__gte=since)
    counted = Counter(entry.data.get("reason") for entry in hidden.only("data", "chain"))
    return [(str(reason.label), counted[reason.value]) for reason in HideReason]


def _times(rows: object, column: str) -> list[datetime]:
    return list(rows.order_by().values_list(column, flat=True))  # type: ignore[attr-defined]


def _by_month(times: Iterable[datetime], months: list[Month]) -> Counter[Month]:
    return Counter(next(month for month in months if time < month.ends) for time in times)

"""What the promises of a place say of a month: kept in time, open, overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.duties.models import LATE_FROM, Duty
from portal.duties.trends import Measure, Month, Unit, Value, counts, moment_of, register_measure, shares


def in_time(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Value]]:
    """Of the promises of posts that came to an end or due in a month, how many per cent were kept in time."""
    rows = _duties(places, months).exclude(post="").filter(dropped_at=None)
    return shares(rows, "neighbourhood", places, [(_ended_in(month), _kept()) for month in months])


def by_post(here: Area, month: Month) -> list[dict[str, Any]]:
    """Of each post: how many promises ended or ran out in a month, how many in time, how many overdue at its end."""
    ended = _ended_in(month)
    rows = _duties([here], [month]).exclude(post="").order_by("post").values("post")
    standing = Q(dropped_at=None) & ended
    return list(
        rows.annotate(
            all=Count("pk", filter=standing),
            kept=Count("pk", filter=standing & _kept()),
            late=Count("pk", filter=_overdue_at(month)),
        ).exclude(all=0, late=0)
    )


def still_open(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Value]]:
    """How many promises were open when a month ended; now, in the present one."""
    return _counted(places, months, [_open_at(moment_of(month)) for month in months])


def overdue(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Value]]:
    """How many of them were overdue then."""
    return _counted(places, months, [_overdue_at(month) for month in months])


def _counted(
    places: Sequence[Area], months: Sequence[Month], conditions: Sequence[Q]
) -> dict[int, list[Value]]:
    counted = counts(_duties(places, months), "neighbourhood", places, conditions)
    return {key: [Value(count, count) for count in row] for key, row in counted.items()}


def _duties(places: Sequence[Area], months: Sequence[Month]) -> Any:
    """What was open at any moment of these months."""
    begins = months[0].starts
    gone = Q(done_at__lt=begins) | Q(dropped_at__lt=begins)
    return Duty.objects.filter(neighbourhood__in=places).exclude(gone).annotate(late=LATE_FROM)


def _ended_in(month: Month) -> Q:
    """Kept in a month, or run out of time in it and kept later or never."""
    kept = Q(done_at__gte=month.starts, done_at__lt=month.ends) & Q(done_at__lte=F("late"))
    return kept | Q(late__gte=month.starts, late__lt=moment_of(month)) & (
        Q(done_at=None) | Q(done_at__gt=F("late"))
    )


def _overdue_at(month: Month) -> Q:
    """Late at its end; who was called overdue once is so now, whatever pause came afterwards (Duty.is_overdue)."""
    late = Q(late__lte=moment_of(month))
    return _open_at(moment_of(month)) & (late if month.over else late | Q(level__gt=0))


def _kept() -> Q:
    return Q(done_at__lt=F("late"), level=0)


def _open_at(moment: datetime) -> Q:
    done = Q(done_at=None) | Q(done_at__gte=moment)
    return Q(opened_at__lt=moment) & done & (Q(dropped_at=None) | Q(dropped_at__gte=moment))


register_measure(
    Measure(
        "in_time", _("Done in time"), Unit.PERCENT, in_time, "figures.in_time_percent", rises=True, order=1
    )
)
register_measure(Measure("open", _("Not done yet"), Unit.COUNT, still_open, order=3))
register_measure(Measure("overdue", _("Overdue"), Unit.COUNT, overdue, order=4))

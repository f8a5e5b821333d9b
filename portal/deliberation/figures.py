"""How residents judge what was carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.deliberation.models import Rating, Satisfaction
from portal.duties.trends import Measure, Month, Unit, Value, register_measure
from portal.kit.charts import share


def solved(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Value]]:
    """Of the ratings of carried-out topics in a month, how many per cent are satisfied or basically satisfied."""
    sums: dict[str, Any] = {}
    for at, month in enumerate(months):
        then = Q(at__gte=month.starts, at__lt=month.ends)
        sums[f"all{at}"] = Count("pk", filter=then)
        sums[f"well{at}"] = Count("pk", filter=then & ~Q(level=Satisfaction.NOT))
    rows = Rating.objects.filter(topic__neighbourhood__in=places, at__gte=months[0].starts)
    found: dict[int, Any] = {
        row["topic__neighbourhood"]: row for row in rows.values("topic__neighbourhood").annotate(**sums)
    }

    def value(row: dict[str, int], at: int) -> Value:
        whole = row.get(f"all{at}", 0)
        return Value(share(row[f"well{at}"], whole) if whole else None, whole)

    return {place.pk: [value(found.get(place.pk, {}), at) for at in range(len(months))] for place in places}


register_measure(
    Measure(
        "solved",
        _("Residents call it solved"),
        Unit.PERCENT,
        solved,
        "figures.solved_percent",
        rises=True,
        order=5,
    )
)

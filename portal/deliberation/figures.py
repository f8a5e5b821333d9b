"""How residents judge what was carried out."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area
from portal.deliberation.models import Rating, Satisfaction
from portal.duties.trends import Measure, Month, Unit, Value, register_measure, shares


def solved(places: Sequence[Area], months: Sequence[Month]) -> dict[int, list[Value]]:
    """Of the ratings of carried-out topics in a month, how many per cent are satisfied or basically satisfied."""
    rows = Rating.objects.filter(topic__neighbourhood__in=places, at__gte=months[0].starts)
    rated = [Q(at__gte=month.starts, at__lt=month.ends) for month in months]
    well = ~Q(level=Satisfaction.NOT)
    return shares(rows, "topic__neighbourhood", places, [(then, well) for then in rated])


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

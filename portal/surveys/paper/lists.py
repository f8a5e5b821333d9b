"""What the desk for paper lists: entries, the buildings with their flats."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.register.flats import natural
from portal.surveys.models import FrameUnit, PaperEntry, Survey


def entries(survey: Survey) -> QuerySet[PaperEntry]:
    """The entries of a survey by their number: it is drawn by lot, so the order tells nothing."""
    found = PaperEntry.objects.filter(survey=survey).select_related("survey__neighbourhood")
    return found.order_by("number")


def units_of(survey: Survey, building: int | None = None) -> QuerySet[FrameUnit]:
    """Who is asked, in a building or everywhere."""
    units = FrameUnit.objects.filter(survey=survey)
    units = units if building is None else units.filter(dwelling__building=building)
    return units.select_related("survey", "dwelling__building", "person").order_by("number")


def buildings(survey: Survey) -> list[dict[str, Any]]:
    """The buildings that are asked, with how many are asked and handed in."""
    rows = (
        FrameUnit.objects.filter(survey=survey)
        .order_by()
        .values("dwelling__building", "dwelling__building__name")
        .annotate(asked=Count("pk"), came=Count("pk", filter=Q(handed_in_on__isnull=False)))
    )
    named: list[dict[str, Any]] = [
        {
            "pk": row["dwelling__building"],
            "name": row["dwelling__building__name"],
            "asked": row["asked"],
            "came": row["came"],
        }
        for row in rows
    ]
    return sorted(named, key=lambda row: (natural(row["name"]), row["pk"]))

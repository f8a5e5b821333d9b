"""Which dwellings a person stands for: where somebody lives or owns today."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portal.community.models import Area, Dwelling, Ownership, Residency
from portal.deliberation.models import Topic
from portal.kit import clock


def dwellings_of(person_id: int | None, area: Area) -> QuerySet[Dwelling]:
    """The dwellings inside an area in which a person lives, or which the person owns, today."""
    return Dwelling.objects.filter(pk__in=_held(person_id, area))


def belongs(person_id: int | None, area: Area) -> bool:
    """Whether a person lives or owns inside an area today."""
    return dwellings_of(person_id, area).exists()


def open_to_second(person_id: int | None, topic: Topic) -> list[Dwelling]:
    """For which dwellings a person may second a topic: in its area, not the proposer's, not yet counted."""
    own = dwellings_of(person_id, topic.area).exclude(pk__in=_held(topic.proposer_id, topic.neighbourhood))
    return list(own.exclude(pk__in=topic.secondings.values("dwelling_id")).select_related("building"))


def _held(person_id: int | None, area: Area) -> QuerySet[Any, Any]:
    lives, owns = (
        model.objects.on(clock.today()).in_area(area).filter(person=person_id).values("dwelling_id")
        for model in (Residency, Ownership)
    )
    return lives.union(owns)

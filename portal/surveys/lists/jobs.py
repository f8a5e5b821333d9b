"""What time does: demands follow their topics, and lists follow results that were corrected."""

from __future__ import annotations

from django.db.models import F, Max

from portal.kit.periodic import in_time, job
from portal.surveys.lists import answering, services
from portal.surveys.models import Demand, Reply, Survey
from portal.surveys.states import DemandState


@job
def follow_topics() -> None:
    """Demands that a topic takes up are done, or owed again, when it has ended."""
    waiting = Demand.objects.filter(state=DemandState.IN_HAND, reply=Reply.TOPIC)
    for pk in in_time(list(waiting.order_by("pk").values_list("pk", flat=True))):
        answering.follow_topic(pk)


@job
def follow_corrections() -> None:
    """Lists follow results that were corrected after they had been listed."""
    found = Survey.objects.filter(state__in=services.LISTED, demands__isnull=False)
    newer = found.annotate(now=Max("snapshots__number"), then=Max("demands__snapshot__number")).filter(
        now__gt=F("then")
    )
    for pk in in_time(list(newer.order_by("pk").values_list("pk", flat=True))):
        services.relist(pk)

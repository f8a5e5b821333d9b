"""What the clock does to opinion maps: those that changed are reckoned anew."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q

from portal.duties.tick import job
from portal.kit.periodic import in_time
from portal.meetings.models.opinions import OpinionMap, Reaction
from portal.meetings.opinions.services import reckon

# A reaction bears the time at which it was sent, and is there a moment later: so far back is looked twice.
LATE = timedelta(minutes=2)


@job
def reckon_maps() -> None:
    """Reckon the maps whose statements or reactions changed since they were last reckoned."""
    for pk in in_time(stale()):
        reckon(pk)


def stale() -> list[int]:
    """The maps that have to be reckoned anew, by key."""
    never = Q(computed_at=None)
    changed = OpinionMap.objects.filter(never | Q(changed_at__gte=F("computed_at") - LATE))
    recent = Reaction.objects.filter(at__gte=F("statement__map__computed_at") - LATE)
    return sorted({*changed.values_list("pk", flat=True), *recent.values_list("statement__map", flat=True)})

"""What still hangs on posts, homes and titles whose last day has come: by their date, a roster or a sale."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.community import leaving
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Ownership, RelationStatus, Residency
from portal.duties.models import Heartbeat
from portal.duties.tick import beat
from portal.kit import clock
from portal.register.services import vacancies
from portal.register.services.posts import back_to

NAME = "register.departures"
# So far back the first round looks.
FIRST = timedelta(days=31)


def settle_ended() -> int:
    """Hand over what hangs on what has ended since the last round. Returns how many ends were looked at."""
    over = Q(until__gte=_since(), until__lte=clock.today())
    known: list[QuerySet[Any]] = [
        Appointment.objects.filter(over),
        *(model.objects.filter(over, status=RelationStatus.VERIFIED) for model in (Residency, Ownership)),
    ]
    ended = [(rows.model, pk) for rows in known for pk in rows.order_by("pk").values_list("pk", flat=True)]
    for model, pk in ended:
        _settle(model, pk)
    vacancies.close_filled()
    beat(NAME)
    return len(ended)


def _since() -> date:
    last = Heartbeat.objects.filter(name=NAME).first()
    # A round by a clock that ran ahead says nothing about what ended until today.
    return clock.day_of(last.ran_at) if last and last.ran_at <= clock.now() else clock.today() - FIRST


@transaction.atomic
def _settle(model: type[Any], pk: int) -> None:
    """A deputy's work goes back to who was away."""
    thing = model.objects.select_related("person").get(pk=pk)
    back = back_to(thing) if isinstance(thing, Appointment) else None
    leaving.hand_over(Leaving(thing.person, thing, successor=back))

"""What hangs on somebody who leaves: seats on panels, observers' seats, and hearings they chair."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.meetings.permissions import HEARINGS
from portal.meetings.services import seats
from portal.meetings.services.chairing import chairs_held

leaving.register(
    "hearing.seat",
    leaving.Holding(_("Seats on hearing panels"), seats.seats_of, seats.seat_shown, seats.vacate, seats.lock),
)
leaving.register(
    "hearing.observer",
    leaving.Holding(
        _("Observers’ seats at hearings"),
        seats.observers_of,
        seats.observer_shown,
        seats.free_observers,
        seats.lock,
    ),
)
leaving.register("hearing.chair", chairs_held(_("Hearings chaired"), HEARINGS))

"""What hangs on somebody who leaves: times booked ahead go back; reception days of the host wait for another."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.surveys.reception.services import departures

leaving.register(
    "reception.time",
    leaving.Holding(
        _("Times on reception days"), departures.times_of, departures.time_shown, departures.free_times
    ),
)
leaving.register(
    "reception.day",
    leaving.Holding(
        _("Reception days to hear on"),
        departures.days_of,
        departures.day_shown,
        departures.let_committee_hear,
    ),
)

"""What hangs on somebody who leaves: teams, and places in times to come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.volunteers.services import departures

leaving.register(
    "team",
    leaving.Holding(
        _("Volunteer teams"),
        departures.teams_of,
        departures.team_shown,
        departures.end_memberships,
        departures.lock_teams,
    ),
)
leaving.register(
    "signup",
    leaving.Holding(
        _("Places and waiting lists of volunteer times"),
        departures.places_of,
        departures.place_shown,
        departures.free_places,
        departures.lock_shifts,
    ),
)
leaving.register(
    "signup.consent",
    leaving.Holding(
        _("Consents you were asked for"),
        departures.consents_of,
        departures.consent_shown,
        departures.ask_for_paper,
        departures.lock_shifts,
    ),
)

"""What hangs on an applicant who leaves: another of those who apply together leads on; else the desk finds out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.funds.applying.services import departures

leaving.register(
    "fund.lead",
    leaving.Holding(
        _("Projects you lead"),
        departures.led_by,
        departures.lead_shown,
        departures.hand_over,
        departures.lock,
    ),
)
leaving.register(
    "fund.together",
    leaving.Holding(
        _("Projects you apply for with others"),
        departures.together_with,
        departures.together_shown,
        departures.step_out,
    ),
)

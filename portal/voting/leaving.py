"""What hangs on somebody who leaves: mandates for votes that are not over, and parts of their keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community import leaving
from portal.voting.services import lapsing

leaving.register(
    "mandate.held",
    leaving.Holding(
        _("Votes to be cast for others"),
        lapsing.held_by,
        lapsing.held_shown,
        lapsing.lapse,
        lapsing.lock,
    ),
)
leaving.register(
    "mandate.given",
    leaving.Holding(_("Votes that others cast"), lapsing.given_by, lapsing.given_shown, lapsing.stay),
)
leaving.register(
    "custodian",
    leaving.Holding(
        _("Parts of keys to ballot boxes"), lapsing.parts_of, lapsing.part_shown, lapsing.keep_parts
    ),
)
leaving.register(
    "candidate",
    leaving.Holding(
        _("Elections in which you stand"),
        lapsing.standing_of,
        lapsing.standing_shown,
        lapsing.stay_standing,
    ),
)

"""What hangs on a building head who leaves: the board itself, and what waits there for an answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.boards.services import departures
from portal.community import leaving

leaving.register(
    "board",
    leaving.Holding(
        _("Boards of buildings"), departures.boards_of, departures.shown, departures.hand_to_committee
    ),
)

"""What the public record reads of mandates for votes in the hall: how many there are, never whose."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

PROXY_NOTED = Event(
    "meeting.proxy", record=_("a mandate for votes in the hall was seen; there are %(mandates)s")
)
PROXY_ENDED = Event(
    "meeting.proxy_ended", record=_("a mandate for votes in the hall has ended; there are %(mandates)s")
)

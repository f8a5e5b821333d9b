"""The screens of the hall hear of every step of a meeting; its minutes begin with what happened in the hall."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.meetings.live.happenings import said
from portal.meetings.live.services.running import turned
from portal.meetings.minutes.log import Line, register
from portal.meetings.models import Floor, Meeting
from portal.meetings.services.transitions import register_following

# What belongs into minutes; the points of the agenda stand there by themselves.
MINUTED = ("session_began", "left", "spoke", "cut", "question", "answered", "pulse_closed", "session_ended")

register_following(turned)


@register
def happened(meeting: Meeting) -> Iterable[Line]:
    """Who spoke how long, what was asked and answered, what a quick question came to; at the end the agreed text."""
    for event in meeting.live_events.filter(kind__in=MINUTED):
        yield Line(event.at, said(event.kind, event.data))
    floor = Floor.objects.filter(pk=meeting.pk).exclude(final_text="").first()
    if floor:
        yield Line(None, _("The text as agreed: %(text)s") % {"text": floor.final_text})

"""What happens to a gathering, in the public record and to those who are invited."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.meetings.minutes.events import MinuteEvents

PLANNED = Event("gathering.planned", record=_("planned: %(form)s"))
POINT = Event("gathering.point", record=_("on the agenda: %(point)s"))
POINT_DROPPED = Event("gathering.point_dropped", record=_("off the agenda: %(point)s"))
INVITED = Event(
    "gathering.invited",
    title=_("You are invited: %(title)s"),
    body=_("You take part for: %(group)s. Day and place stand on its page."),
)
UNINVITED = Event("gathering.uninvited", title=_("You are no longer expected at: %(title)s"))
ANNOUNCED = Event(
    "gathering.announced",
    record=_("announced for %(starts_at)s, %(place)s"),
    title=_("Meeting: %(title)s"),
    body=_("%(starts_at)s, %(place)s. The agenda stands on its page."),
)
ATTENDANCE = Event("gathering.attendance", record=_("attendance: %(came)s"))
IN_SESSION = Event("gathering.in_session", record=_("opened; present: %(came)s"))
TOO_FEW = Event(
    "gathering.too_few",
    record=_("not held: %(came)s came, %(need)s are needed"),
    title=_("Too few came, it is called again: %(title)s"),
    body=_("%(came)s came, %(need)s are needed. The new date will be announced."),
)
ANSWERED = Event("gathering.finding_answered", record=_("what the patrol found was answered: %(found)s"))
MINUTED = MinuteEvents("gathering")
PUBLISHED = Event(
    "gathering.published",
    record=_("published and filed"),
    title=_("What came of it: %(title)s"),
)
POSTPONED = Event(
    "gathering.postponed",
    record=_("postponed: %(reason)s"),
    title=_("Postponed: %(title)s"),
    body=_("%(reason)s"),
)
CANCELLED = Event(
    "gathering.cancelled",
    record=_("cancelled: %(reason)s"),
    title=_("Cancelled: %(title)s"),
    body=_("%(reason)s"),
)
REINSTATED = Event(
    "gathering.reinstated",
    record=_("takes place after all: %(reason)s"),
    title=_("It takes place after all: %(title)s"),
    body=_("What was announced stands again. %(reason)s"),
)

"""Mails about the date of a meeting bring its calendar entry along; a reminder is mailed only while it holds."""

from __future__ import annotations

from portal.meetings import events as hearings
from portal.meetings.calendar.mailing import entry_of
from portal.meetings.coordination import events as coordinations
from portal.meetings.gatherings import events as gatherings
from portal.meetings.reviews import events as reviews
from portal.meetings.services import reminding
from portal.notifications.enclosures import register_enclosure, register_holds

# Of these the occasion begins with the meeting's key.
DATED = (
    hearings.ANNOUNCED,
    hearings.REGISTERED,
    hearings.CONFIRMED,
    hearings.ADJOURNED,
    hearings.RESCHEDULED,
    hearings.POSTPONED,
    hearings.REINSTATED,
    hearings.CANCELLED,
    hearings.REMINDER,
    coordinations.INVITED,
    coordinations.STOPPED,
    gatherings.ANNOUNCED,
    gatherings.POSTPONED,
    gatherings.REINSTATED,
    gatherings.CANCELLED,
    reviews.ANNOUNCED,
    reviews.REINSTATED,
    reviews.CANCELLED,
)

register_enclosure((event.name for event in DATED), entry_of)
register_holds(hearings.REMINDER.name, reminding.holds)

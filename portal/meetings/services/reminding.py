"""The reminder of a meeting: once for each date, to those who are expected, and of no meeting that is not held."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.actions.events import notify
from portal.community.models import User
from portal.community.rules import rule
from portal.kit import clock
from portal.meetings.events import REMINDER
from portal.meetings.kinds import over
from portal.meetings.models import Meeting, Registration
from portal.meetings.services.transitions import iso
from portal.notifications.models import Notice
from portal.record.services import key

# Reminders are never due earlier than this before a meeting.
AT_MOST = timedelta(days=7)


def near() -> QuerySet[Meeting]:
    """The meetings that are held within the longest time before which one is reminded of."""
    now = clock.now()
    return Meeting.objects.filter(starts_at__gt=now, starts_at__lte=now + AT_MOST, cancelled_at=None).exclude(
        over()
    )


@transaction.atomic
def remind(pk: int) -> int:
    """Tell those who are expected when a meeting is, where, and what to bring. Returns how many were addressed.

    Under its lock, so that it is not called off meanwhile; each once for each date, also if called again.
    """
    meeting = near().select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if meeting is None or not _due(meeting):
        return 0
    where = meeting.place or meeting.link
    params = {"starts_at": iso(meeting.starts_at), "place": where, "bring": meeting.bring}
    return notify(REMINDER, meeting, _not_told(meeting), once_per=_occasion(meeting), **params)


def expected(meeting: Meeting) -> QuerySet[User]:
    """The accounts of who takes part, chairs, or registered to listen."""
    seated = Q(person__in=meeting.participants.sitting().values("person"))
    listens = Q(person__in=Registration.objects.filter(hearing=meeting.pk).values("person"))
    return User.objects.filter(seated | listens | Q(person=meeting.chair_id), is_active=True)


def holds(notice: Notice) -> bool:
    """Whether a reminder that waits to be mailed still says what is so: that meeting, ahead, on that date."""
    meeting = near().filter(pk=int(notice.occasion.split(":")[1])).first()
    return meeting is not None and _occasion(meeting) == notice.occasion


def _due(meeting: Meeting) -> bool:
    hours = rule("meeting.reminder_hours", meeting.neighbourhood)
    return meeting.starts_at is not None and clock.now() >= meeting.starts_at - timedelta(hours=hours)


def _not_told(meeting: Meeting) -> QuerySet[User]:
    """Of those who are expected whoever knows nothing of this date yet: all, then who came onto the list late."""
    told = Notice.objects.filter(kind=REMINDER.name, occasion=_occasion(meeting)).values("user")
    return expected(meeting).exclude(pk__in=told)


def _occasion(meeting: Meeting) -> str:
    return f"{key(meeting)}:{iso(meeting.starts_at)}"

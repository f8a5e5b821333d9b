"""What falls due about activities, sign-ups, hours and certificates."""

from __future__ import annotations

from datetime import timedelta

from portal.duties.tick import job
from portal.kit import clock
from portal.volunteers.models import Shift
from portal.volunteers.services import hours, signing
from portal.volunteers.states import SignupState

# Reminders are never due earlier than this before a shift.
REMINDERS_AT_MOST = timedelta(days=7)


@job
def keep_hours() -> None:
    """Lists are owed, verified hours are posted, booked after their notice, and shifts settled."""
    hours.owe_lists()
    hours.post_verified()
    hours.book_due()
    hours.settle_due()


@job
def fill_places() -> None:
    """Free places for which somebody waits: they move up at once, this is the net below."""
    for shift in list(Shift.objects.wanting().filter(signups__state=SignupState.WAITLISTED).distinct()):
        signing.move_up(shift)


@job
def remind_volunteers() -> None:
    """One reminder to everybody who has a place."""
    until = clock.now() + REMINDERS_AT_MOST
    near = Shift.objects.posted().filter(starts_at__gt=clock.now(), starts_at__lte=until).order_by()
    waiting = near.filter(signups__state=SignupState.ACCEPTED, signups__reminded_at=None)
    for pk in list(waiting.values_list("pk", flat=True).distinct()):
        signing.remind(pk)

"""What hangs on somebody who leaves: the chair of a gathering, and the invitation by a post or by name."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community import leaving
from portal.community.leaving import Item, Leaving
from portal.meetings.gatherings.permissions import GATHERINGS
from portal.meetings.models import Participant
from portal.meetings.services.chairing import chairs_held
from portal.meetings.services.invited import lock, pass_seats
from portal.meetings.states.gathering import AHEAD


def seats_of(gone: Leaving) -> QuerySet[Participant]:
    """The invitations that hang on the post that ends, or on somebody nothing ties to the neighbourhood any more."""
    held = Participant.objects.sitting().filter(
        person=gone.person, attended_at=None, meeting__gathering__isnull=False, meeting__state__in=AHEAD
    )
    by_post = held.none()
    if gone.post is not None and gone.place is not None:
        by_post = held.filter(meeting__neighbourhood=gone.place, group=gone.post.title)
    found = by_post | held.filter(gone.within("meeting__neighbourhood", gone.left))
    return found.select_related("meeting__neighbourhood").order_by("pk")


def seat_shown(gone: Leaving, seat: Participant) -> Item:
    """One of them, as the page of the leaving lists it."""
    becomes = _("goes to the successor, or the committee is told")
    return Item(f"{seat.meeting.title} · {seat.group}", becomes, seat.meeting.get_absolute_url())


leaving.register("gathering.chair", chairs_held(gettext_lazy("Meetings chaired"), GATHERINGS))
leaving.register(
    "gathering.seat",
    leaving.Holding(gettext_lazy("Invitations to meetings"), seats_of, seat_shown, pass_seats, lock),
)

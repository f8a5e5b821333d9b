"""What hangs on somebody who leaves: a side of a meeting that goes on, and the files in charge."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.doors import whole
from portal.community import leaving
from portal.community.leaving import Item, Leaving
from portal.community.models import Area
from portal.community.permissions import holders
from portal.meetings.coordination.permissions import MEDIATED, OPEN, SIDES
from portal.meetings.coordination.selectors import CLERKS, clerks
from portal.meetings.coordination.services.after import mediator_left, party_left, pass_on
from portal.meetings.models import Coordination, Participant


def lock(things: list[Any]) -> None:
    """The locks of their meetings, always in the same order."""
    keys = [getattr(thing, "meeting_id", thing.pk) for thing in things]
    list(
        Coordination.objects.select_for_update(of=whole(Coordination), no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
    )


def sides_of(gone: Leaving) -> QuerySet[Participant]:
    """The sides somebody has who moves away or closes the account, in meetings that go on."""
    held = Participant.objects.sitting().filter(
        gone.within("meeting__neighbourhood", gone.moved_from),
        person=gone.person,
        part__in=SIDES,
        meeting__coordination__isnull=False,
        meeting__state__in=OPEN,
    )
    return held.select_related("meeting__coordination__neighbourhood").order_by("pk")


def side_shown(gone: Leaving, seat: Participant) -> Item:
    """One of them, by its number alone."""
    return Item(seat.meeting.title, _("stays a party; the worker in charge is told"), "")


def tell(gone: Leaving, seats: list[Participant]) -> None:
    """A party stays a party wherever it lives: the worker in charge asks whether an agent comes, or it is ended."""
    for seat in seats:
        party_left(seat.meeting.coordination)


def mediated_by(gone: Leaving) -> QuerySet[Coordination]:
    """The meetings that go on which somebody mediates, without being in charge, whom nothing ties to the place."""
    held = Coordination.objects.filter(
        gone.within("neighbourhood", gone.left), chair=gone.person, state__in=MEDIATED
    )
    return held.exclude(in_charge=gone.person).select_related("neighbourhood", "in_charge").order_by("pk")


def mediated_shown(gone: Leaving, meeting: Coordination) -> Item:
    """One of them, by its number alone."""
    return Item(meeting.title, _("the worker in charge mediates, and names somebody else"), "")


def pass_back(gone: Leaving, meetings: list[Coordination]) -> None:
    """Back to the committee, which owes naming somebody; the parties are told."""
    for meeting in meetings:
        mediator_left(meeting)


def files_of(gone: Leaving) -> QuerySet[Coordination]:
    """The files somebody has in charge who gives up the post, and holds no other of the committee's."""
    post, here = gone.post, gone.place
    if post is None or here is None or post.post not in CLERKS or _stays(gone, here):
        return Coordination.objects.none()
    held = Coordination.objects.filter(in_charge=gone.person, neighbourhood=here, closed_at=None)
    return held.select_related("neighbourhood", "in_charge").order_by("pk")


def _stays(gone: Leaving, here: Area) -> bool:
    """Whether another post of the committee's remains."""
    held = (one for post in CLERKS for one in holders(post, here))
    return any(one.person_id == gone.person.pk and one != gone.post for one in held)


def file_shown(gone: Leaving, meeting: Coordination) -> Item:
    """One of them, by its number alone."""
    return Item(meeting.title, _("gets somebody else in charge"), "")


def pass_files(gone: Leaving, meetings: list[Coordination]) -> None:
    """The successor carries them out, or a colleague; nobody who is on a side."""
    for meeting in meetings:
        sides = set(meeting.participants.sitting().values_list("person", flat=True))
        others = [one.person for one in clerks(meeting.neighbourhood) if one.person_id != gone.person.pk]
        wanted = [gone.successor, *others] if gone.successor else others
        if to := next((one for one in wanted if one and one.pk not in sides), None):
            pass_on(meeting, to)


leaving.register(
    "coordination.side",
    leaving.Holding(gettext_lazy("Sides of coordination meetings"), sides_of, side_shown, tell, lock),
)
leaving.register(
    "coordination.mediator",
    leaving.Holding(
        gettext_lazy("Coordination meetings mediated"), mediated_by, mediated_shown, pass_back, lock
    ),
)
leaving.register(
    "coordination.file",
    leaving.Holding(gettext_lazy("Coordination meetings in charge"), files_of, file_shown, pass_files, lock),
)

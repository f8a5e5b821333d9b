"""The agenda with its clock, the text on the projector, and what the end of a session ends."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.live.floor import note
from portal.meetings.live.permissions import FLOORS, floor_for, lock_meeting
from portal.meetings.live.services import pulses, turns
from portal.meetings.models import AgendaItem, Floor, Meeting, Shown
from portal.meetings.states.live import IN_SESSION, Queue

# One key on the clerk's page goes round these.
ROUND = (Shown.NONE, Shown.OLD, Shown.NEW, Shown.FINAL)


@transaction.atomic
def set_agenda(user: User, pk: int, *, items: Sequence[tuple[str, int, str]]) -> Floor:
    """Write the points that have not begun anew: title, whole minutes, who presents; those that ran stay."""
    floor = FLOORS.take(user, pk, "set_agenda")
    kept = list(floor.meeting.agenda_items.filter(began_at__isnull=False))
    floor.meeting.agenda_items.filter(began_at=None).delete()
    first = max((item.number for item in kept), default=0) + 1
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting_id=pk, number=number, title=title, minutes=minutes, presenter=presenter)
        for number, (title, minutes, presenter) in enumerate(items, start=first)
    )
    note(floor, "agenda")
    return floor


@transaction.atomic
def begin_item(user: User, pk: int, *, item: int) -> AgendaItem:
    """Begin a point; the one that runs ends. A point that ended may be taken up again."""
    floor = FLOORS.take(user, pk, "begin_item")
    point = floor.meeting.agenda_items.filter(pk=item).first()
    if point is None:
        raise NotPossible(_("This point is no longer on the agenda."))
    if point.began_at and not point.ended_at:
        raise NotPossible(_("This point runs already."))
    end_running(floor)
    point.began_at, point.ended_at = point.began_at or clock.now(), None
    point.save(update_fields=["began_at", "ended_at"])
    note(floor, "item_began", number=point.number, title=point.title)
    return point


@transaction.atomic
def end_item(user: User, pk: int) -> Floor:
    """End the point that runs."""
    floor = FLOORS.take(user, pk, "end_item")
    if not end_running(floor):
        raise NotPossible(_("No point of the agenda runs."))
    return floor


@transaction.atomic
def set_texts(user: User, pk: int, **texts: Any) -> Floor:
    """Write the versions of the text (`old_text`, `new_text`, `final_text`), and the `seconds` of a turn."""
    floor = FLOORS.take(user, pk, "set_texts")
    for name, value in texts.items():
        setattr(floor, name, value)
    if not floor.text:
        floor.shown = Shown.NONE
    note(floor, "text", state=str(floor.shown))
    return floor


@transaction.atomic
def show_text(user: User, pk: int) -> Floor:
    """Show the next version on the projector, past those that are not written; after the last one none."""
    floor = FLOORS.take(user, pk, "show_text")
    at = ROUND.index(Shown(floor.shown))
    later = [*ROUND[at + 1 :], Shown.NONE]
    floor.shown = next(shown for shown in later if shown == Shown.NONE or getattr(floor, f"{shown}_text"))
    note(floor, "text", state=str(floor.shown))
    return floor


def turned(meeting: Meeting, was: str, round_was: int) -> None:
    """A meeting of any kind came into session or left it: its screens say so, and what ran in it ends.

    `round_was`: the round of the session that ended; the step may have begun to count the next one.
    """
    if IN_SESSION not in {was, meeting.state} or was == meeting.state:
        return
    lock_meeting(meeting.pk)
    floor = floor_for(meeting, make=True)
    if meeting.state == IN_SESSION:
        note(floor, "session_began", round=meeting.round)
        return
    floor.meeting = copy(meeting)
    floor.meeting.round = round_was
    turns.end_running(floor)
    end_running(floor)
    pulses.close_running(floor)
    floor.queue = Queue.CLOSED
    note(floor, "session_ended")


def end_running(floor: Floor) -> bool:
    """End whatever point runs on a locked floor; whether there was one."""
    point = floor.meeting.agenda_items.filter(began_at__isnull=False, ended_at=None).first()
    if point is None:
        return False
    point.ended_at = clock.now()
    point.save(update_fields=["ended_at"])
    note(floor, "item_ended", number=point.number, title=point.title)
    return True

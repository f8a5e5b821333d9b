"""Who may do what in a meeting that runs, whatever its kind. Whoever may know of the meeting sees its screens."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.community.rules import rule
from portal.meetings.kinds import seen
from portal.meetings.models import Floor, Meeting
from portal.meetings.states.live import FloorState as F

TAKING_PART = NEIGHBOUR | {Role.PANEL}
ANSWERING = COMMITTEE | {Role.RESPONSIBLE}
RUNNING = frozenset({F.RUNNING})
# From the day on people come to the door before the session is opened.
AROUND = frozenset({F.WAITING, F.RUNNING})

NEEDS = {
    "desk": Need(COMMITTEE),
    "check_in": Need(TAKING_PART | COMMITTEE, AROUND),
    "check_out": Need(TAKING_PART | COMMITTEE, AROUND),
    "note_presence": Need(COMMITTEE, AROUND),
    "set_agenda": Need(COMMITTEE, AROUND),
    "begin_item": Need(COMMITTEE, RUNNING),
    "end_item": Need(COMMITTEE, RUNNING),
    "set_queue": Need(COMMITTEE, RUNNING),
    "ask_turn": Need(TAKING_PART, RUNNING),
    "withdraw_turn": Need(TAKING_PART, RUNNING),
    "enter_turn": Need(COMMITTEE, RUNNING),
    "call_next": Need(COMMITTEE, RUNNING),
    "call_turn": Need(COMMITTEE, RUNNING),
    "put_back": Need(COMMITTEE, RUNNING),
    "end_turn": Need(COMMITTEE, RUNNING),
    "strike_turn": Need(COMMITTEE, RUNNING),
    "set_texts": Need(COMMITTEE, AROUND),
    "show_text": Need(COMMITTEE, RUNNING),
    "open_pulse": Need(COMMITTEE, RUNNING),
    "answer_pulse": Need(TAKING_PART, RUNNING),
    "close_pulse": Need(COMMITTEE, RUNNING),
    "ask_question": Need(TAKING_PART, RUNNING),
    "answer_question": Need(ANSWERING, frozenset(F)),
}


def roles_towards(user: Visitor, floor: Floor) -> frozenset[Role]:
    """The visitor's roles: the neighbourhood's, a seat at the meeting, and whoever presents the plan."""
    meeting = floor.meeting
    roles = roles_in(user, meeting.neighbourhood)
    person = getattr(user, "person_id", None)
    # Whoever lives or owns here may do all that a seat allows: then nobody asks for it, 300 phones a few seconds.
    if person and not roles & NEIGHBOUR and meeting.participants.sitting().filter(person_id=person).exists():
        roles |= {Role.PANEL}
    if person and getattr(meeting, "plan_person_id", None) == person:
        roles |= {Role.RESPONSIBLE}
    return roles


class FloorDoor(Door[Floor]):
    """The door to the floor of any meeting a visitor may know of, by the meeting's key.

    The floor's row comes into being with its first change; until then an empty one is read. Whoever changes something
    holds the lock of the meeting's own row: the step that ends the session writes it, and so waits, or is waited for.
    """

    def _found(
        self, user: Visitor, key: Any, *, lock: bool = False, among: QuerySet[Floor] | None = None
    ) -> Floor:
        if lock:
            lock_meeting(key)
        meeting = seen(user, key)
        if meeting is None:
            raise Http404(f"meeting {key}")
        return floor_for(meeting, make=lock)


def lock_meeting(key: Any) -> None:
    """Hold the row of a meeting of any kind until the commit."""
    rows = Meeting.objects.non_polymorphic().select_for_update(no_key=True).filter(pk=key)
    rows.values_list("pk").first()


def floor_for(meeting: Meeting, *, make: bool) -> Floor:
    """The floor of a meeting; `make`: its row is made where there is none, by whoever holds the meeting's lock."""
    floor = Floor.objects.filter(pk=meeting.pk).first() or Floor(
        meeting=meeting, seconds=rule("live.turn_seconds", meeting.neighbourhood)
    )
    if make and floor._state.adding:
        floor.save(force_insert=True)
    floor.meeting = meeting
    return floor


FLOORS = FloorDoor(Floor, NEEDS, roles_towards)

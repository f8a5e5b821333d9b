"""Who came and who left: by the code at the door with one's own account, or ticked on the list by the clerk."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import Person, User
from portal.community.selectors import person_of
from portal.kit.errors import NotPossible
from portal.meetings.live import doorcodes, rules
from portal.meetings.live.boards import key_of, moves_of
from portal.meetings.live.floor import note_all
from portal.meetings.live.permissions import FLOORS, floor_for
from portal.meetings.live.services import turns
from portal.meetings.models import Attendance, Floor, Meeting, Participant, Way
from portal.meetings.services.attending import mark_round, require_day


@transaction.atomic
def check_in(user: User, pk: int, *, code: str) -> Floor:
    """Say that one is here, by the code shown at the door. Said twice it is the same."""
    floor = FLOORS.take(user, pk, "check_in")
    if not doorcodes.holds(floor.pk, code):
        raise NotPossible(
            _("This code is not the one of this meeting. Please scan the one on the screen in the hall.")
        )
    require_day(floor.meeting)
    _move(floor, _row(floor, person_of(user), came=True))
    return floor


@transaction.atomic
def check_out(user: User, pk: int) -> Floor:
    """Say that one leaves; a place in the queue is given up with it."""
    floor = FLOORS.take(user, pk, "check_out")
    _move(floor, _row(floor, person_of(user), came=False))
    return floor


@transaction.atomic
def note_presence(user: User, pk: int, *, present: Collection[int]) -> Floor:
    """Tick who of the seats is here now; `present` are keys of participants. Only what changed becomes an event."""
    floor = FLOORS.take(user, pk, "note_presence")
    require_day(floor.meeting)
    seats = list(floor.meeting.participants.sitting().select_related("person"))
    if not set(present) <= {seat.pk for seat in seats}:
        raise NotPossible(_("Somebody else has one of these seats now. Please look at the list again."))
    record(floor, seats, set(present), by=person_of(user))
    return floor


def listed(meeting: Meeting, present: Collection[int], *, by: User) -> None:
    """A list that a kind's service noted by itself, as events of the hall: in its transaction, on a locked meeting."""
    seats = list(meeting.participants.sitting().select_related("person"))
    record(floor_for(meeting, make=True), seats, set(present), by=person_of(by))


def ticked(meeting: Meeting, seats: list[Participant], present: Collection[int], *, by: User) -> None:
    """The whole list of a kind's attendance: who attended this round, also corrected, and as events of the hall.

    By the service of the kind, in its transaction, on a locked meeting; the seats come with their persons.
    """
    here = set(present)
    for seat in seats:
        mark_round(seat, meeting.round, here=seat.pk in here)
    Participant.objects.bulk_update(seats, ["rounds", "attended_at"])
    record(floor_for(meeting, make=True), seats, here, by=person_of(by))


def noted(meeting: Meeting, person: Person, *, came: bool, by: User) -> None:
    """Somebody came or left whom staff note by name, with a seat or without; on a locked meeting, as `listed`."""
    floor = floor_for(meeting, make=True)
    _move(floor, _row(floor, person, came=came, way=Way.LIST), by=person_of(by))


def record(floor: Floor, seats: list[Participant], present: set[int], *, by: Person) -> None:
    """On a locked floor make events of what changed on the list."""
    inside, moved = set(_inside(floor)), []
    for seat in seats:
        row = Attendance(participant=seat, person=seat.person, came=seat.pk in present, channel=Way.LIST)
        if (key_of(row) in inside) != row.came:
            moved.append(row)
    _moved(floor, moved, by=by)


def _move(floor: Floor, row: Attendance, *, by: Person | None = None) -> None:
    if (key_of(row) in _inside(floor)) != row.came:
        _moved(floor, [row], by=by)


def _moved(floor: Floor, rows: list[Attendance], *, by: Person | None = None) -> None:
    for row in rows:
        row.meeting_id, row.round, row.entered_by = floor.pk, floor.meeting.round, by
    Attendance.objects.bulk_create(rows)
    _attended([row.participant for row in rows if row.came and row.participant], floor.meeting.round)
    note_all(
        floor,
        [("came" if row.came else "left", {"who": _shown(row), "channel": row.channel}) for row in rows],
    )
    turns.leave(floor, [row for row in rows if not row.came])


def _shown(row: Attendance) -> str:
    if row.person:
        return row.person.public_name
    return row.participant.shown if row.participant else ""


def _attended(seats: list[Participant], number: int) -> None:
    """Whoever came at all attended this round, as the kinds count it."""
    new = [seat for seat in seats if number not in seat.rounds]
    for seat in new:
        mark_round(seat, number, here=True)
    Participant.objects.bulk_update(new, ["rounds", "attended_at"])


def _row(floor: Floor, person: Person, *, came: bool, way: Way = Way.QR) -> Attendance:
    seat = floor.meeting.participants.sitting().filter(person=person).select_related("person").first()
    return Attendance(participant=seat, person=person, came=came, channel=way)


def _inside(floor: Floor) -> list[str]:
    return rules.here((key, came) for key, came, _at in moves_of(floor))

"""Who does what at the desk: the committee plans and writes down, neighbours book, whoever hears owes the answer."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.surveys.models import Booking, ReceptionDay, VisitNote
from portal.surveys.states import BookingState as B
from portal.surveys.states import DayState, NoteState

OWN = frozenset({Role.PERSON})
HOST = frozenset({Role.RESPONSIBLE})
DESK = COMMITTEE | HOST
PLANNED = frozenset({DayState.PLANNED})
HEARD = frozenset({B.HEARD})

PLACE = PlaceDoor({"plan": Need(COMMITTEE), "notes": Need(COMMITTEE)})


def _hosts(user: Visitor, day: ReceptionDay) -> frozenset[Role]:
    return HOST if day.host_id == getattr(user, "person_id", None) else frozenset()


def roles_at_day(user: Visitor, day: ReceptionDay) -> frozenset[Role]:
    """Those in its neighbourhood, and whether one hears on it."""
    return roles_in(user, day.neighbourhood) | _hosts(user, day)


def roles_at_booking(user: Visitor, booking: Booking) -> frozenset[Role]:
    """Those at its day, and whether the time is one's own."""
    own = OWN if booking.person_id == getattr(user, "person_id", None) else frozenset()
    return roles_at_day(user, booking.day) | own


def roles_at_note(user: Visitor, note: VisitNote) -> frozenset[Role]:
    """Those in its neighbourhood, and whether one heard it on a reception day of one's own."""
    hosts = _hosts(user, note.booking.day) if note.booking else frozenset()
    return roles_in(user, note.neighbourhood) | hosts


DAYS = Door(
    ReceptionDay,
    {
        "book": Need(NEIGHBOUR, PLANNED),
        "book_for": Need(DESK, PLANNED),
        "move": Need(DESK, PLANNED),
        "call_off": Need(DESK, PLANNED),
        "who_comes": Need(DESK),
    },
    roles_at_day,
    related=("neighbourhood", "host"),
    readable=lambda day: day,
)
BOOKINGS = Door(
    Booking,
    {
        "read": Need(DESK | OWN),
        "give_back": Need(DESK | OWN, frozenset({B.BOOKED})),
        "hear": Need(DESK, frozenset({B.BOOKED, B.MISSED})),
        "mistaken": Need(DESK, HEARD),
        "after_all": Need(DESK, frozenset({B.BOOKED, B.MISSED})),
        "miss": Need(DESK, frozenset({B.BOOKED})),
        "hand_on": Need(DESK, HEARD),
        "raise_topic": Need(OWN, HEARD),
        "not_answered": Need(OWN, HEARD),
        "told": Need(DESK),
    },
    roles_at_booking,
    related=("day__neighbourhood", "day__host", "person"),
)
NOTES = Door(
    VisitNote,
    {
        "read": Need(DESK),
        "answer": Need(DESK, frozenset({NoteState.NOTED})),
        "correct": Need(DESK, frozenset({NoteState.NOTED, NoteState.TAKEN_UP, NoteState.ANSWERED})),
        "reopen": Need(DESK, frozenset({NoteState.TAKEN_UP, NoteState.ANSWERED})),
        "remove": Need(DESK, frozenset({NoteState.NOTED, NoteState.TAKEN_UP, NoteState.ANSWERED})),
    },
    roles_at_note,
    related=("neighbourhood", "building", "written_by", "booking__day__host", "booking__person"),
)

"""The tables of reception/permissions.py a second time, written by hand, and tried in every state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.actions.doors import Door
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.kit import clock
from portal.surveys.models import VisitNote
from portal.surveys.reception.permissions import BOOKINGS, DAYS, NOTES, PLACE
from portal.surveys.states import BookingState, NoteState
from tests.factories import make_visitor
from tests.surveys.reception_factories import Desk, make_booking, make_desk, make_note

pytestmark = pytest.mark.django_db

DESK = {"director", "worker", "other_worker"}
NEIGHBOURS = {"resident", "neighbour", "other_resident", "owner"}
OTHERS = ("visitor", "account", "owner", "property", "party", "oversight", "officer", "auditor", "editor")
ANY = {"planned", "called_off", "over"}
KEPT = {"noted", "taken_up", "answered"}
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "place": {"plan": (DESK, {"in_use"}), "notes": (DESK, {"in_use"})},
    "day": {
        "book": (NEIGHBOURS, {"planned"}),
        "book_for": (DESK, {"planned"}),
        "move": (DESK, {"planned"}),
        "call_off": (DESK, {"planned"}),
        "who_comes": (DESK, ANY),
    },
    "booking": {
        "read": (DESK | {"resident"}, {"booked", "given_back", "heard", "missed"}),
        "give_back": (DESK | {"resident"}, {"booked"}),
        "hear": (DESK, {"booked", "missed"}),
        "mistaken": (DESK, {"heard"}),
        "after_all": (DESK, {"booked", "missed"}),
        "miss": (DESK, {"booked"}),
        "hand_on": (DESK, {"heard"}),
        "raise_topic": ({"resident"}, {"heard"}),
        "not_answered": ({"resident"}, {"heard"}),
        "told": (DESK, {"booked", "given_back", "heard", "missed"}),
    },
    "note": {
        "read": (DESK, KEPT | {"removed"}),
        "answer": (DESK, {"noted"}),
        "correct": (DESK, KEPT),
        "reopen": (DESK, {"taken_up", "answered"}),
        "remove": (DESK, KEPT),
    },
}
DOORS: dict[str, Door[Any]] = {"place": PLACE, "day": DAYS, "booking": BOOKINGS, "note": NOTES}


def people(desk: Desk) -> dict[str, Visitor]:
    named: dict[str, Visitor] = {
        "director": desk.director,
        "worker": desk.worker,
        "resident": desk.resident,
        "neighbour": desk.neighbour,
        "other_worker": make_visitor(Role.WORKER, desk.here),
        "other_resident": make_visitor(Role.RESIDENT, desk.here),
    }
    return named | {name: make_visitor(Role(name), desk.here) for name in OTHERS}


def in_states(desk: Desk) -> dict[str, list[Any]]:
    """Each thing in each of its states, without saving them."""
    booking, note, old = make_booking(desk), make_note(desk), clock.now() - timedelta(days=9)
    over = {"starts_at": old, "ends_at": old + timedelta(hours=2)}
    return {
        "place": [desk.here],
        "day": [_changed(desk.day, **how) for how in ({}, {"called_off_at": old}, over)],
        "booking": [_changed(booking, state=state) for state in BookingState],
        "note": [_changed(note, state=state) for state in NoteState],
    }


def _changed(thing: Any, **how: Any) -> Any:
    copy = type(thing).objects.get(pk=thing.pk)
    for name, value in how.items():
        setattr(copy, name, value)
    return copy


def test_who_may_do_what_in_which_state() -> None:
    desk = make_desk()
    who, things, wrong = people(desk), in_states(desk), []
    for kind, door in DOORS.items():
        assert set(door.needs) == set(TABLE[kind]), kind
        for thing in things[kind]:
            state = getattr(thing, "state", "")
            for name, user in who.items():
                allowed = set(door.allowed(user, thing))
                wrong += [
                    (kind, str(state), name, action)
                    for action, (may, states) in TABLE[kind].items()
                    if (action in allowed) != (name in may and str(state) in states)
                ]
    assert wrong == []


def test_a_note_is_known_to_the_committee_alone_and_a_time_to_those_it_concerns() -> None:
    desk = make_desk()
    booking, who = make_booking(desk), people(desk)
    make_note(desk)

    assert {name for name, user in who.items() if VisitNote.objects.visible_to(user).exists()} == DESK
    seen = {name for name, user in who.items() if type(booking).objects.visible_to(user).exists()}
    assert seen == DESK | {"resident"}

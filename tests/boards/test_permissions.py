"""The tables of permissions.py a second time, written by hand, and tried through every door in every state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.actions.doors import Door
from portal.boards.models import MustRead, Photo, Swap
from portal.boards.permissions import (
    BOARDS,
    DAYS,
    MUST_READS,
    PHOTOS,
    SWAPS,
    roles_towards,
)
from portal.boards.services import rota
from portal.boards.states import PhotoState, ReadState, SwapState
from portal.community.models import Post, Visitor
from portal.community.permissions import Role
from portal.kit import clock
from tests.boards.factories import House, make_house, make_must_read, make_photo, make_rota
from tests.factories import make_owner, make_user, make_visitor

pytestmark = pytest.mark.django_db

KEEPS, INSIDE = {"head", "worker", "director"}, {"head", "worker", "director", "first", "second"}
OTHERS = (
    "visitor",
    "account",
    "resident",
    "owner",
    "property",
    "party",
    "oversight",
    "officer",
    "auditor",
    "editor",
)
SPEAK = INSIDE | {"resident", "owner", "property", "party", "oversight", "officer"}

# thing → action → who may, in which states. `first` asks `second` to swap, and `first` proposed the photo.
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "board": {
        "look_after": (KEEPS, {""}),
        "introduce": (KEEPS, {""}),
        "show_face": ({"head"}, {""}),
        "write": (KEEPS, {""}),
        "plan": (KEEPS, {""}),
        "set_day": (KEEPS, {""}),
        "see_rota": (INSIDE, {""}),
        "put_photo": (INSIDE, {""}),
        "message": (SPEAK, {""}),
        "divide": ({"worker", "director"}, {""}),
        "note_round": (KEEPS, {""}),
        "note_call": ({"worker", "director"}, {""}),
        "forget_call": ({"worker", "director"}, {""}),
        "allow_call": ({"head", "first", "second"}, {""}),
        "stop_call": ({"head", "first", "second"}, {""}),
    },
    "must_read": {
        "correct": (KEEPS, {"current"}),
        "put_up": (KEEPS, {"current"}),
        "end": (KEEPS, {"current"}),
    },
    "day": {"done": (KEEPS | {"first"}, {""}), "ask_swap": ({"first"}, {""})},
    "swap": {
        "read": (KEEPS | {"first", "second"}, {"asked", "agreed", "refused", "withdrawn", "lapsed"}),
        "agree": ({"second"}, {"asked"}),
        "refuse": ({"second"}, {"asked"}),
        "withdraw": ({"first"}, {"asked"}),
    },
    "photo": {
        "read": (KEEPS | {"first"}, {"proposed", "shown", "refused", "removed"}),
        "approve": (KEEPS, {"proposed", "removed"}),
        "refuse": (KEEPS, {"proposed"}),
        "remove": (KEEPS | {"first"}, {"shown"}),
    },
}
DOORS: dict[str, Door[Any]] = {
    "board": BOARDS,
    "must_read": MUST_READS,
    "day": DAYS,
    "swap": SWAPS,
    "photo": PHOTOS,
}


def people(house: House) -> dict[str, Visitor]:
    named: dict[str, Visitor] = {
        "head": house.head,
        "first": house.first,
        "second": house.second,
        "worker": house.worker,
        "other_head": house.other_head,
        "director": make_user(post=Post.DIRECTOR, neighbourhood=house.here),
    }
    return named | {name: make_visitor(Role(name), house.here) for name in OTHERS}


def in_states(house: House) -> dict[str, list[Any]]:
    """Each thing in each of its states, without saving them: a door asks the row's own moments."""
    days, now, old = make_rota(house), clock.now(), clock.today() - timedelta(days=2)
    swap = rota.ask_swap(house.first, days[0].pk, days[1])
    must_read, photo = make_must_read(house), make_photo(house)
    return {
        "board": [house.board],
        "day": [days[0]],
        "must_read": [_changed(must_read, **how) for how in ({}, {"last_day": old}, {"ended_at": now})],
        "swap": [
            _changed(swap, **{name: now} if name else {})
            for name in ("", "agreed_at", "refused_at", "withdrawn_at", "lapsed_at")
        ],
        "photo": [
            _changed(photo, **how)
            for how in ({}, {"shown_at": now}, {"refused_at": now}, {"shown_at": now, "removed_at": now})
        ],
    }


def _changed(thing: Any, **how: Any) -> Any:
    copy = type(thing).objects.get(pk=thing.pk)
    for name, value in how.items():
        setattr(copy, name, value)
    return copy


def test_who_may_do_what_in_which_state() -> None:
    house = make_house()
    who, things, wrong = people(house), in_states(house), []
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


def test_every_state_was_tried() -> None:
    house = make_house()
    things = in_states(house)

    tried = {
        type(one): {thing.state for thing in things[kind]}
        for kind in things
        for one in things[kind][:1]
        if kind in ("must_read", "swap", "photo")
    }
    assert tried == {MustRead: set(ReadState), Swap: set(SwapState), Photo: set(PhotoState)}


def test_an_owner_of_the_building_who_lives_elsewhere_belongs_to_it() -> None:
    house = make_house()
    owner = make_owner(dwelling=house.homes[3])

    assert Role.HOUSEHOLD in roles_towards(owner, house.board)
    assert Role.HOUSEHOLD not in roles_towards(house.other_head, house.board)

"""The tables of the rooms of pages a second time, written by hand, and tried for every role in every state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.actions.doors import Door
from portal.community.models import LegalStatus, Post, User
from portal.community.permissions import Role
from portal.kit import clock
from portal.pages.cards.models import ContactCard
from portal.pages.cards.permissions import CARD_PLACES, CARDS
from portal.pages.disclosure.permissions import CATALOGUE, ITEMS, PUBLICATIONS
from portal.pages.resources.models import Resource, SkillRequest
from portal.pages.resources.permissions import MAP, REQUESTS, RESOURCES
from portal.pages.resources.states import ResourceState
from tests.factories import make_neighbourhood, make_user, make_visitor
from tests.pages.factories import make_item, make_publication, make_skill, make_skill_request

pytestmark = pytest.mark.django_db

ROLES = "visitor account resident owner building_head property owners_committee worker director party officer editor"
COMMITTEE, NEIGHBOUR, ALWAYS = {"worker", "director"}, {"resident", "owner"}, {""}
WRITERS = COMMITTEE | {"editor"}
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "card place": {"keep": (WRITERS, ALWAYS), "number": ({"building_head"}, ALWAYS)},
    "card": {"check": (WRITERS, ALWAYS), "draw": (WRITERS, ALWAYS)},
    "catalogue": {"add": ({"director"}, ALWAYS)},
    # The item names the owners' committee as the post that publishes.
    "item": {
        "publish": (COMMITTEE | {"owners_committee"}, {"listed"}),
        "arose": (COMMITTEE | {"owners_committee"}, {"listed"}),
        "retire": ({"director"}, {"listed"}),
        "restore": ({"director"}, {"retired"}),
    },
    "publication": {"correct": (COMMITTEE | {"owners_committee"}, ALWAYS)},
    "map": {"keep": (COMMITTEE, ALWAYS), "offer": (NEIGHBOUR, ALWAYS)},
    "resource": {
        "edit": (COMMITTEE, {"shown", "ended"}),
        "pin": (COMMITTEE, {"shown"}),
        "show": (COMMITTEE, {"offered"}),
        "refuse": (COMMITTEE, {"offered"}),
        "end": (COMMITTEE, {"shown"}),
        "show_again": (COMMITTEE, {"ended"}),
        "withdraw": ({"own"}, {"offered", "shown"}),
        "renew": ({"own"}, {"shown"}),
        "offer_again": ({"own"}, {"ended"}),
        "ask": (NEIGHBOUR, {"shown"}),
    },
    "request": {"answer": ({"own"}, {"asked"})},
}
DOORS: dict[str, Door[Any]] = {
    "card place": CARD_PLACES,
    "card": CARDS,
    "catalogue": CATALOGUE,
    "item": ITEMS,
    "publication": PUBLICATIONS,
    "map": MAP,
    "resource": RESOURCES,
    "request": REQUESTS,
}


def in_states(thing: Any, door: Door[Any]) -> list[tuple[str, Any]]:
    """The thing in each state it can be in."""
    if isinstance(thing, Resource):
        return [(state.value, _with(thing, state=state)) for state in ResourceState]
    if isinstance(thing, SkillRequest):
        return [("asked", thing)]
    if door is ITEMS:
        return [("listed", thing), ("retired", _with(thing, retired_on=clock.today()))]
    return [("", thing)]


def _with(thing: Any, **changes: Any) -> Any:
    changed = type(thing).objects.get(pk=thing.pk)
    vars(changed).update(changes)
    return changed


def test_every_role_may_what_the_table_says_in_every_state() -> None:
    here = make_neighbourhood()
    own = make_user()
    asker = make_user()
    item = make_item(here)
    item.publisher = Post.OWNERS_COMMITTEE
    item.status = LegalStatus.PRACTICE
    item.save()
    people: dict[str, Any] = {role: make_visitor(Role(role), here) for role in ROLES.split()} | {"own": own}
    director: User = people["director"]
    skill = make_skill(here, own)
    things: dict[str, Any] = {
        "card place": here,
        "card": ContactCard.objects.create(area=here),
        "catalogue": here,
        "item": item,
        "publication": make_publication(here, director),
        "map": here,
        "resource": skill,
        "request": make_skill_request(skill, asker),
    }
    things["publication"].item = item

    wrong = [
        (name, action, role, state)
        for name, actions in TABLE.items()
        for action, (may, states) in actions.items()
        for state, thing in in_states(things[name], DOORS[name])
        for role, person in people.items()
        if DOORS[name].may(person, action, thing) != (role in may and state in states)
    ]

    assert wrong == []
    assert {name: set(door.needs) for name, door in DOORS.items()} == {
        name: set(actions) for name, actions in TABLE.items()
    }

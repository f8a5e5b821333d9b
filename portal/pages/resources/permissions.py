"""Who keeps the map: the committee; a skill is its neighbour's own; neighbours ask for skills."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, Role, roles_in
from portal.pages.resources.models import Resource, SkillRequest
from portal.pages.resources.states import RequestState, ResourceState

_O, _S, _E = ResourceState
OWN = frozenset({Role.PERSON})

MAP = PlaceDoor({"keep": Need(COMMITTEE), "offer": Need(NEIGHBOUR)})


def roles_towards(user: Visitor, thing: Resource) -> frozenset[Role]:
    """Those in its neighbourhood, and whether the skill is one's own."""
    own = thing.person_id is not None and thing.person_id == getattr(user, "person_id", None)
    return roles_in(user, thing.neighbourhood) | (OWN if own else frozenset())


def roles_in_request(user: Visitor, request: SkillRequest) -> frozenset[Role]:
    """Whoever was asked is the person; whoever asks proposed it."""
    person = getattr(user, "person_id", None)
    if person is None:
        return frozenset()
    asked = OWN if request.resource.person_id == person else frozenset()
    return asked | (frozenset({Role.PROPOSER}) if request.asker_id == person else frozenset())


RESOURCES = Door(
    Resource,
    {
        "edit": Need(COMMITTEE, frozenset({_S, _E})),
        "pin": Need(COMMITTEE, frozenset({_S})),
        "show": Need(COMMITTEE, frozenset({_O})),
        "refuse": Need(COMMITTEE, frozenset({_O})),
        "end": Need(COMMITTEE, frozenset({_S})),
        "show_again": Need(COMMITTEE, frozenset({_E})),
        "withdraw": Need(OWN, frozenset({_O, _S})),
        "renew": Need(OWN, frozenset({_S})),
        "offer_again": Need(OWN, frozenset({_E})),
        "ask": Need(NEIGHBOUR, frozenset({_S})),
    },
    roles_towards,
    related=("neighbourhood", "picture", "person"),
)
REQUESTS = Door(
    SkillRequest,
    {"answer": Need(OWN, frozenset({RequestState.ASKED}))},
    roles_in_request,
    related=("resource__neighbourhood", "resource__person", "asker"),
)

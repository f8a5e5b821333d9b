"""The tables of the review a second time, by hand, tried through every door in every state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.actions.doors import Door
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.funds.models import Application, Call, Objection
from portal.funds.review import services
from portal.funds.review.permissions import APPLICATIONS, CALLS, OBJECTIONS, REVIEWERS
from portal.funds.states import ApplicationState, CallState, ObjectionState
from tests.factories import make_visitor
from tests.funds.factories_review import Reviewing, make_on_notice, make_scoring

pytestmark = pytest.mark.django_db

OFFICE = {"worker", "director", "officer"}
NEIGHBOURS = {"resident", "owner", "reviewer", "tied", "lead"}
NAMES = (
    "visitor",
    "account",
    "resident",
    "owner",
    "building_head",
    "delegate",
    "property",
    "owners_committee",
    "worker",
    "director",
    "party",
    "oversight",
    "officer",
    "auditor",
    "editor",
)
EVERY = set(CallState.values)
CALL = {
    "begin_review": (OFFICE, {"open"}),
    "name_reviewer": (OFFICE, {"open", "reviewing"}),
    "hand_to_reviewers": (OFFICE, {"reviewing"}),
    "shortlist": (OFFICE, {"reviewing"}),
    "post_notice": (OFFICE, {"reviewing"}),
    "decide": (OFFICE, {"on_notice"}),
    "follow": (OFFICE | {"reviewer", "tied"}, EVERY),
}
APPLICATION = {
    "judge_eligible": (OFFICE, {"submitted"}),
    "give_back": (OFFICE, {"submitted"}),
    "judge_ineligible": (OFFICE, {"submitted", "returned", "eligible"}),
    "confirm_need": (OFFICE, {"eligible"}),
    "take_back": (OFFICE, {"returned", "ineligible", "eligible", "need_checked"}),
    "score": ({"reviewer"}, {"reviewing"}),
    "object": (NEIGHBOURS, {"on_notice", "declined"}),
}
REVIEWER = {
    "declare": {"reviewer"},
    "declare_tie": OFFICE | {"reviewer"},
    "end_reviewer": OFFICE | {"reviewer"},
}
OBJECTION = {
    "answer": (OFFICE, {"raised", "rejected"}),
    "withdraw_objection": ({"lead"}, {"raised"}),
}


def people(world: Reviewing) -> dict[str, Visitor]:
    made: dict[str, Visitor] = {"worker": world.worker, "director": world.director, "lead": world.lead(0)}
    made |= {"reviewer": world.reviewers[0], "tied": world.reviewers[1]}
    return made | {name: make_visitor(Role(name), world.here) for name in NAMES if name not in made}


def copies(thing: Any, states: type[Any]) -> list[Any]:
    made = []
    for state in states:
        copy = type(thing).objects.get(pk=thing.pk)
        copy.state = state
        made.append(copy)
    return made


def differing(
    door: Door[Any], things: list[Any], who: dict[str, Visitor], table: dict[str, tuple[set[str], set[str]]]
) -> list[tuple[str, str, str]]:
    assert set(door.needs) == set(table)
    wrong = []
    for name, user in who.items():
        roles = door.roles(user, things[0])
        for thing in things:
            for action, (may, states) in table.items():
                can = bool(door.needs[action].roles & roles) and door.fits(action, thing)
                if can != (name in may and str(thing.state) in states):
                    wrong.append((str(thing.state), name, action))
    return wrong


def test_who_may_do_what_in_the_review_of_a_round() -> None:
    world = make_scoring()
    services.declare_tie(world.reviewers[1], world.reviewer(1).pk, world.applications[0], "邻居")
    who = people(world)

    assert differing(CALLS, copies(world.call, CallState), who, CALL) == []
    assert differing(APPLICATIONS, copies(world.applications[0], ApplicationState), who, APPLICATION) == []
    row = world.reviewer(0)
    found = {
        action: {name for name, user in who.items() if REVIEWERS.entitled(user, action, row)}
        for action in REVIEWERS.needs
    }
    assert found == REVIEWER


def test_who_answers_and_withdraws_an_objection() -> None:
    world = make_on_notice()
    made = services.object_to(world.lead(0), world.applications[1].pk, "分数算错了")

    assert differing(OBJECTIONS, copies(made, ObjectionState), people(world), OBJECTION) == []


def test_of_the_own_application_nobody_is_the_office() -> None:
    world = make_on_notice()
    application = Application.objects.get(pk=world.applications[0].pk)
    made = Objection.objects.create(application=application, text="x", by=world.resident)
    assert not OBJECTIONS.entitled(world.lead(0), "answer", made)
    assert Call.objects.filter(pk=world.pk).exists()

"""The tables of applying/permissions.py a second time, written by hand, and tried in every state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.actions.doors import Door
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.funds.applying.permissions import ACTIVITIES, APPLICATIONS, CALLS, CO_APPLICANTS, LINES
from portal.funds.models import Reviewer
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from tests.factories import make_visitor, person_of
from tests.funds.factories_applying import Applying, ask, fresh, make_round, make_written

pytestmark = pytest.mark.django_db

APPLICANTS = {"lead", "together"}
COMMITTEE = {"director", "worker"}
OFFICE = COMMITTEE | {"officer"}
WRITABLE = {"draft", "returned"}
UNDECIDED = WRITABLE | {
    "submitted",
    "eligible",
    "need_checked",
    "reviewing",
    "shortlisted",
    "on_notice",
    "voting",
}
ALL = {state.value for state in ApplicationState}
OTHERS = (
    "visitor",
    "account",
    "owner",
    "building_head",
    "property",
    "party",
    "oversight",
    "officer",
    "auditor",
)
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "call": {
        "apply": (
            {"lead", "together", "asked", "neighbour", "reviewer", "unsaid", "owner", "building_head"},
            {"open"},
        ),
        "take_in": (COMMITTEE, {"open"}),
    },
    "application": {
        "write": (APPLICANTS, WRITABLE),
        "hand_in": (APPLICANTS, WRITABLE),
        "add_activity": (APPLICANTS, WRITABLE),
        "add_line": (APPLICANTS, WRITABLE),
        "ask_neighbour": (APPLICANTS, WRITABLE),
        "withdraw": (APPLICANTS, UNDECIDED),
        "papers": (APPLICANTS | OFFICE | {"reviewer", "auditor"}, ALL),
    },
    "line": {"change": (APPLICANTS, WRITABLE), "remove": (APPLICANTS, WRITABLE)},
    "activity": {"change": (APPLICANTS, WRITABLE), "remove": (APPLICANTS, WRITABLE)},
    "asked": {
        "agree": ({"asked"}, WRITABLE),
        "decline": ({"asked"}, WRITABLE),
        "sign_paper": (set(), WRITABLE),
        "take_back": (APPLICANTS, WRITABLE),
    },
    # Written down by the desk for somebody without a phone.
    "on_paper": {
        "write": (APPLICANTS | COMMITTEE, WRITABLE),
        "hand_in": (APPLICANTS | COMMITTEE, WRITABLE),
        "add_activity": (APPLICANTS | COMMITTEE, WRITABLE),
        "add_line": (APPLICANTS | COMMITTEE, WRITABLE),
        "ask_neighbour": (APPLICANTS | COMMITTEE, WRITABLE),
        "withdraw": (APPLICANTS | COMMITTEE, UNDECIDED),
        "papers": (APPLICANTS | OFFICE | {"reviewer", "auditor"}, ALL),
    },
}
DOORS: dict[str, Door[Any]] = {
    "call": CALLS,
    "application": APPLICATIONS,
    "line": LINES,
    "activity": ACTIVITIES,
    "asked": CO_APPLICANTS,
    "on_paper": APPLICATIONS,
}


def people(world: Applying) -> dict[str, Visitor]:
    named: dict[str, Visitor] = {
        "lead": world.lead,
        "together": world.neighbours[0],
        "asked": world.neighbours[2],
        "neighbour": make_visitor(Role.RESIDENT, world.here),
        "reviewer": make_visitor(Role.RESIDENT, world.here),
        # Has not said yet to whom there are ties, and reads nothing before.
        "unsaid": make_visitor(Role.RESIDENT, world.here),
        "director": world.director,
        "worker": world.worker,
    }
    for name, said in (("reviewer", clock.now()), ("unsaid", None)):
        reviewer: Any = named[name]
        Reviewer.objects.create(call=world.call, person=person_of(reviewer), no_ties_at=said)
    return named | {name: make_visitor(Role(name), world.here) for name in OTHERS}


def in_states(world: Applying) -> dict[str, list[tuple[str, Any]]]:
    """Each thing in each of its states, without saving them."""
    draft = make_written(world)
    asked = ask(world, draft, world.neighbours[2])
    rows = {"line": draft.lines.first(), "activity": draft.activities.first(), "asked": asked}
    found: dict[str, list[tuple[str, Any]]] = {
        "call": [
            (state.value, _set(type(world.call).objects.get(pk=world.pk), state)) for state in CallState
        ],
        "application": [(state.value, _set(fresh(draft), state)) for state in ApplicationState],
        "on_paper": [],
    }
    for state in ApplicationState:
        paper = _set(fresh(draft), state)
        paper.entered_by = person_of(world.worker)
        found["on_paper"].append((state.value, paper))
    for name, row in rows.items():
        assert row is not None
        found[name] = []
        for state in ApplicationState:
            again = type(row).objects.get(pk=row.pk)
            again.application = _set(fresh(draft), state)
            found[name].append((state.value, again))
    return found


def test_each_role_does_in_each_state_what_the_table_says() -> None:
    world = make_round()
    things, who = in_states(world), people(world)
    wrong = []
    for kind, verbs in TABLE.items():
        assert set(verbs) == set(DOORS[kind].needs)
        for state, thing in things[kind]:
            for name, user in who.items():
                allowed = set(DOORS[kind].allowed(user, thing))
                said = {verb for verb, (roles, states) in verbs.items() if name in roles and state in states}
                if allowed != said:
                    wrong.append(f"{kind} {state} {name}: {sorted(allowed ^ said)}")
    assert wrong == []


def _set(thing: Any, state: Any) -> Any:
    thing.state = state.value
    return thing

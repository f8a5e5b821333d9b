"""The tables of funds, their money and rounds a second time, by hand, tried through every door in every state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.actions.doors import Door
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.funds.calls.permissions import CALLS, FUNDS, LINES, PLACE, SOURCES
from portal.funds.models import Call, Fund
from portal.funds.states import CallState
from portal.kit import clock
from tests.factories import make_visitor
from tests.funds.factories import Funding, make_call, make_fund, make_source

pytestmark = pytest.mark.django_db

COMMITTEE, DIRECTOR, OFFICE = {"worker", "director"}, {"director"}, {"worker", "director", "officer"}
READERS = OFFICE | {"resident", "owner", "delegate", "auditor", "oversight", "party"}
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
BOTH = {"open", "closed"}
# action → who may, in which states.
FUND = {
    "edit_fund": (COMMITTEE, {"open"}),
    "add_source": (COMMITTEE, {"open"}),
    "write_call": (COMMITTEE, {"open"}),
    "wind_up": (DIRECTOR, {"open"}),
    "reopen": (DIRECTOR, {"closed"}),
    "office": (OFFICE, BOTH),
}
SOURCE = {
    "receive": COMMITTEE,
    "spend": COMMITTEE,
    "edit_source": COMMITTEE,
    "end_source": COMMITTEE,
    "resume_source": COMMITTEE,
}
LINE = {"correct": COMMITTEE, "reverse": COMMITTEE, "papers": READERS}
CALL = {
    "edit": (COMMITTEE, {"draft", "open"}),
    "choose_rules": (COMMITTEE, {"draft", "open"}),
    "weigh": (COMMITTEE, {"draft", "open"}),
    "plan": (COMMITTEE, {"draft", "open"}),
    "sort_costs": (COMMITTEE, {"draft", "open"}),
    "open_call": (DIRECTOR, {"draft"}),
    "copy": (COMMITTEE, EVERY),
    "close_call": (COMMITTEE, {"decided"}),
    "cancel_call": (DIRECTOR, {"draft", "open", "reviewing"}),
}


def people(funding: Funding) -> dict[str, Visitor]:
    named: dict[str, Visitor] = {"worker": funding.worker, "director": funding.director}
    return named | {name: make_visitor(Role(name), funding.here) for name in NAMES if name not in named}


def differing(
    door: Door[Any], things: list[Any], who: dict[str, Visitor], table: dict[str, tuple[set[str], set[str]]]
) -> list[tuple[str, str, str]]:
    assert set(door.needs) == set(table)
    return [
        (str(thing.state), name, action)
        for thing in things
        for name, user in who.items()
        for action, (may, states) in table.items()
        if door.may(user, action, thing) != (name in may and str(thing.state) in states)
    ]


def test_who_may_do_what_with_a_fund_and_where_one_is_opened() -> None:
    funding = make_fund()
    closed = Fund.objects.get(pk=funding.fund.pk)
    closed.closed_at = clock.now()
    who = people(funding)

    assert differing(FUNDS, [funding.fund, closed], who, FUND) == []
    assert {name for name, user in who.items() if PLACE.may(user, "open_fund", funding.here)} == COMMITTEE


def test_who_may_do_what_with_a_round_in_which_state() -> None:
    funding = make_fund()
    make_source(funding)
    call = make_call(funding)
    things = []
    for state in CallState:
        copy = Call.objects.get(pk=call.pk)
        copy.state = state
        things.append(copy)

    assert differing(CALLS, things, people(funding), CALL) == []


def test_who_may_do_what_with_a_source_and_a_line() -> None:
    funding = make_fund()
    source = make_source(funding)
    line = funding.fund.book.entries.get()
    who = people(funding)

    for door, thing, table in ((SOURCES, source, SOURCE), (LINES, line, LINE)):
        found = {
            action: {name for name, user in who.items() if door.entitled(user, action, thing)}
            for action in door.needs
        }
        assert found == table

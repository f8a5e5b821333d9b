"""The tables of lists/permissions.py a second time, written by hand, and tried through every door in every state."""

from __future__ import annotations

import pytest

from portal.community.models import Post, Visitor
from portal.community.permissions import Role
from portal.surveys.lists.permissions import DEMANDS, PLACE, SERVICES, SURVEYS
from portal.surveys.models import Demand, Service
from portal.surveys.states import DemandState, SurveyState
from tests.factories import make_visitor
from tests.surveys.factories import Asking
from tests.surveys.list_factories import demand_of, make_listed

pytestmark = pytest.mark.django_db

KEEPS = {"worker", "director"}
OTHERS = (
    "visitor",
    "account",
    "resident",
    "owner",
    "owners_committee",
    "party",
    "oversight",
    "officer",
    "auditor",
)
OPEN, ALL = {"below", "owed"}, {"below", "owed", "in_hand", "done", "not_possible"}
# Action → who may, in which states. The property manager was asked to come.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "answer_topic": (KEEPS, OPEN),
    "raise_topic": (KEEPS, OPEN),
    "answer_service": (KEEPS, OPEN),
    "answer_activity": (KEEPS, OPEN),
    "answer_summons": (KEEPS, OPEN),
    "answer_fund": (KEEPS, OPEN),
    "answer_not_possible": (KEEPS, {"owed", "in_hand"}),
    "report_done": (KEEPS, {"in_hand"}),
    "move": (KEEPS, {"in_hand"}),
    "appear": ({"property"}, {"in_hand"}),
    "correct": (KEEPS, {"in_hand", "done", "not_possible"}),
    "reconsider": (KEEPS, {"in_hand", "not_possible"}),
    "reopen": (KEEPS, {"done"}),
    "match": (KEEPS, ALL),
    "unmatch": (KEEPS, ALL),
}


def people(asking: Asking) -> dict[str, Visitor]:
    named: dict[str, Visitor] = {"worker": asking.worker, "director": asking.director}
    return named | {name: make_visitor(Role(name), asking.here) for name in (*OTHERS, "property")}


def test_demands_are_opened_to_whom_and_when_the_table_says() -> None:
    asking = make_listed()
    known, wrong = people(asking), []
    found = demand_of(asking, "canteen")

    for state in DemandState:
        demand = Demand.objects.get(pk=found.pk)
        demand.state, demand.summoned = state, Post.PROPERTY
        for name, visitor in known.items():
            may = {action for action, (who, states) in TABLE.items() if name in who and state in states}
            if set(DEMANDS.allowed(visitor, demand)) != may:
                wrong.append((state, name, may ^ set(DEMANDS.allowed(visitor, demand))))

    assert set(TABLE) == set(DEMANDS.needs)
    assert wrong == []


def test_lists_services_and_the_profile_are_kept_by_the_committee() -> None:
    asking = make_listed()
    service = Service(neighbourhood=asking.here, title="送餐", provider="食堂")
    wrong: list[tuple[str, str]] = []

    for name, visitor in people(asking).items():
        keeps = name in KEEPS
        for state in SurveyState:
            asking.survey.state = state
            if SURVEYS.may(visitor, "list_demands", asking.survey) != (
                keeps and state == SurveyState.PUBLISHED
            ):
                wrong.append((name, state))
        if set(SERVICES.allowed(visitor, service)) != (
            {"edit", "count", "end", "put_back"} if keeps else set()
        ):
            wrong.append((name, "service"))
        if set(PLACE.allowed(visitor, asking.here)) != ({"add", "enter"} if keeps else set()):
            wrong.append((name, "place"))

    assert wrong == []

"""The tables of paper a second time, written by hand, and tried through both doors in every state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.community.permissions import Role
from portal.kit import clock
from portal.surveys.models import Channel, PaperEntry
from portal.surveys.paper.permissions import ENTRIES, PAPERS
from portal.surveys.states import PaperState, SurveyState
from tests.factories import make_user
from tests.surveys.factories import make_survey

pytestmark = pytest.mark.django_db
COMMITTEE = {"worker", "director"}
TAKES = {"open", "paused", "closed"}
PRINTED = {
    "open",
    "paused",
    "closed",
    "cleaned",
    "analysed",
    "published",
    "lists_updated",
    "responded",
    "archived",
}
# action → in which states the committee may; nobody else ever.
SURVEY = {
    "see": set(SurveyState.values),
    "print": PRINTED,
    "print_letters": TAKES,
    "enter": TAKES,
    "take_call": TAKES,
    "move_mark": TAKES,
    "drop_mark": TAKES,
}
ENTRY = {
    "look": set(PaperState.values),
    "read": {"begun"},
    "confirm": {"entered"},
    "compare": {"differs"},
    "count": {"entered"},
    "reopen": {"entered"},
    "withdraw": {"begun", "entered", "differs"},
    "correct": {"settled"},
    "move": {"settled"},
    "swap": {"settled"},
    "leave_out": {"settled"},
    "redo": {"settled"},
}
PEOPLE = ("resident", "owner", "building_head", "property", "worker", "director", "officer", "auditor")


def moments(state: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "begun": {},
        "entered": {"first_at": now},
        "differs": {"first_at": now, "second_at": now},
        "settled": {"settled_at": now},
        "withdrawn": {"withdrawn_at": now},
    }[state]


def test_only_the_committee_prints_and_enters_and_only_while_answers_may_come_in() -> None:
    asking = make_survey()
    people = {name: make_user(Role(name), neighbourhood=asking.here) for name in PEOPLE}
    assert set(SURVEY) == set(PAPERS.needs)

    wrong = []
    for state in SurveyState.values:
        asking.survey.state = state
        for name, user in people.items():
            for action, states in SURVEY.items():
                expected = name in COMMITTEE and state in states
                if PAPERS.may(user, action, asking.survey) != expected:
                    wrong.append((name, action, state))
    assert wrong == []


def test_an_entry_goes_on_by_the_committee_alone_and_only_from_where_it_stands() -> None:
    asking = make_survey()
    people = {name: make_user(Role(name), neighbourhood=asking.here) for name in PEOPLE}
    assert set(ENTRY) == set(ENTRIES.needs)

    wrong = []
    for state in PaperState.values:
        entry = PaperEntry(survey=asking.survey, number=1, channel=Channel.PAPER, **moments(state))
        for name, user in people.items():
            for action, states in ENTRY.items():
                expected = name in COMMITTEE and state in states
                if ENTRIES.may(user, action, entry) != expected:
                    wrong.append((name, action, state))
    assert wrong == []

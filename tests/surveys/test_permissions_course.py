"""The tables of the course a second time, written by hand, and tried through every door in every state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.actions.doors import Door
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.kit import clock
from portal.surveys.course.permissions import RESPONSES, SURVEYS, WAVES
from portal.surveys.models import Survey, Wave
from portal.surveys.states import ResponseState, SurveyState
from tests.factories import make_neighbourhood, make_subdistrict, make_user, make_visitor, person_of
from tests.surveys.factories import Asking, hand_in, make_survey

pytestmark = pytest.mark.django_db

COMMITTEE, OFFICE = {"worker", "director"}, {"worker", "director", "officer"}
BEFORE, RUNNING = {"draft", "approved", "piloted"}, {"open", "paused"}
EVERY = set(SurveyState.values)
NAMES = (
    "visitor",
    "account",
    "resident",
    "owner",
    "building_head",
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
# action → who may, in which states. The officer convenes a survey of a wave alone: `convenes`.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "settings": (COMMITTEE, {"draft"}),
    "approve": ({"director"}, {"draft"}),
    "redraft": (COMMITTEE, {"approved", "piloted"}),
    "pilot": (COMMITTEE, {"approved"}),
    "open": (COMMITTEE, {"approved", "piloted"}),
    "remind": (COMMITTEE, {"open"}),
    "mark": (COMMITTEE, RUNNING | {"closed"}),
    "add": (COMMITTEE, RUNNING),
    "extend": (COMMITTEE, RUNNING),
    "pause": ({"director"}, {"open"}),
    "resume": ({"director"}, {"paused"}),
    "close": ({"director"}, RUNNING),
    "reopen": ({"director"}, {"closed"}),
    "look": (COMMITTEE, {"closed"}),
    "clean": (COMMITTEE, {"closed"}),
    "check_again": (COMMITTEE, {"cleaned"}),
    "analyse": (COMMITTEE, {"cleaned"}),
    "count_again": (COMMITTEE, {"analysed"}),
    "archive": ({"director"}, {"responded", "published"}),
    "cancel": ({"director"}, BEFORE | RUNNING),
    "progress": (OFFICE, EVERY),
    "units": (COMMITTEE, RUNNING | {"closed"}),
    "odd": (COMMITTEE, {"closed", "cleaned"}),
}
CONVENES = {"approve", "cancel"}
RESPONSE = {
    "read": (COMMITTEE, {"draft", "handed_in", "removed"}),
    "remove": (COMMITTEE, {"handed_in"}),
    "put_back": (COMMITTEE, {"removed"}),
}
WAVE = {
    "read": (OFFICE, {"open", "closed"}),
    "join": (COMMITTEE, {"open"}),
    "end": ({"officer"}, {"open"}),
    "resume": ({"officer"}, {"closed"}),
}


def people(world: Asking) -> dict[str, Visitor]:
    named: dict[str, Visitor] = {"worker": world.worker, "director": world.director}
    return named | {name: make_visitor(Role(name), world.here) for name in NAMES if name not in named}


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


def in_state(survey: Survey, state: SurveyState) -> Survey:
    copy = Survey.objects.get(pk=survey.pk)
    copy.state = state
    return copy


def test_who_may_do_what_with_a_survey_in_which_state() -> None:
    world = make_survey()
    states = [in_state(world.survey, state) for state in SurveyState]

    assert differing(SURVEYS, states, people(world), TABLE) == []


def test_of_a_wave_the_officer_approves_and_calls_off_too() -> None:
    world = make_survey(make_neighbourhood(parent=make_subdistrict()))
    officer = make_user(Role.OFFICER, neighbourhood=world.here)
    Wave.objects.create(
        area=world.here.get_parent(), title="街道统一问卷", pattern=world.survey, called_by=person_of(officer)
    )
    table = {
        name: (may | ({"officer"} if name in CONVENES else set()), at) for name, (may, at) in TABLE.items()
    }
    states = [in_state(world.survey, state) for state in SurveyState]

    assert differing(SURVEYS, states, {"officer": officer}, table) == []


def test_who_may_judge_an_answer() -> None:
    world = make_survey(state=SurveyState.CLOSED)
    made = hand_in(world.survey, {"age": "60-"})
    answers = []
    for state in ResponseState:
        copy = type(made).objects.get(pk=made.pk)
        copy.state = state
        answers.append(copy)

    assert differing(RESPONSES, answers, people(world), RESPONSE) == []


def test_who_may_do_what_with_a_wave() -> None:
    world = make_survey(make_neighbourhood(parent=make_subdistrict()))
    area = world.here.get_parent()
    officer = make_user(Role.OFFICER, neighbourhood=area)
    made = Wave.objects.create(
        area=area, title="街道统一问卷", pattern=world.survey, called_by=person_of(officer)
    )
    closed = Wave.objects.get(pk=made.pk)
    closed.closed_at = clock.now()

    assert differing(WAVES, [made, closed], people(world) | {"officer": officer}, WAVE) == []


def test_an_officer_of_one_neighbourhood_does_not_end_the_wave_of_the_subdistrict() -> None:
    world = make_survey(make_neighbourhood(parent=make_subdistrict()))
    near = make_user(Role.OFFICER, neighbourhood=world.here)
    made = Wave.objects.create(
        area=world.here.get_parent(), title="街道统一问卷", pattern=world.survey, called_by=person_of(near)
    )

    assert WAVES.may(near, "read", made)
    assert not WAVES.may(near, "end", made)

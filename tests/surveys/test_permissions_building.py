"""The tables of writing a questionnaire a second time, written by hand, and tried through every door in every state."""

from __future__ import annotations

import pytest

from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.surveys.building.actions import QUESTION_ACTIONS, SECTION_ACTIONS, SURVEY_ACTIONS
from portal.surveys.building.permissions import BUILDS, QUESTIONS, SECTIONS
from portal.surveys.models import Question, Survey
from portal.surveys.states import SurveyState
from tests.factories import make_visitor
from tests.surveys.factories import make_survey

pytestmark = pytest.mark.django_db

COMMITTEE, OFFICE = {"worker", "director"}, {"worker", "director", "officer"}
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
SURVEY: dict[str, tuple[set[str], set[str]]] = {
    "build": (OFFICE, EVERY),
    "add_question": (COMMITTEE, {"draft"}),
    "add_section": (COMMITTEE, {"draft"}),
    "choose": (COMMITTEE, {"draft"}),
    "lay_ready": (COMMITTEE, {"draft"}),
    "copy_last": (COMMITTEE, {"draft"}),
    "undo": (COMMITTEE, {"draft"}),
    "redo": (COMMITTEE, {"draft"}),
}
SECTION = {"edit_section", "section_up", "section_down", "remove_section"}
QUESTION = {"edit_question", "condition", "up", "down", "remove_question"}


def test_who_may_write_a_questionnaire_and_when() -> None:
    made = make_survey(state=SurveyState.DRAFT, homes=1)
    people: dict[str, Visitor] = {"worker": made.worker, "director": made.director}
    people |= {name: make_visitor(Role(name), made.here) for name in NAMES if name not in people}
    assert set(BUILDS.needs) == set(SURVEY)
    wrong = []
    for state in SurveyState:
        survey = Survey.objects.get(pk=made.pk)
        survey.state = state
        for name, user in people.items():
            for action, (who, states) in SURVEY.items():
                if BUILDS.may(user, action, survey) != (name in who and state.value in states):
                    wrong.append((state.value, name, action))
    assert wrong == []
    section, question = made.survey.sections.first(), Question.objects.filter(survey=made.pk).first()
    for name, user in people.items():
        allowed = (set(SECTIONS.allowed(user, section)), set(QUESTIONS.allowed(user, question)))
        assert allowed == ((SECTION, QUESTION) if name in COMMITTEE else (set(), set()))


def test_parts_of_what_stands_are_offered_to_nobody() -> None:
    made = make_survey(state=SurveyState.APPROVED, homes=1)
    section, question = made.survey.sections.first(), Question.objects.filter(survey=made.pk).first()
    things = [(SECTION_ACTIONS, section), (QUESTION_ACTIONS, question), (SURVEY_ACTIONS, made.survey)]
    for actions, thing in things:
        assert not [name for name, action in actions.items() if action.ready(thing, made.worker)]

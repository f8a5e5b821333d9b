"""Wherever a survey goes, what is owed about it is what its state asks for, and no more."""

from __future__ import annotations

import random

import pytest

from portal.duties.models import Duty
from portal.kit import clock
from portal.record.services import key
from portal.surveys.course import promises
from portal.surveys.models import Survey
from portal.surveys.states import SURVEY, SurveyState
from tests.examples import ALL
from tests.surveys.factories import make_survey

pytestmark = pytest.mark.django_db

# By hand: what is owed next in each state. Nothing is owed before it opens, when all is answered, or once called off.
OWED = {
    "open": "survey.clean",
    "paused": "survey.clean",
    "closed": "survey.clean",
    "cleaned": "survey.publish",
    "analysed": "survey.publish",
    "published": "survey.list",
    "lists_updated": "survey.respond",
}


def owed(survey: Survey) -> list[str]:
    about = Duty.objects.active().filter(subject=key(survey), kind__startswith="survey.")
    return list(about.values_list("kind", flat=True))


@pytest.mark.parametrize("seed", range(20) if ALL else range(3))
def test_in_each_state_exactly_the_next_step_is_owed(seed: int) -> None:
    survey = make_survey(state=SurveyState.DRAFT).survey
    drawn = random.Random(seed)

    wrong, way = [], ["draft"]
    while (further := sorted(SURVEY.next[SurveyState(survey.state)])) and len(way) < 40:
        # To its end sooner or later: called off only where nothing else is left.
        going = [state for state in further if state != SurveyState.CANCELLED] or further
        survey.state = drawn.choice(going if drawn.random() < 0.95 else further)
        survey.state_since = clock.now()
        survey.save()
        way.append(survey.state)
        for _again in range(drawn.choice([1, 2])):
            promises.follow(survey)
        expected = [OWED[survey.state]] if survey.state in OWED else []
        if owed(survey) != expected:
            wrong.append((tuple(way), owed(survey), expected))
    assert len(way) > 2
    assert wrong == []

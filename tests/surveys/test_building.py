"""A questionnaire is laid out, changed, taken back and frozen."""

from __future__ import annotations

import pytest

from portal.surveys.building import asjson
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState
from tests.surveys.factories import make_survey

pytestmark = pytest.mark.django_db


def test_read_into_another_survey_gives_the_same_definition() -> None:
    made = make_survey(state=SurveyState.DRAFT)
    data = asjson.definition_json(made.survey)
    other = Survey.objects.create(neighbourhood=made.here, title="x", created_by=made.survey.created_by)
    asjson.read_into(other, data, made.worker)
    assert asjson.definition_json(other) == data
    assert asjson.fingerprint(other) == asjson.fingerprint(made.survey)

"""What of an answer is counted."""

from __future__ import annotations

import pytest

from portal.surveys.definition import definition_of
from portal.surveys.models import Answer, DemandItem, OpenAnswer, Question, SingleChoice
from tests.surveys.factories import hand_in, make_survey

pytestmark = pytest.mark.django_db


def test_every_question_is_read_as_its_own_kind_from_one_table() -> None:
    survey = make_survey().survey

    kinds = {question.key: type(question) for question in definition_of(survey).questions}

    assert kinds["age"] is SingleChoice
    assert kinds["canteen"] is DemandItem
    assert {question.kind for question in Question.objects.filter(survey=survey)} == {
        "single", "multiple", "scale", "matrix", "ranking", "number", "date", "short_text", "long_text", "demand"
    }  # fmt: skip


def test_what_was_not_shown_is_neither_kept_nor_counted() -> None:
    survey = make_survey().survey

    response = hand_in(survey, {"age": "60-", "elders": "no", "help": ["meals"], "order": ["light", "ramp"]})

    rows = Answer.objects.filter(response=response)
    assert "help" not in response.values
    assert not rows.filter(question__key="help").exists()
    assert rows.filter(question__key="canteen", base=True, option=None).count() == 1
    assert list(
        rows.filter(question__key="order", base=False).order_by("number").values_list("option__key", "number")
    ) == [
        ("light", 1),
        ("ramp", 2),
    ]


def test_a_text_stands_with_its_question() -> None:
    survey = make_survey().survey

    hand_in(survey, {"age": "60-", "elders": "no", "wish": "多放长椅"})

    assert OpenAnswer.objects.get(survey=survey).question.key == "wish"

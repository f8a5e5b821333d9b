"""Weights by age and tenure: by hand, as a property, and as they are written down."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.surveys.models import Response, Survey
from portal.surveys.results import raking, weighting
from portal.surveys.results.payload import payload_of
from portal.surveys.states import SurveyState
from tests.surveys.crowd import answer_all
from tests.surveys.factories import make_survey


def test_one_margin_is_fitted_as_reckoned_by_hand() -> None:
    # 40 young and 60 old answered; half of those who live here are young: 50/40 and 50/60.
    raked = raking.rake([[20, 20], [30, 30]], [1, 1], [1, 1])

    assert raked.weights[:, 0].round(4).tolist() == [1.25, 0.8333]
    assert raked.close
    # (100)² ÷ (40 × 1.25² + 60 × 0.8333²)
    assert round(raked.effective, 1) == 96.0


def test_weights_are_capped_and_it_is_said_that_the_margins_are_missed() -> None:
    raked = raking.rake([[1, 1], [99, 99]], [1, 1], [1, 1])

    assert raked.weights.max() == raking.HIGHEST
    assert not raked.close


def test_a_group_that_lives_here_and_did_not_answer_cannot_be_weighted() -> None:
    with pytest.raises(ValueError, match="gave no answer"):
        raking.rake([[0, 0], [9, 9]], [1, 1], [1, 1])


@given(
    st.lists(st.lists(st.integers(5, 60), min_size=2, max_size=2), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_both_margins_are_held_wherever_no_weight_was_capped(counts: list[list[int]], dice: Any) -> None:
    rows, columns = [dice.uniform(0.8, 1.2) for _row in counts], [dice.uniform(0.8, 1.2) for _column in "ab"]
    sizes = np.asarray(counts)
    wanted = sizes.sum(axis=1) * rows
    tenures = sizes.sum(axis=0) * columns

    raked = raking.rake(counts, wanted.tolist(), tenures.tolist())

    weighed = raked.weights * sizes
    assert raking.LOWEST <= raked.weights.min() <= raked.weights.max() <= raking.HIGHEST
    assert raked.effective <= sizes.sum() + 1e-6
    if raked.close:
        assert np.allclose(weighed.sum(axis=1) / weighed.sum(), wanted / wanted.sum(), atol=1e-5)
        assert np.allclose(weighed.sum(axis=0) / weighed.sum(), tenures / tenures.sum(), atol=1e-5)


def _survey(people: int, margins: dict[str, Any]) -> Survey:
    survey = make_survey(state=SurveyState.CLEANED).survey
    dice = random.Random(3)
    answer_all(
        survey,
        [
            {
                "age": dice.choices(["18-44", "45-59", "60-"], [2, 3, 5])[0],
                "tenure": dice.choice(["owner", "tenant"]),
                "elders": "yes" if at % 2 else "no",
            }
            for at in range(people)
        ],
    )
    survey.margins = margins
    survey.save(update_fields=["margins"])
    return survey


MARGINS = {"age": {"18-44": 300, "45-59": 300, "60-": 400}, "tenure": {"owner": 500, "tenant": 500}}


@pytest.mark.django_db
def test_weights_are_written_down_in_thousandths_and_shown_with_the_effective_number() -> None:
    survey = _survey(400, MARGINS)

    assert weighting.weigh(survey) == ""

    weights = weighting.weights_of(survey)
    assert 1 < len(weights) <= 6
    assert abs(sum(weight * times for weight, times in weights) - 400_000) < 400
    told = payload_of(survey)
    elders = next(question for question in told["questions"] if question["key"] == "elders")
    assert (told["n"], told["weighted"], elders["weighted"]) == (400, True, 5)
    assert told["effective_n"] < 400
    assert sum(option["percent"] for option in elders["options"]) == 100
    assert sum(option["count"] for option in elders["options"]) == 400


@pytest.mark.django_db
def test_without_margins_nothing_is_weighted_and_it_is_said_why() -> None:
    survey = _survey(40, {})

    assert weighting.weigh(survey)
    assert set(Response.objects.values_list("weight", flat=True)) == {1000}


def test_a_weighted_share_is_not_told_where_it_gives_away_who_answered() -> None:
    # 100 answers of weight 0.5 and 100 of 1.5: a share to the percent tells how many of the 40 were of which.
    weights = [(500, 100), (1500, 100)]

    assert not raking.blurred(weights, 40, 200_000, (2 * 20 - 1, 2 * 20 + 1), 10)
    assert raking.blurred(weights, 40, 200_000, (2 * 20 - 5, 2 * 20 + 5), 10)

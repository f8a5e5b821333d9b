"""The code on the letter of a survey."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import serializers
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.codes import ALPHABET, Codes
from portal.surveys.models import FrameUnit, Survey
from portal.surveys.paper import codes
from portal.surveys.states import SurveyState
from tests.surveys.factories import make_survey

SALTS = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(salt=SALTS, key=st.integers(1, 10**9), purpose=st.sampled_from(["survey", "invitation"]))
def test_a_code_is_known_however_it_is_typed_and_under_no_other_key_salt_or_purpose(
    salt: str, key: int, purpose: str
) -> None:
    own = Codes(purpose)

    code = own.made_of(salt, key)

    assert set(code) - {"-"} <= set(ALPHABET)
    kept = own.hashes(code)[0]
    for typed in (code.lower(), code.replace("-", " "), code.translate({45: "－"})):
        assert kept in own.hashes(typed)
    assert own.found_again(salt, key, kept) == code
    assert own.found_again(salt, key + 1, kept) == ""
    assert kept not in Codes("another").hashes(code)


@pytest.mark.django_db
def test_codes_are_made_once_lead_to_their_units_and_can_be_printed_again() -> None:
    asking = make_survey()
    assert codes.mint(asking.survey) == 3
    units = list(FrameUnit.objects.select_related("survey"))
    printed = [codes.code_of(unit) for unit in units]

    assert codes.mint(Survey.objects.get(pk=asking.pk)) == 0

    again = [codes.code_of(unit) for unit in FrameUnit.objects.select_related("survey")]
    assert (again, len(set(printed))) == (printed, 3)
    assert [codes.unit_of(code, asking.here) for code in printed] == units
    assert codes.unit_of(printed[0], make_survey().here) is None


@pytest.mark.django_db
def test_a_unit_that_comes_later_gets_a_code_and_the_printed_ones_stay() -> None:
    asking = make_survey()
    codes.mint(asking.survey)
    first = FrameUnit.objects.select_related("survey").get(survey=asking.survey, number=1)
    printed = codes.code_of(first)
    FrameUnit.objects.filter(survey=asking.survey, number=2).update(code_hash="")

    assert codes.mint(asking.survey) == 1

    assert codes.code_of(FrameUnit.objects.select_related("survey").get(pk=first.pk)) == printed


@pytest.mark.django_db
def test_the_database_alone_never_tells_a_code_and_another_secret_makes_others(settings: Any) -> None:
    asking = make_survey()
    codes.mint(asking.survey)
    unit = FrameUnit.objects.select_related("survey").get(survey=asking.survey, number=1)
    code, old = codes.code_of(unit), settings.SECRET_KEY

    kept = serializers.serialize("json", [*Survey.objects.all(), *FrameUnit.objects.all()])
    assert code not in kept
    settings.SECRET_KEY = "another secret key that nobody knows, long enough"
    assert (codes.code_of(unit), codes.unit_of(code)) == ("", None)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert (codes.code_of(unit), codes.unit_of(code)) == (code, unit)


@pytest.mark.django_db
def test_a_code_of_a_survey_that_takes_no_answers_any_more_is_like_a_wrong_one() -> None:
    asking = make_survey()
    codes.mint(asking.survey)
    code = codes.code_of(FrameUnit.objects.select_related("survey").get(survey=asking.survey, number=1))

    Survey.objects.filter(pk=asking.pk).update(state=SurveyState.CLEANED)

    assert codes.unit_of(code) is None

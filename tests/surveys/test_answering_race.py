"""Many hand in for one unit at once: one response."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.surveys.answering import services
from portal.surveys.answering.services import HandedInAlready
from portal.surveys.models import Answer, Mode, Response
from portal.surveys.states import ResponseState
from tests.concurrency import at_once
from tests.surveys.factories import make_survey

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 20


@pytest.mark.parametrize("mode", list(Mode))
def test_twenty_at_once_hand_in_once(mode: Mode) -> None:
    asking = make_survey(mode=mode)
    draft = services.begin(asking.resident, asking.pk)
    services.save(draft, {"age": "60-", "elders": "no"})
    submission = uuid4()

    outcome = at_once(AT_ONCE, lambda: services.hand_in(draft, submission).pk)

    assert len(outcome.results) + len(outcome.errors) == AT_ONCE
    assert all(isinstance(error, HandedInAlready) for error in outcome.errors)
    assert len(outcome.errors) == (0 if mode is Mode.NAMED else AT_ONCE - 1)
    handed = Response.objects.get(survey=asking.survey)
    assert handed.state == ResponseState.HANDED_IN
    assert Answer.objects.filter(question__key="age", base=True, survey=asking.survey).count() == 1


def test_twenty_at_once_begin_one_draft() -> None:
    asking = make_survey(mode=Mode.NAMED)

    outcome = at_once(AT_ONCE, lambda: services.begin(asking.resident, asking.pk).pk)

    assert not outcome.errors
    assert len(set(outcome.results)) == 1


def test_twenty_at_once_save_and_nothing_is_lost() -> None:
    asking = make_survey()
    draft = services.begin(asking.resident, asking.pk)
    keys = ("age", "tenure", "elders", "clean", "people", "wish")
    values = dict(zip(keys, ("60-", "owner", "no", "4", "3", "一"), strict=True))

    outcome = at_once(
        len(keys), lambda number: services.save(draft, {keys[number]: values[keys[number]]}), numbered=True
    )

    assert not outcome.errors
    found = Response.objects.get(pk=draft.pk)
    assert (set(found.values), found.edition) == (set(keys), len(keys))

"""Random answers, kept and taken back: a survey is answered if and only if no demand of it waits for an answer."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import Post
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.surveys.lists import answering, jobs, services
from portal.surveys.models import Reply
from portal.surveys.states import DemandState, SurveyState
from tests.conventions.factories import undone
from tests.examples import examples
from tests.surveys.factories import Asking
from tests.surveys.list_factories import NEEDS, make_listed, publish, rows

pytestmark = pytest.mark.django_db

VERBS = ("fund", "refuse", "summon", "done", "move", "reconsider", "reopen", "correct", "publish")
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 60)), min_size=1, max_size=12
)


def do(asking: Asking, verb: str, place: int, number: int) -> None:
    day = clock.today() + timedelta(days=number + 1)
    worker, text = asking.worker, f"说明{number}"
    if verb == "publish":
        moved = [(name, title, group, (share + number) % 60) for name, title, group, share in NEEDS]
        publish(asking.survey, rows(*moved), why=text)
        jobs.follow_corrections()
        return
    pk = asking.survey.demands.order_by("key")[place].pk
    steps: dict[str, Any] = {
        "fund": lambda: answering.answer(worker, pk, Reply.FUND, text, promised_on=day),
        "refuse": lambda: answering.answer(worker, pk, Reply.NOT_POSSIBLE, text),
        "summon": lambda: answering.answer(
            worker, pk, Reply.SUMMONS, text, promised_on=day, summoned=Post.PROPERTY
        ),
        "done": lambda: answering.report_done(worker, pk, text),
        "move": lambda: answering.move(worker, pk, day, text),
        "reconsider": lambda: answering.reconsider(worker, pk, text),
        "reopen": lambda: answering.reopen(worker, pk, day, text),
        "correct": lambda: answering.correct(worker, pk, text, text),
    }
    steps[verb]()


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_a_survey_is_answered_if_and_only_if_nothing_is_owed(steps: list[tuple[str, int, int]]) -> None:
    with undone():
        asking = make_listed()
        for verb, place, number in steps:
            with suppress(NotPossible):
                do(asking, verb, place, number)
            holds(asking)


def holds(asking: Asking) -> None:
    asking.survey.refresh_from_db()
    demands = list(asking.survey.demands.all())
    owed = [one for one in demands if one.state == DemandState.OWED]
    assert (asking.survey.state == SurveyState.RESPONDED) == (not owed)
    for one in demands:
        kinds = set(Duty.objects.active().about(key(one)).values_list("kind", flat=True))
        promised = one.state == DemandState.IN_HAND
        assert (services.OWED in kinds) == (one.state == DemandState.OWED)
        assert (services.PROMISED in kinds) == promised
        assert (services.SUMMONED in kinds) == (promised and bool(one.summoned))
        assert promised == (one.promised_on is not None and one.state != DemandState.DONE)
        assert one.over or one.state != DemandState.OWED

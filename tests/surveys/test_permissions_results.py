"""The table of results a second time, written by hand, and tried through the door in every state."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.kit import clock
from portal.surveys.models import Survey, Wave
from portal.surveys.results.permissions import RESULTS, WAVE_RESULTS
from portal.surveys.states import SurveyState
from tests.factories import make_neighbourhood, make_subdistrict, make_user
from tests.surveys.crowd import answer_all
from tests.surveys.factories import Asking, make_survey
from tests.surveys.test_permissions_course import COMMITTEE, EVERY, OFFICE, differing, people

pytestmark = pytest.mark.django_db

OUT = {"published", "lists_updated", "responded", "archived"}
TEXTS = OUT | {"closed", "cleaned", "analysed"}
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "margins": (COMMITTEE, {"draft", "approved", "piloted", "open", "paused", "closed", "cleaned"}),
    "publish": (COMMITTEE, {"analysed"}),
    "correct": (COMMITTEE, {"published", "lists_updated", "responded"}),
    "tables": (OFFICE, OUT | {"cleaned", "analysed"}),
    "looks": (OFFICE | {"auditor", "oversight"}, EVERY),
    "open_answers": (OFFICE, TEXTS),
    "group": (COMMITTEE, TEXTS),
    "release": (COMMITTEE, TEXTS),
    "hide": (COMMITTEE, EVERY),
}


def test_who_may_do_what_with_results_in_which_state() -> None:
    world = make_survey()
    surveys = []
    for state in SurveyState:
        survey = Survey.objects.get(pk=world.pk)
        survey.state = state
        surveys.append(survey)

    assert differing(RESULTS, surveys, people(world), TABLE) == []


def test_only_the_officer_of_the_area_publishes_a_closed_wave() -> None:
    area = make_subdistrict()
    world = make_survey(make_neighbourhood(parent=area))
    officer = make_user(post="officer", neighbourhood=area)  # type: ignore[arg-type] - a post by its value
    wave = Wave.objects.create(area=area, title="2026", called_by=world.survey.created_by)

    before = WAVE_RESULTS.may(officer, "publish", wave)
    wave.closed_at = clock.now()

    assert not before
    assert WAVE_RESULTS.may(officer, "publish", wave)
    assert not any(
        WAVE_RESULTS.may(user, "publish", wave) for user in (world.worker, world.director, world.resident)
    )


def _running() -> Asking:
    world = make_survey(state=SurveyState.OPEN)
    answer_all(world.survey, [{"age": "60-", "elders": "yes", "help": ["meals"], "clean": 4}] * 37)
    return world


def test_nothing_counts_up_while_answers_come_in(client: Client) -> None:
    world = _running()
    pages = []
    for user in (None, world.resident, world.worker):
        if user is not None:
            client.force_login(user)
        for path in ("", "results/", "results.json", "tables/?first=age&second=elders", "texts/"):
            pages.append(client.get(f"/surveys/{world.pk}/{path}"))
    client.get(f"/surveys/{world.pk}/counting/publish/")

    # Options are named with their counts nowhere; how many handed in at all may be read.
    told = [page.content.decode() for page in pages if page.status_code == 200]
    assert told
    assert not any("陪诊" in page or "37 (" in page or "100 %" in page for page in told)

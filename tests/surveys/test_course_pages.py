"""The pages of a survey's course: what each reader sees, and that nothing grows with the rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.kit import clock
from portal.surveys.course import promises, services
from portal.surveys.models import Mode, Response, Survey, Wave
from portal.surveys.states import SurveyState
from tests.factories import make_dwelling
from tests.surveys.factories import Asking, hand_in, make_survey
from tests.surveys.test_course import make_wave
from tests.surveys.test_course_quality import make_odd

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, user: Any = None, **query: str) -> str:
    if user is not None:
        client.force_login(user)
    response = client.get(reverse(f"surveys:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_list_shows_the_open_one_to_everybody_and_the_draft_to_the_office(client: Client) -> None:
    world = make_survey()
    draft = make_survey(world.here, state=SurveyState.DRAFT).survey
    Survey.objects.filter(pk=draft.pk).update(title="明年的问卷")

    everybody = page(client, "surveys", world.here.slug)
    office = page(client, "surveys", world.here.slug, user=world.worker)

    assert world.survey.title in everybody
    assert "明年的问卷" not in everybody
    assert "明年的问卷" in office
    assert reverse("surveys:course_place_act", args=[world.here.slug, "call"]) in office


def test_a_wave_is_called_by_its_page(client: Client) -> None:
    former, world, officer, _other = make_wave()
    client.force_login(officer)

    answer = client.post(
        reverse("surveys:course_place_act", args=[world.here.slug, "call-wave"]),
        {"title": "街道再问一次", "area": former.area.pk, "pattern": world.pk},
    )

    assert answer.status_code == 302
    assert Wave.objects.filter(title="街道再问一次").exists()


@pytest.mark.parametrize("state", SurveyState.values)
def test_the_one_page_is_there_in_every_state(client: Client, state: str) -> None:
    world = make_survey(state=SurveyState(state))
    promises.follow(world.survey)

    text = page(client, "survey", world.pk, user=world.director)

    assert world.survey.title in text
    assert 'class="track"' in text


def test_while_it_is_open_the_office_sees_sums_and_neighbours_none(client: Client) -> None:
    world = make_survey()
    hand_in(world.survey, {"age": "60-", "elders": "no", "wish": "多放几把长椅"})
    world.survey.units.filter(number=2).update(handed_in_on=clock.today())

    office = page(client, "survey", world.pk, user=world.worker)
    neighbour = page(client, "survey", world.pk, user=world.resident)

    assert 'id="progress"' in office
    assert "RR1 33 %" in office
    assert 'id="progress"' not in neighbour
    assert "长椅" not in office + neighbour


def test_who_has_handed_in_reads_so_on_top_of_the_page(client: Client) -> None:
    world = make_survey()
    named = make_survey(world.here, mode=Mode.NAMED)
    for survey in (world.survey, named.survey):
        survey.units.update(handed_in_on=clock.today())

    without = page(client, "survey", world.pk, user=world.resident)
    by_name = page(client, "survey", named.pk, user=named.resident)

    assert "已交卷" in without
    assert "已交卷" in by_name


def test_the_committee_notes_what_became_of_asking_on_the_list(client: Client) -> None:
    world = make_survey()
    unit = world.survey.units.get(dwelling=world.home)
    url = reverse("surveys:units", args=[world.pk])
    text = page(client, "units", world.pk, user=world.worker)
    assert str(unit.dwelling) in text

    done = client.post(f"{url}?noted=-", {"disposition": "refused", "units": [unit.pk]})
    wrong = client.post(url, {"disposition": "handed_in", "units": [unit.pk]})

    unit.refresh_from_db()
    assert (done.status_code, done["Location"]) == (302, f"{url}?noted=-")
    assert unit.disposition == "refused"
    assert wrong.status_code == 422
    client.force_login(world.resident)
    assert client.get(url).status_code == 403


def test_the_list_on_paper_holds_those_who_handed_nothing_in(client: Client) -> None:
    world = make_survey()
    world.survey.units.filter(number=2).update(handed_in_on=clock.today())

    text = page(client, "units_sheet", world.pk, user=world.worker)

    assert text.count("<td>□</td>") == 6


@pytest.mark.parametrize("name", ["survey", "units", "surveys"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    world = make_survey()
    args = [world.here.slug] if name == "surveys" else [world.pk]
    client.force_login(world.worker)
    address = reverse(f"surveys:{name}", args=args)
    client.get(address)
    with django_assert_max_num_queries(100) as few:
        client.get(address)
    more(world)

    with django_assert_max_num_queries(len(few)):
        client.get(address)


def more(world: Asking) -> None:
    """Twenty more flats, and five more surveys."""
    units = type(world.survey.units.get(number=1)).objects
    for place in range(20):
        flat = make_dwelling(within=world.home.building, room=str(2000 + place))
        units.create(survey=world.survey, number=10 + place, dwelling=flat)
    for place in range(5):
        Survey.objects.create(
            neighbourhood=world.here,
            title=f"问卷 {place}",
            state=SurveyState.RESPONDED,
            opened_at=clock.now(),
            created_by=world.survey.created_by,
        )


def test_an_odd_answer_is_shown_to_the_committee_to_be_judged_and_to_nobody_else(client: Client) -> None:
    world = make_odd()
    services.look(world.worker, world.pk)
    quick = Response.objects.get(flags=["quick"])
    address = reverse("surveys:odd_answer", args=[quick.pk])

    listed = page(client, "odd", world.pk, user=world.worker)
    text = page(client, "odd_answer", quick.pk)

    assert address in listed
    assert "18–44 岁" in text
    client.force_login(world.resident)
    assert client.get(address).status_code == 403
    plain = world.survey.responses.filter(flags=[]).first()
    assert plain is not None
    client.force_login(world.worker)
    assert client.get(reverse("surveys:odd_answer", args=[plain.pk])).status_code == 404


def test_how_many_do_not_count_is_told_to_everybody_and_never_which(client: Client) -> None:
    world = make_odd()
    services.look(world.worker, world.pk)
    quick = Response.objects.get(flags=["quick"])
    services.remove(world.worker, quick.pk, "quick", "79 秒答完 12 题")
    services.clean(world.worker, world.pk)

    text = page(client, "survey", world.pk)

    assert "1 份" in text
    assert "79 秒" not in text


def test_the_page_of_a_wave_says_who_joined_and_how_far_each_is(client: Client) -> None:
    wave, world, officer, other = make_wave()
    services.join(other, wave.pk, "other-one")

    text = page(client, "wave", wave.pk, user=officer)
    near = page(client, "waves", world.here.slug, user=world.worker)

    assert world.here.name in text
    assert "RR1" in text
    assert wave.title in near
    client.logout()
    assert client.get(reverse("surveys:wave", args=[wave.pk])).status_code == 302


def test_home_and_the_page_on_taking_part_lead_to_the_open_survey(client: Client) -> None:
    world = make_survey()

    for name in ("pages:neighbourhood", "pages:take_part"):
        text = client.get(reverse(name, args=[world.here.slug])).content.decode()
        assert world.survey.get_absolute_url() in text, name

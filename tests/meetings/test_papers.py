"""What is printed of a meeting: notice, agenda, sign-in sheet, for every kind that has a date."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import Person
from portal.kit import clock
from portal.meetings.models import AgendaItem, Meeting
from portal.meetings.states.hearing import HearingState as H
from tests import factories
from tests.meetings.factories import HELD_AT, Scene, hearing_at, make_hearing, person, register

pytestmark = pytest.mark.django_db
PAPERS = ("paper_notice", "paper_agenda", "paper_sign_in")


def page(client: Client, meeting: int, name: str) -> str:
    answer = client.get(reverse(f"meetings:{name}", args=[meeting]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_a_code_that_leads_to_the_page_and_room_for_the_seal(client: Client, name: str) -> None:
    scene = hearing_at(H.ANNOUNCED)
    client.force_login(scene.worker)

    text = page(client, scene.pk, name)

    assert text.count('class="qr"') == text.count('class="stamp"') == 1
    assert f"http://testserver/hearings/{scene.pk}/" in text
    assert "二楼茶室" in text
    assert "11月26日（周四）14:00" in text


@pytest.mark.parametrize("name", [*PAPERS, "meeting_file"])
def test_without_a_date_there_is_nothing_to_print(client: Client, name: str) -> None:
    scene = hearing_at(H.PANEL_SET)
    client.force_login(scene.worker)

    assert client.get(reverse(f"meetings:{name}", args=[scene.pk])).status_code == 404


def test_the_notice_says_what_only_a_hearing_has(client: Client) -> None:
    text = page(client, hearing_at(H.ANNOUNCED).pk, "paper_notice")

    assert "听证会通知" in text
    assert "物业 李经理" in text
    assert "一、介绍" in text


def test_a_paper_of_what_was_cancelled_says_so(client: Client) -> None:
    assert '<p class="note bad">' in page(client, hearing_at(H.CANCELLED).pk, "paper_notice")
    assert '<p class="note bad">' not in page(client, hearing_at(H.ANNOUNCED).pk, "paper_notice")


def test_each_point_of_the_agenda_has_the_time_at_which_it_is_to_begin(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)
    for number, (title, minutes) in enumerate([("介绍方案", 20), ("代表发言", 45), ("小结", 10)], 1):
        AgendaItem.objects.create(meeting=scene.hearing, number=number, title=title, minutes=minutes)

    text = page(client, scene.pk, "paper_agenda")

    times = [text.index(f'<td class="num">{time}</td>') for time in ("14:00", "14:20", "15:05")]
    assert times == sorted(times)
    assert text.index("介绍方案") < times[1] < text.index("代表发言")


def people(scene: Scene) -> list[str]:
    return [person(user).real_name for user in scene.delegates]


def test_the_sign_in_sheet_has_who_takes_part_and_who_registered(client: Client) -> None:
    scene = hearing_at(H.REGISTRATION)
    listener = factories.make_resident(within=scene.here)
    Person.objects.filter(pk=person(listener).pk).update(real_name="旁听的人")
    with clock.at(scene.now):
        register(scene, listener)
    client.force_login(scene.worker)

    text = page(client, scene.pk, "paper_sign_in")

    places = [text.index(name) for name in [*people(scene), "旁听的人"]]
    assert places == sorted(places)
    assert "旁听报名，1 号座位" in text
    # Four who are expected, eight who come besides, and the heads.
    assert text.count("<tr>") == 4 + 8 + 1


def test_a_delegate_whose_seat_passed_on_signs_nowhere(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)
    gone = scene.member(scene.delegates[0])
    gone.__class__.objects.filter(pk=gone.pk).update(replaced_at=clock.now(), attended_at=clock.now())
    client.force_login(scene.worker)

    assert people(scene)[0] not in page(client, scene.pk, "paper_sign_in")


def test_real_names_are_for_the_committee_alone(client: Client) -> None:
    scene = hearing_at(H.ANNOUNCED)
    url = reverse("meetings:paper_sign_in", args=[scene.pk])

    assert client.get(url).status_code == 302
    for user, status in ((scene.delegates[0], 403), (scene.director, 200), (scene.worker, 200)):
        client.force_login(user)
        answer = client.get(url)
        assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]
    client.force_login(factories.make_user(post="worker", neighbourhood=factories.make_neighbourhood()))
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_the_sheet_asks_as_much_for_many(
    client: Client, django_assert_max_num_queries: object, count: int
) -> None:
    hearing = make_hearing(H.ANNOUNCED, starts_at=HELD_AT, place="二楼")
    worker = factories.make_user(post="worker", neighbourhood=hearing.neighbourhood)
    for _each in range(count):
        Meeting.objects.get(pk=hearing.pk).participants.create(person=factories.make_person(), group="业主")
    client.force_login(worker)

    with django_assert_max_num_queries(17):  # type: ignore[operator]
        page(client, hearing.pk, "paper_sign_in")

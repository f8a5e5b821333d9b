"""The door list: who may be called, what was tried at which door, and nothing of any answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.boards.doors import reading, services
from portal.boards.doors.jobs import forget_doors
from portal.boards.doors.matters import open_matters
from portal.boards.doors.models import DoorTry
from portal.boards.models import BuildingBoardPage
from portal.community.models import Ownership, Person, Residency, Right, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.voting.models import Electorate, Vote
from tests.boards.factories import House, asked, make_house
from tests.factories import make_dwelling, make_ownership, make_person, person_of

pytestmark = pytest.mark.django_db


def listed(house: House, vote: Vote) -> dict[str, reading.Door]:
    board = BuildingBoardPage.objects.get(pk=house.pk)
    matter = services.matter_of(board, key(vote))
    return {door.dwelling.room: door for door in reading.doors(board, matter)}


def address(house: House, vote: Vote) -> str:
    return reverse("boards:doors_round", args=[house.pk, key(vote)])


def test_a_flat_is_reached_online_or_at_the_door_and_the_list_says_nothing_else() -> None:
    house = make_house()
    vote = asked(house)
    fourth = house.homes[3]

    before = listed(house, vote)
    services.note_round(house.head, house.pk, key(vote), {fourth.pk: "away"})
    away = listed(house, vote)["302"]
    services.note_round(house.head, house.pk, key(vote), {fourth.pk: "met"})
    met = listed(house, vote)["302"]

    assert [(flat, door.left) for flat, door in before.items()] == [
        ("201", False),
        ("202", False),
        ("301", False),
        ("302", True),
    ]
    assert away.left
    assert not met.left
    assert [one.result for one in met.tries] == ["met"]
    services.note_round(house.head, house.pk, key(vote), {fourth.pk: services.ERASE})
    assert listed(house, vote)["302"].tries == []


def test_a_number_is_read_by_the_own_head_alone_and_goes_when_it_is_taken_back(client: Client) -> None:
    house = make_house()
    vote = asked(house)
    services.allow_call(house.first, house.pk, "13800001234")
    sheet = f"{address(house, vote)}sheet/"

    def seen(user: object) -> str:
        client.force_login(user)  # type: ignore[arg-type]
        return client.get(address(house, vote)).content.decode()

    assert "13800001234" in seen(house.head)
    assert "13800001234" not in seen(house.worker)
    assert "13800001234" not in client.get(sheet).content.decode()
    client.force_login(house.other_head)
    assert client.get(address(house, vote)).status_code == 403
    services.stop_call(house.first, house.pk)
    assert "13800001234" not in seen(house.head)


def test_nobody_else_notes_a_round_and_nothing_is_noted_of_what_is_over_or_not_asked() -> None:
    house = make_house()
    vote = asked(house)
    home = {house.homes[3].pk: "met"}

    for stranger in (house.first, house.other_head):
        with pytest.raises(PermissionDenied):
            services.note_round(stranger, house.pk, key(vote), home)
    with pytest.raises(NotPossible):
        services.note_round(house.head, house.pk, key(vote), {make_dwelling().pk: "met"})
    with clock.at(vote.closes_at + timedelta(minutes=1)), pytest.raises(NotPossible):
        services.note_round(house.head, house.pk, key(vote), home)


def test_what_was_noted_goes_with_the_matter_and_a_number_with_who_moves_away() -> None:
    house = make_house()
    vote = asked(house)
    services.note_round(house.head, house.pk, key(vote), {house.homes[3].pk: "met"})
    services.allow_call(house.first, house.pk, "13800001234")

    assert services.forget() == 0
    Residency.objects.filter(person=person_of(house.first)).update(until=clock.today())
    with clock.at(vote.closes_at + timedelta(minutes=1)):
        assert services.forget() == 2


def test_once_an_hour_is_asked_what_can_be_forgotten() -> None:
    house = make_house()
    vote = asked(house)
    services.note_round(house.head, house.pk, key(vote), {house.homes[3].pk: "met"})

    forget_doors()
    with clock.at(vote.closes_at + timedelta(minutes=1)):
        forget_doors()
        assert not DoorTry.objects.exists()
    services.note_round(house.head, house.pk, key(vote), {house.homes[3].pk: "met"})
    DoorTry.objects.update(subject="vote:0")
    with clock.at(vote.closes_at + timedelta(minutes=2)):
        forget_doors()
        assert DoorTry.objects.exists()
    with clock.at(vote.closes_at + timedelta(minutes=62)):
        forget_doors()
        assert not DoorTry.objects.exists()


def test_an_owners_vote_asks_owners_and_calls_a_tenant_of_public_housing_so(client: Client) -> None:
    house = make_house()
    make_ownership(make_person(), house.homes[0])
    Ownership.objects.filter(pk=make_ownership(make_person(), house.homes[3]).pk).update(
        right=Right.PUBLIC_TENANT
    )
    vote = asked(house, Electorate.OWNERS)

    found = listed(house, vote)
    client.force_login(house.head)
    page = client.get(address(house, vote)).content.decode()

    assert [found[flat].asked for flat in ("201", "302")] == [True, False]
    assert found["302"].tenant
    assert "公房承租人" in page


def test_a_round_is_noted_by_one_press_and_read_again(client: Client) -> None:
    house = make_house()
    vote = asked(house)
    client.force_login(house.head)
    url, home = address(house, vote), house.homes[3]

    answer = client.post(url, {f"flat_{home.pk}": "paper"})

    assert answer.status_code == 302
    assert DoorTry.objects.get().result == "paper"
    assert client.post(url, {f"flat_{home.pk}": "voted"}).status_code == 422
    assert f"flat_{home.pk}" in client.get(url).content.decode()
    assert f"flat_{home.pk}" not in client.get(f"{url}?left=1").content.decode()
    client.force_login(house.first)
    assert client.get(url).status_code == 403


def test_the_list_asks_as_many_questions_with_many_flats_as_with_few(client: Client) -> None:
    house = make_house()
    vote = asked(house)
    client.force_login(house.head)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked_:
            assert client.get(address(house, vote)).status_code == 200
        return len(asked_)

    questions()
    few = questions()
    for number in range(30):
        make_dwelling(within=house.building, room=f"{400 + number}")
    services.allow_call(house.first, house.pk, "13800001234")
    services.allow_call(house.second, house.pk, "13800001235")

    # Whose flats the numbers are of is asked once, in two questions.
    assert questions() <= few + 3
    assert few <= 25
    assert [one.subject for one in open_matters(house.board)] == [key(vote)]
    with pytest.raises(Http404):
        services.note_round(house.head, 0, key(vote), {})


def test_who_has_no_account_agrees_on_paper_and_stands_on_the_heads_list_until_taken_back(
    client: Client,
) -> None:
    house = make_house()
    vote = asked(house)
    resident = Residency.objects.get(dwelling=house.homes[3]).person
    Person.objects.filter(pk=resident.pk).update(real_name="何阿婆")
    client.force_login(house.worker)
    url = reverse("boards:act", args=[house.pk, "note-call"])
    said = {"person": "何阿婆", "phone": "13800004321", "seen": "on"}

    assert client.post(url, {**said, "seen": ""}).status_code == 422
    assert client.post(url, said).status_code == 302

    called = listed(house, vote)["302"].called
    assert [(one.person, one.phone, one.noted_by) for one in called] == [
        (resident, "13800004321", house.worker)
    ]
    client.force_login(house.head)
    assert "13800004321" in client.get(address(house, vote)).content.decode()
    assert services.forget() == 0
    services.forget_call(house.worker, house.pk, called[0])
    assert listed(house, vote)["302"].called == []
    with pytest.raises(NotPossible):
        services.forget_call(house.worker, house.pk, called[0])


def test_nobody_is_noted_who_belongs_elsewhere_or_can_say_it_alone() -> None:
    house = make_house()

    for person in (make_person(), person_of(house.first)):
        with pytest.raises(NotPossible):
            services.note_call(house.worker, house.pk, person, "13800004321")
    with pytest.raises(PermissionDenied):
        services.note_call(house.head, house.pk, make_person(), "13800004321")


def test_a_noted_number_goes_with_who_moves_away_and_a_given_one_with_the_account() -> None:
    house = make_house()
    resident = Residency.objects.get(dwelling=house.homes[3]).person
    services.note_call(house.worker, house.pk, resident, "13800004321")
    services.allow_call(house.first, house.pk, "13800001234")

    User.objects.filter(pk=house.first.pk).update(is_active=False)
    assert services.forget() == 1
    assert [one.person for one in house.board.callable.all()] == [resident]
    Residency.objects.filter(person=resident).update(until=clock.today())
    assert services.forget() == 1


def test_the_choice_of_matters_says_how_many_are_not_reached() -> None:
    house = make_house()
    vote = asked(house)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(house.head)
    page = reverse("boards:doors", args=[house.pk])

    assert "1 flat not reached yet" in client.get(page).content.decode()
    services.note_round(house.head, house.pk, key(vote), {house.homes[3].pk: "met"})
    assert "all reached" in client.get(page).content.decode()

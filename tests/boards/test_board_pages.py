"""What people see of a building's board, and what it costs to draw."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.boards.models import MustRead, Photo
from portal.boards.services import boards, notices, rota
from portal.community.models import Appointment, Dwelling, User
from portal.kit import clock
from tests.boards.factories import House, make_house, make_must_read, make_photo, make_rota, soon
from tests.factories import make_resident, person_of
from tests.test_kept import OWN

pytestmark = pytest.mark.django_db

# The convention, the contact card and the cash book ask besides; together at most 25.
MOST_QUERIES = 25


def address(house: House) -> str:
    return reverse("boards:board", args=[house.here.slug, house.pk])


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_everybody_reads_the_board_but_only_the_building_its_rota(client: Client) -> None:
    house = make_house()
    make_rota(house)
    make_must_read(house)

    outside = text(client, address(house))
    client.force_login(house.first)
    inside = text(client, address(house))

    assert "水箱清洗" in outside
    assert "本周值日" not in outside
    assert "201室" not in outside
    assert "水箱清洗" in inside
    assert "本周值日" in inside
    assert "其中 3 户已加入" in inside
    assert "4 户" in inside


def test_what_is_kept_of_a_board_is_what_would_be_drawn_for_each_reader_and_never_out_of_date(
    client: Client,
) -> None:
    house = make_house()
    days = make_rota(house)
    must_read = make_must_read(house)
    readers = [None, house.first, house.head]

    def seen(reader: User | None) -> str:
        door = Client()
        if reader is not None:
            door.force_login(reader)
        return OWN.sub(r"\1-", text(door, address(house)))

    with clock.at(clock.now()):
        kept = [seen(reader) for reader in readers for _once_more in range(2)]
        for each in ("drawn", "posts", "pages"):
            caches[each].clear()
        anew = [seen(reader) for reader in readers for _once_more in range(2)]
    assert kept == anew

    rota.ask_swap(house.first, days[0].pk, days[1])
    assert 'class="callout"' in seen(house.first)
    notices.end(house.head, must_read.pk, "提前弄好了")
    assert "水箱清洗" not in seen(None)


def test_a_board_is_found_by_the_number_of_the_building_and_one_s_own_comes_first(client: Client) -> None:
    house = make_house()
    boards.found_missing()
    client.force_login(house.first)

    every = text(client, reverse("boards:boards", args=[house.here.slug]))
    found = text(client, reverse("boards:boards", args=[house.here.slug]) + "?q=7号")

    assert every.index("6号楼楼组") < every.index("7号楼楼组")
    assert "您的楼" in every
    assert "7号楼楼组" in found
    assert "6号楼楼组" not in found


def test_a_board_stands_at_no_other_neighbourhood_s_address(client: Client) -> None:
    house, other = make_house(), make_house(name="9号楼")

    assert client.get(reverse("boards:board", args=[other.here.slug, house.pk])).status_code == 404
    assert client.get(reverse("boards:short", args=[house.pk]))["Location"] == address(house)


def test_the_head_finds_all_that_can_be_done_on_one_screen_and_another_head_does_not(client: Client) -> None:
    house = make_house()
    screen = reverse("boards:look_after", args=[house.pk])

    answers = {}
    for name, user in (("head", house.head), ("other", house.other_head), ("neighbour", house.first)):
        client.force_login(user)
        answers[name] = client.get(screen).status_code
    client.force_login(house.head)

    assert answers == {"head": 200, "other": 403, "neighbour": 403}
    client.force_login(house.second)
    refused = client.get(screen).content.decode()
    assert "本楼楼组长" in refused
    assert "已核实的居民" not in refused
    assert house.board.get_absolute_url() in refused
    client.force_login(house.head)
    for words in ("写一条必读", "按房号排值日", "手工排一天", "告诉邻居在哪里找您"):
        assert words in text(client, screen), words


def test_a_head_whose_post_ended_loses_the_board_the_same_day(client: Client) -> None:
    house = make_house()
    client.force_login(house.head)
    Appointment.objects.filter(person=person_of(house.head)).update(until=clock.today())

    assert client.get(reverse("boards:look_after", args=[house.pk])).status_code == 403
    sent = {"title": "停电", "day": soon(), "last_day": soon()}
    assert client.post(reverse("boards:act", args=[house.pk, "write"]), sent).status_code == 403


def test_the_head_writes_a_must_read_on_a_form_that_is_answered_by_the_board(client: Client) -> None:
    house = make_house()
    client.force_login(house.head)
    url = reverse("boards:act", args=[house.pk, "write"])

    wrong = client.post(url, {"title": "停电", "day": soon(3), "last_day": soon(1)})
    done = client.post(url, {"title": "停电", "body": "", "day": soon(1), "last_day": soon(1)})

    assert (wrong.status_code, done.status_code) == (422, 302)
    assert "停电" in text(client, done["Location"])


def test_a_sixth_must_read_is_refused_with_everything_typed(client: Client) -> None:
    house = make_house()
    for n in range(notices.MOST):
        make_must_read(house, f"必读{n}")
    client.force_login(house.head)

    sent = {"title": "第六条", "day": soon(), "last_day": soon()}
    answer = client.post(reverse("boards:act", args=[house.pk, "write"]), sent)

    assert answer.status_code == 409
    assert "已经有 5 条必读" in answer.content.decode()
    assert "第六条" in answer.content.decode()


def test_a_photo_that_is_not_shown_is_seen_by_the_head_and_its_sender_alone(client: Client) -> None:
    house = make_house()
    photo = make_photo(house)

    seen = {}
    for name, user in (("head", house.head), ("sender", house.first), ("neighbour", house.second)):
        client.force_login(user)
        answers = [client.get(reverse(f"boards:{page}", args=[photo.pk])) for page in ("photo", "photo_file")]
        seen[name] = [answer.status_code for answer in answers]
        if answers[1].streaming:
            assert b"".join(answers[1].streaming_content)

    assert seen == {"head": [200, 200], "sender": [200, 200], "neighbour": [403, 403]}


def test_a_message_begins_the_building_s_discussion_and_stands_on_the_board(client: Client) -> None:
    house = make_house()
    client.force_login(house.first)

    answer = client.post(reverse("boards:act", args=[house.pk, "message"]), {"body": "门口的灯不亮了。"})

    assert answer["Location"] == f"{address(house)}#thread"
    assert "门口的灯不亮了。" in text(client, address(house))


def test_the_neighbour_who_is_asked_reads_it_on_the_board_and_answers_on_its_own_page(client: Client) -> None:
    house = make_house()
    days = make_rota(house)
    client.force_login(house.first)
    client.post(reverse("boards:day_act", args=[days[0].pk, "ask-swap"]), {"other": days[1].pk})
    client.force_login(house.second)

    asked = text(client, address(house))
    swap = house.board.swaps.get()
    page = reverse("boards:swap_act", args=[swap.pk, "agree"])

    assert "想用" in asked
    assert swap.get_absolute_url() in asked
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    days[0].refresh_from_db()
    assert days[0].dwelling == house.homes[1]


def asked(client: Client, house: House) -> int:
    client.get(address(house))
    with CaptureQueriesContext(connection) as caught:
        client.get(address(house))
    return len(caught)


def grow(house: House, rows: int) -> None:
    """Must-reads that are over, photos and flats, many times."""
    read, photo = MustRead.objects.latest("pk"), Photo.objects.latest("pk")
    old = clock.today() - timedelta(days=9)
    MustRead.objects.bulk_create(
        MustRead(board=house.board, title=f"旧{n}", day=old, last_day=old, written_by=read.written_by)
        for n in range(rows)
    )
    Photo.objects.bulk_create(
        Photo(
            board=house.board,
            picture=photo.picture,
            caption=f"照片{n}",
            taken_on=old,
            proposed_by=house.head,
            shown_at=clock.now(),
        )
        for n in range(rows)
    )
    Dwelling.objects.bulk_create(
        Dwelling(building=house.building, entrance="2", room=str(1000 + n), exclusive_area=5000)
        for n in range(rows)
    )


def test_a_board_asks_as_much_with_ten_rows_as_with_a_thousand(client: Client) -> None:
    house = make_house()
    make_rota(house, weeks=2)
    make_must_read(house)
    make_photo(house, house.head)
    boards.leave_message(house.second, house.pk, "你好", key=uuid4())
    client.force_login(house.first)

    grow(house, 10)
    few = asked(client, house)
    Dwelling.objects.filter(entrance="2").delete()
    grow(house, 1000)
    many = asked(client, house)

    assert few == many
    assert few <= MOST_QUERIES


def test_somebody_of_the_building_sees_it_named_in_the_list(client: Client) -> None:
    house = make_house()
    stranger = make_resident(within=house.here)
    client.force_login(stranger)

    assert "您的楼" not in text(client, reverse("boards:boards", args=[house.here.slug]))

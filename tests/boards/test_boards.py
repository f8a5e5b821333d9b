"""Boards come with their buildings; faces, photos and messages; what becomes of a board whose head leaves."""

from __future__ import annotations

from uuid import uuid4

import pytest
from wagtail.models import Page

from portal.boards.models import BuildingBoardPage
from portal.boards.services import boards, photos
from portal.boards.states import PhotoState
from portal.community import leaving, places
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Kind, Post
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.pages.services import found_neighbourhood
from portal.threads.models import Thread
from tests import factories
from tests.boards.factories import make_house, make_must_read, make_photo, picture
from tests.factories import make_appointment, make_dwelling, make_person, person_of

pytestmark = pytest.mark.django_db


def test_each_building_that_is_planted_has_its_board_and_the_tree_of_pages_is_sound() -> None:
    here = factories.make_neighbourhood()
    found_neighbourhood(here)
    estate = factories.make_estate(parent=here)

    places.plant_row(Kind.BUILDING, ["1号楼", "2号楼"], parent=estate)
    last = places.plant(Kind.BUILDING, "3号楼", parent=type(estate).objects.get(pk=estate.pk))

    found = BuildingBoardPage.objects.order_by("path")
    assert [board.title for board in found] == ["1号楼楼组", "2号楼楼组", "3号楼楼组"]
    assert [board.get_parent().specific.area for board in found] == [here] * 3
    assert Page.find_problems() == ([], [], [], [], [])
    places.rename(last, "红楼")
    assert BuildingBoardPage.objects.get(building=last).title == "红楼楼组"


def test_a_building_that_came_before_its_neighbourhood_s_page_gets_its_board_later() -> None:
    here = factories.make_neighbourhood()
    building = places.plant(Kind.BUILDING, "1号楼", parent=factories.make_estate(parent=here))

    assert not building.boards.exists()
    found_neighbourhood(here)

    assert (boards.found_missing(), boards.found_missing()) == (1, 0)


def test_an_empty_board_goes_with_a_building_that_was_never_used_and_a_written_one_stays() -> None:
    house = make_house()
    empty = boards.found_board(factories.make_building(parent=house.here))
    assert empty is not None
    make_must_read(house)

    for board in (empty, house.board):
        places.let_go(board.building)

    assert list(BuildingBoardPage.objects.all()) == [house.board]


def test_a_part_of_a_building_has_a_board_of_its_own_and_the_rest_keeps_the_old_one() -> None:
    house = make_house()
    far = make_dwelling(within=house.building, room="2201")
    type(far).objects.filter(pk=far.pk).update(entrance="2")

    part = boards.divide(house.worker, house.pk, ["2"])

    rest = BuildingBoardPage.objects.get(pk=house.pk)
    assert part.title == "6号楼 2 单元楼组"
    assert ([*part.dwellings()], rest.dwellings().count()) == ([far], 4)
    for wrong in (["1"], ["2"]):
        with pytest.raises(NotPossible):
            boards.divide(house.worker, house.pk, wrong)


def test_a_head_shows_a_face_and_takes_it_away_again() -> None:
    house = make_house()

    boards.show_face(house.head, house.pk, "管值日", picture())
    face = house.board.faces.select_related("photo").get()
    assert face.photo is not None
    assert face.photo.public
    boards.show_face(house.head, house.pk, "管值日", remove=True)

    face.refresh_from_db()
    assert (face.photo, face.looks_after) == (None, "管值日")


def test_a_neighbour_s_photo_waits_for_the_head_and_the_head_s_own_is_shown_at_once() -> None:
    house = make_house()

    proposed, own = make_photo(house), make_photo(house, house.head)

    duty = Duty.objects.active().get(kind="board.photo")
    assert (proposed.state, own.state) == (PhotoState.PROPOSED, PhotoState.SHOWN)
    assert (duty.post, duty.area) == (Post.BUILDING_HEAD, house.building)
    photos.approve(house.head, proposed.pk)
    proposed.picture.refresh_from_db()
    assert proposed.picture.public
    assert Notice.objects.get(kind="board.photo_shown").user == house.first
    assert not Duty.objects.active().exists()


def test_a_photo_taken_down_is_public_no_more_and_can_be_shown_again() -> None:
    house = make_house()
    photo = make_photo(house, house.head)

    photos.remove(house.worker, photo.pk, "当事人要求")
    photo.picture.refresh_from_db()
    assert not photo.picture.public
    photos.approve(house.head, photo.pk)

    photo.picture.refresh_from_db()
    assert photo.picture.public


def test_a_refused_photo_is_answered_with_its_reason() -> None:
    house = make_house()
    photo = make_photo(house)

    photos.refuse(house.head, photo.pk, "看得到门牌")

    assert Notice.objects.get(kind="board.photo_refused").params["reason"] == "看得到门牌"


def test_a_paper_is_no_photo() -> None:
    house = make_house()
    paper = picture("a.pdf")
    paper.file.seek(0)
    paper.file.truncate()
    paper.file.write(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
    paper.size = paper.file.tell()

    with pytest.raises(NotPossible):
        photos.put_photo(house.first, house.pk, paper, "纸", clock.today())


def test_a_message_is_told_to_the_head_and_the_second_one_stands_in_the_same_discussion() -> None:
    house = make_house()

    for text in ("灯坏了", "修好了吗"):
        boards.leave_message(house.first, house.pk, text, key=uuid4())

    thread = Thread.objects.get(subject=f"building:{house.pk}")
    assert thread.length == 2
    assert {notice.user for notice in Notice.objects.filter(kind="board.message")} == {house.head}


def test_a_head_who_leaves_without_another_leaves_what_waits_there_to_the_committee() -> None:
    house = make_house()
    make_photo(house)
    post = Appointment.objects.get(person=person_of(house.head), area=house.building)
    end = Leaving(person_of(house.head), post, by=house.worker)

    shown = [item.title for kind in leaving.hanging(end) for item in kind.items]
    leaving.hand_over(end)
    Appointment.objects.filter(pk=post.pk).update(until=clock.today())

    assert "6号楼楼组" in shown
    owed = {duty.kind: duty.post for duty in Duty.objects.active()}
    assert owed == {"board.photo": Post.WORKER, "post.vacant": Post.DIRECTOR}


def test_a_head_who_leaves_beside_another_leaves_nothing_behind() -> None:
    house = make_house()
    make_appointment(make_person(), Post.BUILDING_HEAD, house.building, title="副楼组长")
    post = Appointment.objects.get(person=person_of(house.head), area=house.building)

    leaving.hand_over(Leaving(person_of(house.head), post, by=house.worker))

    assert not Duty.objects.active().exists()

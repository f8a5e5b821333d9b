"""A building with its board, its head and its households. What is not named gets a plain default."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.boards.models import BuildingBoardPage, MustRead, Photo, RotaDay
from portal.boards.services import boards, notices, photos, rota
from portal.community.models import Area, Dwelling, Post, Upload, User
from portal.kit import clock
from portal.pages.services import found_neighbourhood
from portal.voting.models import Electorate, LegalEffect, Vote
from portal.voting.outcome import NONE
from tests.factories import (
    make_account,
    make_appointment,
    make_building,
    make_dwelling,
    make_neighbourhood,
    make_person,
    make_residency,
    make_resident,
    make_user,
    person_of,
)
from tests.worlds import kept

ROOMS = ("201", "202", "301", "302")


@dataclass
class House:
    """A building with its board, its head, the people of its first two flats, the committee, and another head."""

    here: Area
    building: Area
    board: BuildingBoardPage
    homes: list[Dwelling]
    head: User
    first: User
    second: User
    worker: User
    other_head: User

    @property
    def pk(self) -> int:
        """The key of the board."""
        return self.board.pk


@kept
def make_house(here: Area | None = None, *, name: str = "6号楼") -> House:
    """Four flats; people with accounts live in the first two, the head in the third, the fourth has no phone."""
    here = here or make_neighbourhood()
    found_neighbourhood(here)
    building = make_building(parent=here, name=name)
    homes = [make_dwelling(within=building, room=room) for room in ROOMS]
    first, second, head = (make_resident(dwelling=home) for home in homes[:3])
    make_residency(make_person(), homes[3])
    make_appointment(person_of(head), Post.BUILDING_HEAD, building)
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    elsewhere = make_building(parent=here, name="7号楼")
    other = make_account(person=make_person())
    make_appointment(person_of(other), Post.BUILDING_HEAD, elsewhere)
    board = boards.found_board(building)
    assert board is not None
    return House(here, building, board, homes, head, first, second, worker, other)


def soon(days: int = 1) -> date:
    """A day to come."""
    return clock.today() + timedelta(days=days)


@kept
def make_must_read(house: House, title: str = "水箱清洗", *, days: int = 3) -> MustRead:
    """A must-read of the head."""
    return notices.write(house.head, house.pk, title, "请提前存水。", soon(days), soon(days))


@kept
def make_rota(house: House, weeks: int = 1) -> list[RotaDay]:
    """A rota from tomorrow on, by the order of flats."""
    rota.plan(house.head, house.pk, soon(), weeks, house.homes[0])
    return list(house.board.rota.order_by("day"))


def asked(house: House, electorate: Electorate = Electorate.BUILDING) -> Vote:
    """An open vote in the building; its roll is not what the list reads."""
    now = clock.now()
    return Vote.objects.create(
        neighbourhood=house.here,
        scope=house.building,
        subject="topic:1",
        title="是否加装晾衣杆？",
        electorate=electorate,
        matter="ordinary",
        rule={"silence": NONE},
        options=[],
        created_by=house.worker,
        legal_effect=LegalEffect.CONSULTATIVE,
        called_at=now - timedelta(days=1),
        frozen_at=now - timedelta(days=1),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=3),
    )


def picture(name: str = "photo.png") -> SimpleUploadedFile:
    """A small picture as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (16, 10), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def make_photo(house: House, by: User | None = None) -> Photo:
    """A photo that a neighbour proposed; not kept, because it is a file too."""
    return photos.put_photo(by or house.first, house.pk, picture(), "一楼门厅包粽子", clock.today())


@kept
def photo_row(house: House) -> Photo:
    """A proposed photo without its file, for worlds that are kept."""
    shown = Upload.objects.create(
        area=house.here, owner=person_of(house.first), name="photo.png", content_type="image/png", size=1
    )
    return Photo.objects.create(
        board=house.board,
        picture=shown,
        caption="一楼门厅包粽子",
        taken_on=clock.today(),
        proposed_by=house.first,
    )

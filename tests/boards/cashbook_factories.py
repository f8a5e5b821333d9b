"""Cash books of buildings for tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.boards.cashbook import services
from portal.boards.cashbook.models import CashBook
from portal.boards.models import BuildingBoardPage
from portal.boards.services.boards import found_board
from portal.community.models import Area, Post, User
from portal.kit import clock
from portal.pages.services import found_neighbourhood
from tests.factories import make_appointment, make_building, make_resident, make_user, person_of
from tests.worlds import kept

OPENED = date(2026, 1, 1)


@dataclass
class Books:
    """A building whose head and deputy keep a cash book that began with 860 yuan, a worker and a neighbour."""

    here: Area
    building: Area
    board: BuildingBoardPage
    book: CashBook
    head: User
    deputy: User
    worker: User
    neighbour: User


@kept
def make_cash_book(amount: int = 86000, *, within: Area | None = None) -> Books:
    """The book of a new building, as it stands after its first line."""
    building = make_building(parent=within)
    here = building.neighbourhood
    found_neighbourhood(here)
    board = found_board(building)
    assert board is not None
    head, deputy = (make_resident(within=building) for _one in range(2))
    for user, title in ((head, "楼组长"), (deputy, "副楼组长")):
        make_appointment(person_of(user), Post.BUILDING_HEAD, building, title=title)
    book = services.open_book(head, board.pk, min(OPENED, clock.today()), amount)
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    neighbour = make_resident(within=building)
    return Books(here, building, board, book, head, deputy, worker, neighbour)


def receipt(name: str = "小票.png") -> SimpleUploadedFile:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 180, 160)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")

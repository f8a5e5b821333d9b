"""The board of building 6: head and deputies, must-reads, a rota and a swap, photos, a message, a round of doors."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.boards.doors import reading
from portal.boards.doors import services as doors
from portal.boards.doors.matters import open_matters
from portal.boards.models import BuildingBoardPage
from portal.boards.services import boards, notices, photos, rota
from portal.boards.weeks import monday_of
from portal.community.models import Appointment, Area, Dwelling, Post, User
from portal.community.selectors import person_of
from portal.deliberation.models import Category
from portal.demo.engine import Story
from portal.demo.stories import steps
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.register.services import joining
from portal.register.services.identity import Identity
from portal.register.services.joining import Claim

BUILDING = 6
PICTURES = Path(__file__).parents[1] / "pictures"
# Days from now: what happens then, and what to do.
MUST_READS = (
    (1, "水箱清洗，9:00–15:00 停水", "请提前存水。物业 李经理"),
    (2, "红林路小门表决快截止，请还没投的邻居投票", "不会用手机，可找朱老师填纸质票"),
    (5, "一起清楼道：旧纸箱、废自行车搬下来", "9:00 一楼集合"),
)
# Days ago, drawing, what it shows.
PHOTOS = (
    (160, "meeting", "一楼门厅包粽子"),
    (110, "flowers", "门口添了花箱"),
    (18, "stairs", "扶手装到三楼"),
)
# What came of the first doors of a round.
TRIES = ("met", "away", "paper", "met", "away")

FLOWERS = {
    "title": "门口花箱请人轮流浇水",
    "category": Category.ENVIRONMENT,
    "place": "6 号楼门口",
    "problem": "四个花箱没人固定浇水，夏天枯了两次。",
    "affected": "6 号楼的居民",
    "wish": "愿意浇水的邻居排个班，一周一次，水从门厅接。",
    "cost": None,
}


def story(world: World, now: datetime) -> Story:
    """Half a year of a building, as its board tells it."""
    yield ago(now, 170, 9)
    boards.found_missing()
    building = world.building(BUILDING)
    board = boards.found_board(building)
    if board is None:
        return
    neighbours = _neighbours(world, building)
    deputies = _heads(world, building, neighbours[:2])
    _introduce(world, board, deputies)
    for days, picture, caption in PHOTOS:
        yield ago(now, days, 15)
        if photo := _drawing(picture):
            photos.put_photo(world["zhu"], board.pk, photo, caption, clock.today())
    yield from _rota(world, now, board, neighbours[2])
    yield ago(now, 3, 20)
    steps.raise_topic(world, "chen", building, **FLOWERS)
    yield ago(now, 2, 9)
    for ahead, title, body in MUST_READS:
        day = clock.day_of(now + timedelta(days=ahead))
        notices.write(world["zhu"], board.pk, title, body, day, day)
    notices.put_up(world["zhu"], board.must_reads.earliest("pk").pk, clock.today())
    yield ago(now, 1, 19)
    boards.leave_message(neighbours[3], board.pk, "三楼的灯又不亮了，麻烦报修一下。", uuid4())
    yield ago(now, 1, 20)
    boards.leave_message(world["zhu"], board.pk, "已经报给物业，明天上午来换。", uuid4())
    if photo := _drawing("building-6"):
        photos.put_photo(neighbours[2], board.pk, photo, "门口扫干净了", clock.today())
    _doors(world, board, neighbours[3])


def _doors(world: World, board: BuildingBoardPage, caller: User) -> None:
    """Whom the head may call, one of them by a signed slip; and a round from door to door for what is open."""
    doors.allow_call(caller, board.pk, "13900000063")
    *_others, last = board.dwellings()
    quiet = joining.register(
        world["shen"], last, Claim(living=True, owning=False), Identity("何桂芳", adult=True)
    )
    doors.note_call(world["shen"], board.pk, quiet, "13900000064")
    for matter in open_matters(board)[:1]:
        asked = [door.dwelling.pk for door in reading.doors(board, matter) if door.asked]
        doors.note_round(world["zhu"], board.pk, matter.subject, dict(zip(asked, TRIES, strict=False)))


def _rota(world: World, now: datetime, board: BuildingBoardPage, neighbour: User) -> Story:
    """A rota by flats in which chen's household comes tomorrow, and a neighbour asks to swap."""
    yield ago(now, 14, 9)
    chen = _home(world["chen"], board)
    first, tomorrow = monday_of(clock.today()), clock.day_of(now) + timedelta(days=1)
    rota.plan(world["zhu"], board.pk, clock.today(), 5, board.dwellings()[0])
    rota.set_day(world["zhu"], board.pk, tomorrow, chen)
    rota.set_day(world["zhu"], board.pk, tomorrow + timedelta(days=1), _home(neighbour, board))
    for days in range(7, 0, -1):
        yield ago(now, days, 18)
        row = board.rota.filter(day=clock.today(), day__gte=first).first()
        if row is not None:
            rota.done(world["zhu"], row.pk)
    yield ago(now, 0.5, 8)
    own = board.rota.get(day=tomorrow + timedelta(days=1))
    rota.ask_swap(neighbour, own.pk, board.rota.get(day=tomorrow))


def _neighbours(world: World, building: Area) -> list[User]:
    """Neighbours of the building with accounts, in the order of their flats."""
    inside = User.objects.filter(person__ownerships__dwelling__building=building, person__isnull=False)
    known = (
        inside.exclude(pk=world["chen"].pk)
        .exclude(person__display_name="")
        .select_related("person")
        .order_by("pk")
        .distinct()
    )
    return list(known[:6])


def _heads(world: World, building: Area, deputies: list[User]) -> list[User]:
    """Teacher Zhu looks after this building too, with two deputies."""
    for user, title in ((world["zhu"], "楼组长"), *((one, "副楼组长") for one in deputies)):
        Appointment.objects.create(
            person=person_of(user), post=Post.BUILDING_HEAD, area=building, title=title, since=clock.today()
        )
    return deputies


def _introduce(world: World, board: BuildingBoardPage, deputies: list[User]) -> None:
    """When the head can be met, and the faces of those who agreed to show theirs."""
    boards.introduce(
        world["zhu"],
        board.pk,
        "每周二、周五 19:00–20:00 在一楼门厅，不上网的邻居可以当面说。",
        "扫楼梯、关一楼大门",
        _drawing("building-6"),
        "6 号楼门前，邻居们在门口说话",
    )
    shown = (
        (world["zhu"], "", "face-3"),
        (deputies[0], "管值日", "face-5"),
        (deputies[1], "管花箱", "face-4"),
    )
    for user, looks_after, face in shown:
        boards.show_face(user, board.pk, looks_after, _drawing(face))


def _home(user: User, board: BuildingBoardPage) -> Dwelling:
    """The flat of somebody in the building; the first one of the board where there is none."""
    homes = board.dwellings().filter(ownerships__person=user.person_id)
    return homes.first() or board.dwellings()[0]


def _drawing(name: str) -> SimpleUploadedFile | None:
    """A drawing as a browser would send it, if the demo has it."""
    path = PICTURES / f"{name}.webp"
    return SimpleUploadedFile(path.name, path.read_bytes(), "image/webp") if path.exists() else None

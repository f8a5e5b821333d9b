"""The cash book of a building: a year of small sums, three of them seen by a second person, one line reversed."""

from __future__ import annotations

import io
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from portal.boards.cashbook import services
from portal.boards.cashbook.models import BigSpending, CashBook
from portal.boards.selectors import heads
from portal.boards.services.boards import found_board
from portal.community.models import User
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.ledger.models import Entry

BUILDING, REVERSED_AGO, FREIGHT = 6, 6, "折叠凳运费"
# Days ago, what for, fen (negative: spent), heading, name of the receipt where there is one.
LINES = (
    (292, "旧报纸、空瓶卖废品", 12600, "scrap", "称重单"),
    (255, "拖把、垃圾袋", -7750, "cleaning", "小票"),
    (220, "公共收益拨付（上半年）", 60000, "share", "回单"),
    (180, "端午包粽子的糯米和粽叶", -21250, "events", "小票"),
    (138, "一楼感应灯换新", -26800, "repairs", "小票"),
    (95, "旧家电卖废品", 9850, "scrap", "称重单"),
    (65, "门口花箱和泥土", -34030, "plants", "小票"),
    (39, "公共收益拨付（下半年）", 60000, "share", "回单"),
    (20, "楼道折叠凳 2 只", -15800, "things", "小票"),
    (20, FREIGHT, -2000, "things", ""),
    (4, "旧纸箱、旧家电卖废品", 6480, "scrap", "称重单"),
)


def story(world: World, now: datetime) -> Story:
    """Twelve months of a book that began with 860 yuan, kept by the committee until the building had heads."""
    yield ago(now, 330, 19)
    board = found_board(world.building(BUILDING))
    if board is None:
        return
    book = services.open_book(world["shen"], board.pk, clock.today(), 86000)
    freight: tuple[User, Entry] | None = None
    for days, text, fen, heading, receipt in LINES:
        if days < REVERSED_AGO and freight is not None:
            yield ago(now, REVERSED_AGO, 20)
            services.reverse(freight[0], freight[1].pk, "店家免了运费")
            freight = None
        yield ago(now, days, 19)
        keeper, second = _keepers(world, book)
        made = _write(keeper, book, text, fen, heading, receipt)
        if isinstance(made, BigSpending):
            yield ago(now, days - 1, 10)
            services.agree(second, made.pk)
        elif text == FREIGHT:
            freight = keeper, made


def _keepers(world: World, book: CashBook) -> tuple[User, User]:
    """Who writes and who looks: two of the committee, and from the day there is a head the head and the committee."""
    if not heads(book.board).exists():
        return world["shen"], world["wang"]
    return world["zhu"], world["shen"]


def _write(
    keeper: User, book: CashBook, text: str, fen: int, heading: str, receipt: str
) -> Entry | BigSpending:
    papers = [_receipt(receipt)] if receipt else []
    write = services.earn if fen > 0 else services.spend
    return write(keeper, book.pk, clock.today(), text, abs(fen), heading, papers)


def _receipt(name: str) -> SimpleUploadedFile:
    """A slip of paper on a table, as a phone would photograph it; nothing can be read on it."""
    picture = Image.new("RGB", (480, 360), (160, 132, 102))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((140, 24, 340, 340), fill=(250, 249, 244))
    for row in range(9):
        draw.rectangle((164, 60 + row * 28, 250 + (row * 37) % 60, 66 + row * 28), fill=(120, 120, 116))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile(f"{name}.png", out.getvalue(), "image/png")

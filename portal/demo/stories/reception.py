"""Reception days of the committee: one that was held, what became of what was said, the next ones; notes of visits."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.duties.calendar import is_working_day
from portal.kit import clock
from portal.surveys.models import NoteKind, ReceptionDay
from portal.surveys.reception.services import days, hearing, notes

# Days ago, building, how it was heard, what was asked.
NOTES = (
    (40, 6, NoteKind.VISIT, "门口台阶高，希望加一段坡道，轮椅好进出"),
    (33, 9, NoteKind.VISIT, "想在花坛边放两张长椅，买菜回来歇一歇"),
    (30, 3, NoteKind.COUNTER, "快递柜总是满的，能不能再加一组"),
    (26, 6, NoteKind.VISIT, "下雨天底楼门厅积水，拖把和垫子不够"),
    (20, 9, NoteKind.PHONE, "晚上九点以后广场音乐还很响"),
    (15, 5, NoteKind.VISIT, "老人想在小区里吃上热饭，问助餐点什么时候开"),
    (12, 3, NoteKind.VISIT, "健身角的扭腰器松了，怕摔"),
    (9, 6, NoteKind.VISIT, "三楼到四楼的扶手松动"),
    (6, 9, NoteKind.VISIT, "花坛边没地方坐，想要长椅"),
    (4, 5, NoteKind.COUNTER, "车棚的充电插座不够用，早上抢不到"),
    (2, 3, NoteKind.VISIT, "楼道灯白天一直亮，浪费电"),
)


def stories(world: World, now: datetime) -> list[Story]:
    """Six weeks of visits, and reception days behind and ahead."""
    return [_visits(world, now), _days(world, now)]


def _visits(world: World, now: datetime) -> Story:
    for ago_days, building, kind, asked in NOTES:
        yield ago(now, ago_days, 11)
        notes.note(
            world["shen"], world.neighbourhood.slug, asked=asked, building=world.building(building), kind=kind
        )


def _days(world: World, now: datetime) -> Story:
    """A day that was held, of which one was answered and one still waits; and the next ones, with a booking."""
    yield ago(now, 20, 9)
    held = _plan(world, ahead=14, about="", number=1, repeat="once")
    first = days.book(world["chen"], held.pk, number=0, matter="楼道堆物一直没人清")
    second = days.book(world["zhou"], held.pk, number=2, matter="家里老人办卡要带什么")
    yield min(held.ends_at + timedelta(hours=1), ago(now, 2, 17))
    hearing.hear(
        world["shen"], first.pk, asked="5号楼二楼平台堆着旧家具，希望有人来清", building=world.building(5)
    )
    hearing.hear(world["shen"], second.pk, asked="想知道替老人办卡要带哪些材料")
    yield ago(now, 1.5, 10)
    answer = "带老人和代办人的身份证件到柜台，当场办好；柜台每天开到 17:30。"
    notes.answer(world["shen"], second.note.pk, answer=answer)
    yield ago(now, 1, 9)
    coming = _plan(world, ahead=6, about="物业、停车、充电", number=4, repeat="fortnightly")
    days.book(world["chen"], coming.pk, number=1, matter="想问车棚加插座的进度")


def _plan(world: World, *, ahead: int, about: str, number: int, repeat: str) -> ReceptionDay:
    first = clock.today() + timedelta(days=ahead)
    while not is_working_day(first):
        first += timedelta(days=1)
    return days.plan(
        world["shen"],
        world.neighbourhood.slug,
        host=person_of(world["shen"]),
        first=first,
        begins=time(14),
        ends=time(16),
        place="居委会一楼接待室",
        about=about,
        repeat=repeat,
        number=number,
    )[0]

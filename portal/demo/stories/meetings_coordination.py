"""Two coordination meetings: one carried out and closed, of which the public reads a row; one of Zhou and Chen ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import User
from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.meetings.coordination import services
from portal.meetings.coordination.services import Side
from portal.meetings.coordination.services.agreements import Promise
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Coordination, Mark

PLACE = "居委会一楼调解室"


def stories(world: World, now: datetime) -> list[Story]:
    """Both, played by the worker Shen."""
    return [_carried_out(world, now), _ahead(world, now)]


def _carried_out(world: World, now: datetime) -> Story:
    """Water through the ceiling: taken down at the counter, agreed, repaired, visited, closed."""
    one, other = world.neighbours[61], world.neighbours[62]
    yield ago(now, 75, 10)
    sides = [Side(person_of(one)), Side(person_of(other))]
    meeting = services.take_down(
        world["shen"],
        world.neighbourhood.slug,
        matter="卫生间渗水，楼下天花板发霉",
        facts="楼上卫生间防水老化，楼下天花板渗水发霉。请求修好防水，并承担粉刷费用。",
        sides=sides,
    )
    services.accept(world["shen"], meeting.pk)
    yield from _consented(world, meeting, (one, other), now, 74)
    starts_at = ago(now, 64, 14)
    services.notify(
        world["shen"], meeting.pk, points="防水由谁修\n粉刷费用怎么分担", starts_at=starts_at, place=PLACE
    )
    yield starts_at + timedelta(minutes=5)
    here = list(meeting.parties.values_list("participant", flat=True))
    services.begin(world["shen"], meeting.pk, present=here)
    yield starts_at + timedelta(hours=1)
    yield from _recorded(world, meeting, (one, other))
    promises = [Promise(meeting.parties.last().pk, "重做卫生间防水，并粉刷楼下天花板", ago(now, 50).date())]  # type: ignore[union-attr]
    services.agree(
        world["shen"], meeting.pk, text="双方和解：由楼上修好防水并粉刷，楼下不再追究。", promises=promises
    )
    for user in (one, other):
        services.sign(user, meeting.pk, text_hash=Coordination.objects.get(pk=meeting.pk).agreement_hash)
    services.seal(world["shen"], meeting.pk)
    services.perform(world["shen"], meeting.pk)
    yield ago(now, 52, 16)
    services.note_receipt(
        world["shen"], meeting.pk, number=1, on=clock.today(), receipt="承办人到场看过，闭水试验两天不漏"
    )
    services.finish(world["shen"], meeting.pk)
    yield ago(now, 40, 15)
    services.note_visit(world["shen"], meeting.pk, on=clock.today(), text="天花板干爽，两家见面有说有笑。")
    services.close_file(world["shen"], meeting.pk, report="一次协商达成协议，按期履行，已回访。")


def _ahead(world: World, now: datetime) -> Story:
    """Zhou asks for talks with Chen; both agree, and are invited."""
    yield ago(now, 9, 19)
    meeting = services.apply(
        world["zhou"],
        world.neighbourhood.slug,
        matter="清晨健身操音乐声太响",
        facts="每天早上六点楼下健身操放音乐，孩子睡不好。希望商量一个时间和音量。",
        others="5 号楼陈阿姨",
    )
    yield ago(now, 8, 10)
    services.add_party(world["shen"], meeting.pk, side=Side(person_of(world["chen"])))
    services.accept(world["shen"], meeting.pk)
    yield from _consented(world, meeting, (world["zhou"], world["chen"]), now, 6)
    points = "早上几点开始\n音量多大\n能不能换个地方"
    starts_at = clock.at_time(clock.day_of(now + timedelta(days=3)), 14)
    services.notify(world["shen"], meeting.pk, points=points, starts_at=starts_at, place=PLACE)


def _consented(
    world: World, meeting: Coordination, users: tuple[User, User], now: datetime, days: int
) -> Story:
    yield ago(now, days, 20)
    for user in users:
        services.answer(user, meeting.pk, consent="yes", wants_open=False, waives=False)
    who = list(meeting.parties.values_list("pk", flat=True))
    services.see_identity(world["shen"], meeting.pk, who=who, on=clock.today())


def _recorded(world: World, meeting: Coordination, users: tuple[User, User]) -> Story:
    views = {seat.pk: minutes.View() for seat in minutes.came(meeting)}
    text = "楼下陈述渗水经过；楼上承认防水老化，愿意修好；双方就粉刷达成一致。"
    minutes.draft_minutes(world["shen"], meeting.pk, text=text, views=views)
    for user in users:
        minutes.mark_minutes(user, meeting.pk, mark=Mark.SIGNED)
    minutes.sign_minutes(world["shen"], meeting.pk)
    yield clock.now() + timedelta(minutes=30)

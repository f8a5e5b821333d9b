"""Last year's review of the committee, closed with its plan; this year's of the property firm, ready for its day."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import Appointment, Post, User
from portal.community.permissions import holders
from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Mark, Review, Reviewed
from portal.meetings.reviews.services import following, planning, sessions
from portal.meetings.reviews.services.planning import Invitation
from portal.voting import services as voting

# Of every ten delegates: how many choose the first, second, third level.
SHARE = ("o1", "o1", "o2", "o1", "o1", "o2", "o1", "o3", "o1", "o2")
LAST_YEAR = 330
AGENDA = "一、居委会述职\n二、代表提问\n三、无记名测评\n四、当场计票"
MINUTES = """居委会汇报全年工作：办结议题 14 件，听证会 1 次，协调邻里纠纷 9 件。
代表提问：财务公开为什么只贴在一号楼？答：人手不够，今后每栋都贴。
代表提问：周六能不能办事？答：从下季度起周六上午有人值班。"""


def stories(world: World, now: datetime) -> list[Story]:
    """One that is over, one that is under way."""
    return [_committee(world, now), _property(world, now)]


def _overseer(world: World) -> User:
    """The neighbour who checks, in the oversight committee."""
    overseer = world["wei"]
    if not holders(Post.OVERSIGHT, world.neighbourhood):
        Appointment.objects.create(
            person=person_of(overseer), post=Post.OVERSIGHT, area=world.neighbourhood, title="居务监督委员会"
        )
    return overseer


def _committee(world: World, now: datetime) -> Story:
    yield ago(now, LAST_YEAR + 18, 9)
    review = _plan(world, Reviewed.COMMITTEE, "天馨花园居委会", "居委会年度工作评议会")
    held_at = ago(now, LAST_YEAR, 14)
    _announce(world, review, held_at, AGENDA)
    yield ago(now, LAST_YEAR + 10, 9)
    planning.report(
        world["wang"],
        review.pk,
        text="一年来办结议题 14 件，开听证会 1 次，入户走访 620 户。不足：财务公开不够及时，周末无人值班。",
    )
    yield ago(now, LAST_YEAR + 9, 15)
    planning.check(
        _overseer(world), review.pk, remarks="数字与台账一致。财务公开栏实际只更新到第二季度，材料中应写明。"
    )
    yield held_at
    delegates = _come(world, review)
    sessions.open_ballot(world["shen"], review.pk, minutes=30)
    yield held_at + timedelta(minutes=10)
    _vote(review, delegates)
    yield held_at + timedelta(minutes=31)
    _count(review)
    sessions.publish(world["shen"], review.pk)
    yield ago(now, LAST_YEAR - 1, 10)
    _minutes(world, review, delegates)
    following.send_opinion(
        world["shen"],
        review.pk,
        opinion="走访细致，办事热心。\n财务公开要及时，每栋楼都要贴。\n周六上午要有人值班。",
        asks_plan=True,
    )
    following.receive(world["wang"], review.pk)
    yield ago(now, LAST_YEAR - 12, 10)
    day = clock.day_of(ago(now, LAST_YEAR))
    following.file_plan(
        world["wang"],
        review.pk,
        targets="财务每季度公开到每栋楼；周六上午有人值班。",
        head="王主任",
        listener="社工小沈，每月第一个周三听取意见",
        measures=[
            ("财务公开栏每季度第一周更新，每栋楼张贴", day + timedelta(days=40)),
            ("周六上午安排值班，公布值班表", day + timedelta(days=60)),
        ],
    )
    following.accept_plan(_overseer(world), review.pk)
    yield ago(now, LAST_YEAR - 38, 10)
    for measure, note in zip(
        review.measures.all(), ("九栋楼都已张贴", "值班表已公布，已值班三次"), strict=True
    ):
        following.measure_done(world["wang"], review.pk, measure=measure.pk, note=note)
    yield ago(now, LAST_YEAR - 62, 10)
    following.re_check(
        _overseer(world), review.pk, found="抽查三栋楼，公开栏均已更新；周六到场查看，有人值班。"
    )
    following.close(world["shen"], review.pk)


def _property(world: World, now: datetime) -> Story:
    yield ago(now, 16, 9)
    review = _plan(world, Reviewed.PROPERTY, "康宁物业公司", "物业服务评议会")
    held_at = clock.at_time(clock.day_of(now + timedelta(days=4)), 14)
    _announce(world, review, held_at, "一、物业公司述职\n二、代表提问\n三、无记名测评")
    yield ago(now, 5, 10)
    planning.report(
        world["li"],
        review.pk,
        text="今年电梯维保 48 次，更换路灯 36 盏，报修平均 6 小时到场。停车收费公示不全，正在补。",
    )
    yield ago(now, 4, 15)
    planning.check(
        _overseer(world), review.pk, remarks="维保记录属实。停车收入没有按季度公示，请在会上说明。"
    )


def _plan(world: World, reviewed: Reviewed, name: str, title: str) -> Review:
    return planning.plan_review(
        world["shen"],
        world.neighbourhood.slug,
        title=title,
        reviewed=reviewed,
        name=name,
        chair=person_of(_overseer(world)),
    )


def _announce(world: World, review: Review, held_at: datetime, agenda: str) -> None:
    invitation = Invitation(place="居委会二楼会议室", starts_at=held_at, agenda=agenda, notice_days=7)
    planning.announce(world["shen"], review.pk, invitation)


def _come(world: World, review: Review) -> list[User]:
    """All but two delegates are here."""
    here = list(review.participants.filter(part="delegate").order_by("pk"))[:-2]
    sessions.take_attendance(world["shen"], review.pk, present=[member.pk for member in here])
    sessions.begin(world["shen"], review.pk)
    people = {held.person_id for held in holders(Post.DELEGATE, world.neighbourhood)}
    came = people & {member.person_id for member in here}
    return list(User.objects.filter(person__in=came, is_active=True).order_by("pk"))


def _vote(review: Review, delegates: list[User]) -> None:
    review.refresh_from_db()
    for number, user in enumerate(delegates):
        voting.cast_open(user, review.vote_id or 0, SHARE[number % len(SHARE)])


def _count(review: Review) -> None:
    voting.end_votes()
    voting.count(review.vote_id or 0)
    sessions.settle(review.pk)


def _minutes(world: World, review: Review, delegates: list[User]) -> None:
    views = {member.pk: minutes.View() for member in minutes.came(review)}
    minutes.draft_minutes(world["shen"], review.pk, text=MINUTES, views=views)
    for user in delegates:
        minutes.mark_minutes(user, review.pk, mark=Mark.SIGNED)
    minutes.sign_minutes(world["shen"], review.pk)

"""Meetings beside hearings: joint meetings after a patrol, a convenors' meeting, an open talk, an assembly to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import Post
from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import OFFICE, World
from portal.kit import clock
from portal.meetings.gatherings.services import calling, findings, holding
from portal.meetings.gatherings.services.calling import Plan
from portal.meetings.minutes import deciding
from portal.meetings.minutes import services as minutes
from portal.meetings.models import Form, Gathering, Mark

FOUND = (
    ("6号楼北侧", "电瓶车停在消防通道上", Post.PROPERTY, "划线并加装隔离桩"),
    ("3号楼2层", "楼道堆放旧家具", Post.WORKER, "上门劝说，三天内搬走"),
    ("北门", "路灯两盏不亮", Post.PROPERTY, "更换灯泡，检查线路"),
)


def stories(world: World, now: datetime) -> list[Story]:
    """Each on its own."""
    return [_joint(world, now), _convenors(world, now), _tea(world, now), _assembly(world, now)]


def _joint(world: World, now: datetime) -> Story:
    """Held a month ago; one point was not done and stands on the agenda of the next one, in a week."""
    yield ago(now, 40, 9)
    held = ago(now, 33, 14)
    meeting = _planned(world, Form.JOINT, "十月联席会议")
    for place, what, _post, _answer in FOUND:
        findings.add_finding(world["shen"], meeting.pk, place=place, found=what)
    calling.invite(world["shen"], meeting.pk, name="周警官", group="红林派出所")
    yield ago(now, 38, 10)
    calling.announce(world["shen"], meeting.pk, starts_at=held, place=f"{OFFICE}会议室")
    yield held
    _open(world, meeting)
    for one, (_place, _what, post, answer) in zip(meeting.findings.all(), FOUND, strict=True):
        due = clock.today() + timedelta(days=14)
        findings.answer_finding(
            world["shen"], meeting.pk, finding=one.pk, answer=answer, due_on=due, post=post
        )
    yield held + timedelta(hours=2)
    yield from minuted(world, meeting, held)
    yield held + timedelta(days=6)
    for decision in meeting.decisions.all()[:2]:
        deciding.done(world["shen"], decision.pk, note="已办好，照片贴在公告栏。")
    yield ago(now, 4, 10)
    following = _planned(world, Form.JOINT, "十一月联席会议")
    calling.announce(
        world["shen"],
        following.pk,
        starts_at=clock.at_time(clock.day_of(now + timedelta(days=7)), 14),
        place=f"{OFFICE}会议室",
    )


def _convenors(world: World, now: datetime) -> Story:
    held = ago(now, 19, 15)
    yield ago(now, 23, 9)
    meeting = _planned(world, Form.CONVENORS, "楼组长碰头会：冬季防火")
    calling.add_point(world["shen"], meeting.pk, title="冬季防火告知怎么上门", presenter="王主任", minutes=20)
    calling.add_point(world["shen"], meeting.pk, title="独居老人名单核对", presenter="沈老师", minutes=15)
    yield ago(now, 22, 10)
    calling.announce(world["shen"], meeting.pk, starts_at=held, place=f"{OFFICE}茶室")
    yield held
    _open(world, meeting)
    first = meeting.agenda_items.order_by("number")[0]
    holding.note_point(
        world["shen"], meeting.pk, point=first.pk, outcome="各楼一周内逐户告知，不在家的留条。"
    )
    due = clock.today() + timedelta(days=7)
    deciding.decide(
        world["shen"], meeting.pk, text="9号楼逐户告知防火", due_on=due, person=person_of(world["zhu"])
    )
    yield held + timedelta(hours=1)
    yield from minuted(world, meeting, held)
    yield held + timedelta(days=5)
    deciding.done(world["zhu"], meeting.decisions.get().pk, note="42 户都讲到了。")


def _tea(world: World, now: datetime) -> Story:
    yield ago(now, 3, 9)
    meeting = _planned(world, Form.TEA, "茶室议事：儿童乐园怎么改")
    calling.add_point(world["shen"], meeting.pk, title="想玩什么、怕什么", minutes=40)
    yield ago(now, 3, 10)
    calling.announce(
        world["shen"],
        meeting.pk,
        starts_at=clock.at_time(clock.day_of(now + timedelta(days=3)), 14, 30),
        place=f"{OFFICE}茶室",
    )


def _assembly(world: World, now: datetime) -> Story:
    """Half a year ago it was held with one delegate a household."""
    held = ago(now, 170, 9)
    yield ago(now, 181, 9)
    meeting = _planned(world, Form.ASSEMBLY, "年度居民会议", counted="households", body_size=620)
    calling.add_point(world["shen"], meeting.pk, title="居委会年度工作报告", presenter="王主任", minutes=30)
    calling.add_point(world["shen"], meeting.pk, title="居民公约修订说明", presenter="沈老师", minutes=30)
    yield ago(now, 180, 10)
    calling.announce(world["shen"], meeting.pk, starts_at=held, place="社区文化活动中心")
    yield held
    holding.take_attendance(world["shen"], meeting.pk, present=[], came=347)
    holding.begin(world["shen"], meeting.pk)
    for item, outcome in zip(
        meeting.agenda_items.all(), ("工作报告获到会户代表过半数同意。", "修订稿进入征求意见。"), strict=True
    ):
        holding.note_point(world["shen"], meeting.pk, point=item.pk, outcome=outcome)
    yield held + timedelta(hours=2)
    yield from minuted(world, meeting, held)


def _planned(world: World, form: Form, title: str, **more: object) -> Gathering:
    plan = Plan(form, title, person_of(world["wang"]), **more)  # type: ignore[arg-type]
    return calling.plan(world["shen"], world.neighbourhood.slug, plan)


def _open(world: World, meeting: Gathering) -> None:
    """All who were invited came."""
    seats = list(meeting.participants.values_list("pk", flat=True))
    holding.take_attendance(world["shen"], meeting.pk, present=seats)
    holding.begin(world["shen"], meeting.pk)


def minuted(world: World, meeting: Gathering, held: datetime, *, sheet: bool = False) -> Story:
    """Written, answered by all, closed and published. `sheet`: all signed on the sheet in the room."""
    came = list(minutes.came(meeting).select_related("person__user"))
    text = "\n".join(f"{item.number}. {item.title}：{item.outcome}" for item in meeting.agenda_items.all())
    minutes.draft_minutes(
        world["shen"],
        meeting.pk,
        text=text or "会议照议程进行。",
        views={seat.pk: minutes.View() for seat in came},
    )
    yield held + timedelta(days=1)
    paper = {}
    for seat in came:
        user = getattr(seat.person, "user", None) if seat.person else None
        if user is not None and not sheet:
            minutes.mark_minutes(user, meeting.pk, mark=Mark.SIGNED)
        else:
            paper[seat.pk] = (Mark.SIGNED, "")
    if paper:
        minutes.mark_on_paper(world["shen"], meeting.pk, marks=paper)
    yield held + timedelta(days=2)
    minutes.sign_minutes(world["shen"], meeting.pk)
    holding.publish(world["shen"], meeting.pk)

"""Three years of matters that were carried through, and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.community.models import Post
from portal.deliberation.models import Category, Matter, Satisfaction, Topic
from portal.deliberation.services import execution, forum
from portal.demo.engine import Story
from portal.demo.stories import steps
from portal.demo.stories.steps import ago, answer, call_vote, carry_out, cast, report, say
from portal.demo.world import World
from portal.kit import clock


@dataclass(frozen=True)
class Case:
    """A finished matter: when it was raised, what it was, how the vote went, how it was done and judged."""

    days: int
    who: str
    title: str
    category: Category
    place: str
    problem: str
    wish: str
    matter: Matter
    vote: tuple[int, int, int]
    done: Sequence[str]
    judged: tuple[int, int, int]
    budget: int


CASES = (
    Case(
        1080,
        "zhu",
        "9 号楼门厅加装扶手和折叠凳",
        Category.ELDER,
        "9 号楼各楼层转角",
        "没有电梯的楼，老人上楼中途没处歇脚，冬天地砖又滑。",
        "每层转角装扶手和折叠凳，踏步贴防滑条。",
        Matter.NEIGHBOURHOOD,
        (17, 88, 6),
        ("量尺寸、选样品", "2 至 4 层安装", "5 至 6 层安装并验收"),
        (31, 6, 2),
        1_260_000,
    ),
    Case(
        720,
        "sun",
        "更换老化的楼宇对讲门禁",
        Category.REPAIR,
        "1 至 18 号楼单元门",
        "对讲机坏了大半，单元门常年敞开，快递和陌生人随意进出。",
        "使用维修资金统一更换单元门对讲，保留刷卡和密码两种方式。",
        Matter.OWNERS_ORDINARY,
        (71, 74, 17),
        ("招标并公示中标价", "1 至 9 号楼施工", "10 至 18 号楼施工", "逐户测试并发卡"),
        (64, 21, 8),
        38_600_000,
    ),
    Case(
        330,
        "chen",
        "垃圾分类投放点加装雨棚和洗手池",
        Category.ENVIRONMENT,
        "3 号楼、11 号楼投放点",
        "雨天投放要打伞提袋，没有洗手的地方，地面湿滑。",
        "两个投放点加雨棚、洗手池和感应灯，定时冲洗。",
        Matter.NEIGHBOURHOOD,
        (14, 81, 10),
        ("与街道确认样式", "3 号楼投放点完工", "11 号楼投放点完工"),
        (40, 9, 3),
        2_350_000,
    ),
)


def stories(world: World, now: datetime) -> list[Story]:
    """The finished matters, one that was put to the owners and failed, and one that is being judged now."""
    return [*(_closed(world, now, number, case) for number, case in enumerate(CASES)), _failed(world, now)]


def _closed(world: World, now: datetime, number: int, case: Case) -> Story:
    topic = None
    sent = ago(now, case.days, 20)
    yield sent
    topic = steps.raise_topic(
        world,
        case.who,
        title=case.title,
        category=case.category,
        place=case.place,
        problem=case.problem,
        affected="相关楼栋的居民",
        wish=case.wish,
        cost=case.budget,
    )
    yield from steps.until_discussion(world, topic, sent, matter=case.matter, start=20 + number)
    yield from _talk(world, topic)
    topic.refresh_from_db()
    yield from decided_by_vote(world, topic, case.vote)
    yield from carried_through(world, topic, case.done, case.judged, case.budget, number)
    yield max(topic.state_until or clock.now(), clock.now()) + timedelta(hours=14)
    execution.close(world["wang"], topic.pk, "邻居们的评价都看了。谢谢提议的邻居，物业会继续维护。")


def _talk(world: World, topic: Topic) -> Story:
    start = clock.now()
    yield start + timedelta(hours=4)
    asked = say(world, topic, world.neighbours[11], "施工期间怎么走？请物业说明。", asks=Post.PROPERTY)
    yield start + timedelta(days=1, hours=2)
    answer(world, asked, "li", "分段施工，每次只封一个出入口，提前三天贴通知。")
    yield start + timedelta(days=2)
    say(world, topic, world.neighbours[57], "支持，早就该做了。")


def decided_by_vote(world: World, topic: Topic, shares: tuple[int, int, int]) -> Story:
    """Put to the vote with the notice its electorate is owed, ten days open, counted."""
    yield clock.now() + timedelta(hours=2)
    yield from steps.wrap_up(world, topic)
    notice = 17 if topic.is_owners_matter else 4
    opens = clock.at_time(clock.day_of(clock.now() + timedelta(days=notice)), 0)
    closes = clock.end_of(clock.day_of(opens + timedelta(days=9)))
    vote = call_vote(world, topic, f"是否同意：{topic.title}？", opens, closes)
    yield opens + timedelta(days=2, hours=10)
    cast(vote, *shares)
    yield closes + timedelta(minutes=1)
    forum.settle_vote(topic.pk)
    topic.refresh_from_db()
    yield clock.at_time(clock.today(), 9, 10)


def carried_through(
    world: World,
    topic: Topic,
    done: Sequence[str],
    judged: tuple[int, int, int],
    budget: int,
    number: int = 0,
) -> Story:
    """Plan, steps reported one by one, finish, ratings."""
    yield steps.working_day_after(clock.now(), 2)
    plan = [(12 * (at + 1), text) for at, text in enumerate(done)]
    carry_out(world, topic, "li", post=Post.PROPERTY, name="物业服务中心", budget=budget, plan=plan)
    begun = clock.now()
    for at, text in enumerate(done):
        yield begun + timedelta(days=12 * (at + 1) - 2)
        report(world, topic, "li", f"{text}：已完成，请大家看看。")
    yield clock.now() + timedelta(hours=3)
    execution.finish(world["li"], topic.pk)
    yield clock.now() + timedelta(days=1)
    steps.rate(world, topic, zip(Satisfaction, judged, strict=True), start=60 + number)
    topic.refresh_from_db()


def _failed(world: World, now: datetime) -> Story:
    sent = ago(now, 210, 21)
    yield sent
    topic = steps.raise_topic(
        world,
        "sun",
        title="把小区围墙外立面整体改色",
        category=Category.REPAIR,
        place="小区四周围墙",
        problem="围墙褪色，和新修的街面不协调。",
        affected="全体业主",
        wish="使用公共收益统一改成浅灰色。",
        cost=15_000_000,
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.OWNERS_SPECIAL, start=31)
    topic.refresh_from_db()
    yield from decided_by_vote(world, topic, (70, 58, 33))

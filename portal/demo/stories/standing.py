"""Matters that stand somewhere on the track today, one at least at each station."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import Post
from portal.community.selectors import person_of
from portal.deliberation.models import Category, Matter, Topic
from portal.deliberation.services import deciding, forum, screening, topics
from portal.demo.engine import Story
from portal.demo.stories import steps
from portal.demo.stories.closed import carried_through, decided_by_vote
from portal.demo.stories.meetings_lots import by_lot
from portal.demo.stories.steps import ago, answer, carry_out, report, say, second
from portal.demo.world import OFFICE, World
from portal.kit import clock
from portal.meetings.services import hearings, registrations
from portal.record.services import key
from portal.threads.services import promising


def stories(world: World, now: datetime) -> list[Story]:
    """Draft, seconding, screening, returned, announced, discussing, hearing, adopted, acting, judged, suspended."""
    return [
        _draft(world, now),
        _seconding(world, now),
        _screening(world, now),
        _returned(world, now),
        _announced(world, now),
        _discussing(world, now),
        _in_forum(world, now),
        _adopted(world, now),
        _executing(world, now),
        _evaluating(world, now),
        _suspended(world, now),
    ]


def _topic(
    world: World, who: str, title: str, category: Category, place: str, problem: str, wish: str
) -> Topic:
    return steps.raise_topic(
        world,
        who,
        title=title,
        category=category,
        place=place,
        problem=problem,
        affected="附近楼栋的居民",
        wish=wish,
        cost=None,
    )


def _draft(world: World, now: datetime) -> Story:
    yield ago(now, 1, 21)
    steps.draft(
        world,
        "chen",
        title="6 号楼门口装一盏感应灯",
        category=Category.ELDER,
        place="6 号楼 1 单元门口",
        problem="晚上门口太暗，台阶看不清。",
        affected="6 号楼居民",
        wish="装一盏感应灯。",
        cost=None,
    )


def _seconding(world: World, now: datetime) -> Story:
    yield ago(now, 4, 19)
    topic = _topic(
        world,
        "zhu",
        "把 3 号楼北侧空地改成共享菜园",
        Category.ENVIRONMENT,
        "3 号楼北侧空地",
        "空地长满杂草，夏天蚊虫多，还有人堆杂物。",
        "分成小块由邻居认养种菜种花，写一份管护约定。",
    )
    yield ago(now, 3, 18)
    second(world, topic, 3, 50)


def _screening(world: World, now: datetime) -> Story:
    yield ago(now, 5, 20)
    topic = _topic(
        world,
        "zhou",
        "周末开放居委会活动室给孩子写作业",
        Category.CULTURE,
        OFFICE,
        "双职工家庭周末没人看孩子，孩子没有安静的地方。",
        "周六周日上午开放活动室，志愿者轮值。",
    )
    yield ago(now, 2, 20)
    second(world, topic, topics.needed(topic), 53)


def _returned(world: World, now: datetime) -> Story:
    yield ago(now, 9, 20)
    topic = _topic(
        world,
        "tenant",
        "快递柜换个位置",
        Category.PROPERTY,
        "正门东侧",
        "快递柜挡住人行道。",
        "换个地方。",
    )
    yield ago(now, 7, 9)
    second(world, topic, topics.needed(topic), 57)
    yield ago(now, 4, 15)
    screening.send_back(
        world["shen"], topic.pk, "请补充：希望换到哪里？占用的是不是公共绿地？补充后我们马上受理。"
    )


def _announced(world: World, now: datetime) -> Story:
    yield ago(now, 8, 20)
    topic = _topic(
        world,
        "volunteer",
        "每月一次义诊进小区",
        Category.ELDER,
        "小区中心花园",
        "老人量血压、测血糖要跑很远。",
        "每月第一个周六上午，在中心花园设义诊点。",
    )
    yield ago(now, 6, 9)
    second(world, topic, topics.needed(topic), 61)
    yield ago(now, 3, 10)
    steps.accept(world, topic, Matter.NEIGHBOURHOOD, Category.ELDER)
    yield ago(now, 2, 18)
    screening.object_to(world["tenant"], topic.pk, "请不要用高音喇叭通知，夜班的人上午在睡觉。")


def _discussing(world: World, now: datetime) -> Story:
    sent = ago(now, 17, 20)
    yield sent
    topic = _topic(
        world,
        "sun",
        "电动自行车集中充电棚怎么建",
        Category.PARKING,
        "15 号楼西侧",
        "楼道飞线充电屡禁不止，去年 15 号楼差点出事。",
        "建一个带喷淋的充电棚，扫码充电，价格公开。",
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.NEIGHBOURHOOD, start=67)
    for number, text in enumerate(
        (
            "楼道充电太吓人，赶紧建。",
            "选址离 15 号楼窗户太近，能不能挪到西围墙？",
            "充电价格要公示，不能比家里贵太多。",
        )
    ):
        yield clock.now() + timedelta(hours=2)
        say(world, topic, world.neighbours[90 + number * 17], text)
    yield max(ago(now, 1, 9), clock.now())
    say(world, topic, "chen", "喷淋和摄像头谁来维护？坏了多久能修好？", asks=Post.PROPERTY)
    ground = say(world, topic, "zhou", "西围墙那块地是全体业主共有的吗？收费归谁？", asks=Post.PROPERTY)
    yield max(ago(now, 0.2, 9), clock.now())
    reason = "场地和收费归全体业主，物业答不了，请业委会回答。"
    promising.hand_on(world["li"], ground.pk, to=Post.OWNERS_COMMITTEE, reason=reason)


def _in_forum(world: World, now: datetime) -> Story:
    sent = ago(now, 40, 20)
    yield sent
    topic = _topic(
        world,
        "zhou",
        "调整中心花园广场舞的时间和音量",
        Category.CULTURE,
        "中心花园",
        "晚上音乐太响，做功课的孩子和早睡的老人受影响；跳舞的阿姨也没别处可去。",
        "约定时间、音量和场地轮换，大家都能接受。",
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.NEIGHBOURHOOD, start=71)
    yield clock.now() + timedelta(hours=5)
    say(world, topic, "chen", "我们可以七点半就收，音箱换小的。")
    yield from _coming_hearing(world, topic, now)


def _coming_hearing(world: World, topic: Topic, now: datetime) -> Story:
    yield ago(now, 12, 10)
    wang = world["wang"]
    hearing = hearings.plan_hearing(
        wang,
        key(topic),
        title="中心花园广场舞听证会",
        plan_owner="居委会文体委员会",
        chair=person_of(wang),
        decision_maker=Post.DIRECTOR,
    )
    yield from by_lot(world, hearing, now)
    yield ago(now, 4, 10)
    held = clock.at_time(clock.day_of(now + timedelta(days=5)), 14)
    invitation = hearings.Invitation(
        place=OFFICE,
        starts_at=held,
        agenda="一、文体委员会介绍三个时段方案\n二、代表发言\n三、形成听证意见",
        seats=15,
    )
    hearings.announce(world["wang"], hearing.pk, invitation)
    hearings.open_registration(world["wang"], hearing.pk)
    yield ago(now, 2, 12)
    for user in world.neighbours[400:430:10]:
        registrations.register(user, hearing.pk)


def _adopted(world: World, now: datetime) -> Story:
    sent = ago(now, 24, 20)
    yield sent
    topic = _topic(
        world,
        "chen",
        "12 号楼前小广场补种两棵遮荫树",
        Category.ENVIRONMENT,
        "12 号楼前小广场",
        "夏天没有树荫，老人没地方坐。",
        "补种两棵朴树，下面放长椅。",
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.COMMITTEE, start=79)
    yield clock.now() + timedelta(days=2)
    yield from steps.wrap_up(world, topic)
    yield max(ago(now, 2, 9), clock.now())
    # A hearing is not always needed: what is small the committee decides after the discussion.
    why = "邻居意见一致，绿化养护由物业负责，居委会同意。"
    deciding.decide(world["wang"], topic.pk, adopted=True, reason=why)


def _executing(world: World, now: datetime) -> Story:
    sent = ago(now, 62, 20)
    yield sent
    topic = _topic(
        world,
        "zhu",
        "7 至 11 号楼楼道加装扶手和折叠凳",
        Category.ELDER,
        "7 至 11 号楼楼道",
        "9 号楼装好以后，邻近几栋的老人都盼着。",
        "照 9 号楼的样子做，先做 7 至 9 号楼。",
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.NEIGHBOURHOOD, start=83)
    topic.refresh_from_db()
    yield from decided_by_vote(world, topic, (15, 86, 5))
    yield steps.working_day_after(clock.now(), 2)
    left = (clock.day_of(now) - clock.today()).days
    plan = [
        (max(left - 20, 1), "量尺寸、选样品"),
        (max(left - 9, 2), "7 号楼安装"),
        (max(left - 3, 3), "8 号楼安装"),
        (left + 9, "9 号楼补装"),
        (left + 16, "10、11 号楼安装"),
    ]
    carry_out(world, topic, "li", post=Post.PROPERTY, name="物业服务中心", budget=2_980_000, plan=plan)
    for days, note in (
        (22, "样品放在门岗，欢迎来试坐。"),
        (11, "7 号楼完工。"),
        (4, "8 号楼完工，三楼凳子已调低。"),
    ):
        yield max(ago(now, days, 16), clock.now() + timedelta(minutes=10))
        report(world, topic, "li", note)


def _evaluating(world: World, now: datetime) -> Story:
    sent = ago(now, 100, 20)
    yield sent
    topic = _topic(
        world,
        "volunteer",
        "中心花园长椅加装靠背和扶手",
        Category.ELDER,
        "中心花园",
        "石凳没有靠背，老人坐不久、站不起来。",
        "八张石凳换成带靠背扶手的木椅。",
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.NEIGHBOURHOOD, start=91)
    yield clock.now() + timedelta(days=4)
    asked = say(world, topic, "chen", "木椅几年刷一次漆？", asks=Post.PROPERTY)
    yield clock.now() + timedelta(hours=6)
    answer(world, asked, "li", "用防腐木，每两年保养一次，写进年度养护计划。")
    topic.refresh_from_db()
    yield from decided_by_vote(world, topic, (13, 90, 4))
    yield max(ago(now, 46, 10), clock.now() + timedelta(hours=1))
    yield from carried_through(world, topic, ("订制木椅", "拆旧装新", "复查加固"), (17, 5, 1), 1_520_000, 5)


def _suspended(world: World, now: datetime) -> Story:
    sent = ago(now, 55, 20)
    yield sent
    topic = _topic(
        world,
        "sun",
        "地下车库漏水的维修方案",
        Category.REPAIR,
        "地下车库 B 区",
        "雨季顶板渗水，车位积水。",
        "请专业公司出方案，费用和质保写清楚。",
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.OWNERS_ORDINARY, start=97)
    yield clock.now() + timedelta(days=3)
    say(world, topic, world.neighbours[33], "当年防水是谁做的？应该先找他们。")
    yield clock.now() + timedelta(days=4)
    forum.suspend(world["wang"], topic.pk, "与原施工单位的质保纠纷正在法院诉前调解，结果出来后恢复讨论。")

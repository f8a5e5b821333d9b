"""Matters that ended early: refused, merged, passed on, expired, taken back."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from portal.community.models import Post
from portal.deliberation.models import Category, Topic
from portal.deliberation.services import merging, passing_on, screening, topics
from portal.demo.engine import Story
from portal.demo.stories import steps
from portal.demo.stories.gate import TITLE as GATE
from portal.demo.stories.steps import ago, second
from portal.demo.world import World
from portal.kit import clock


def stories(world: World, now: datetime) -> list[Story]:
    """One for each way in which a topic ends before it is discussed."""
    return [
        _rejected(world, now),
        _merged(world, now),
        _redirected(world, now),
        _passed_on(world, now),
        _expired(world, now),
        _withdrawn(world, now),
    ]


def _to_screening(
    world: World, sent: datetime, start: int, who: str, **fields: Any
) -> Generator[datetime, None, Topic]:
    """Raise and second a topic until it stands in screening."""
    topic = steps.raise_topic(world, who, affected="部分居民", cost=None, **fields)
    yield sent + timedelta(days=1)
    second(world, topic, topics.needed(topic), start)
    yield steps.working_day_after(sent + timedelta(days=1))
    topic.refresh_from_db()
    return topic


def _rejected(world: World, now: datetime) -> Story:
    sent = ago(now, 150, 20)
    yield sent
    topic = yield from _to_screening(
        world,
        sent,
        101,
        "zhou",
        title="禁止外来人员租住本小区",
        category=Category.OTHER,
        place="全小区",
        problem="有的出租房住的人太多。",
        wish="禁止把房子租给外来人员。",
    )
    screening.reject(
        world["shen"],
        topic.pk,
        "出租房屋是业主依法享有的权利，居民区不能禁止谁来租住。群租问题已另行转给城管处理，欢迎就噪音、安全另提议题。",
    )
    yield sent + timedelta(days=5)
    screening.appeal(world["zhou"], topic.pk, "我的本意是管住群租，请街道再看看。")
    yield steps.working_day_after(sent + timedelta(days=5), 3)
    screening.decide_appeal(
        world["officer"], topic.pk, False, "居委会不立项的理由成立；群租请按转办渠道跟进。"
    )


def _merged(world: World, now: datetime) -> Story:
    sent = ago(now, 73, 20)
    yield sent
    topic = yield from _to_screening(
        world,
        sent,
        107,
        "volunteer",
        title="西围墙开个门去菜场",
        category=Category.TRAFFIC,
        place="西围墙",
        problem="去对面菜场要绕一大圈。",
        wish="西边开个门。",
    )
    into = Topic.objects.get(title=GATE)
    merging.merge(world["shen"], topic.pk, into.pk, "与红林路小门是同一件事，合并讨论。")


def _redirected(world: World, now: datetime) -> Story:
    sent = ago(now, 95, 20)
    yield sent
    topic = yield from _to_screening(
        world,
        sent,
        113,
        "chen",
        title="红林路路口红绿灯时间太短",
        category=Category.TRAFFIC,
        place="红林路与花园路路口",
        problem="老人走到一半就变灯。",
        wish="把行人绿灯延长到 40 秒。",
    )
    passing_on.redirect(
        world["shen"],
        topic.pk,
        to="交警支队（经 12345）",
        reference="工单 20260819-0417",
        reason="路口信号由交警管理，已代为转办，有回复会贴在这里。",
    )
    yield steps.working_day_after(clock.now(), 12)
    passing_on.answer(
        world["shen"],
        topic.pk,
        "交警支队回复：已把早晚高峰的行人绿灯由 18 秒延长到 25 秒；40 秒会堵住公交专用道，暂不采用。",
    )


def _passed_on(world: World, now: datetime) -> Story:
    """Passed on to the property manager, who owes the answer."""
    sent = ago(now, 6, 20)
    yield sent
    topic = yield from _to_screening(
        world,
        sent,
        119,
        "sun",
        title="地下车库入口的灯常年不亮",
        category=Category.PROPERTY,
        place="地下车库入口",
        problem="坡道上的灯坏了一半，老人推车下去看不清。",
        wish="把坏灯换掉，坡道中段再加两盏。",
    )
    passing_on.redirect(
        world["shen"],
        topic.pk,
        reason="车库照明在物业服务合同里，由物业直接处理并在这里答复。",
        body=Post.PROPERTY,
    )


def _expired(world: World, now: datetime) -> Story:
    sent = ago(now, 260, 20)
    yield sent
    topic = steps.raise_topic(
        world,
        "tenant",
        title="在屋顶装一块公共投影幕",
        category=Category.CULTURE,
        place="19 号楼屋顶",
        problem="夏天没有露天电影。",
        affected="想看电影的邻居",
        wish="装一块幕布，每周放一场。",
        cost=None,
    )
    yield sent + timedelta(days=2)
    second(world, topic, 1, 119)
    yield sent + timedelta(days=32)
    topics.expire(topic.pk)


def _withdrawn(world: World, now: datetime) -> Story:
    sent = ago(now, 31, 20)
    yield sent
    topic = steps.raise_topic(
        world,
        "zhou",
        title="2 号楼门禁换成人脸识别",
        category=Category.PROPERTY,
        place="2 号楼",
        problem="忘带卡进不了门。",
        affected="2 号楼居民",
        wish="换成刷脸。",
        cost=None,
    )
    yield sent + timedelta(days=1)
    topics.withdraw(world["zhou"], topic.pk, "邻居提醒人脸信息有风险，我想改成密码加刷卡，先撤回。")

"""Two panels by lot: one drawn, with its chances published; one whose sign-up is open, with a trial run that warns."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import Post, User
from portal.community.selectors import person_of
from portal.deliberation.models import Category, Matter
from portal.demo.engine import Story
from portal.demo.stories import steps
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.meetings.lots import seating, services
from portal.meetings.models import Hearing, PanelDraw
from portal.meetings.services import hearings
from portal.record.services import key

DANCE: services.Rows = [
    ["group", "舞队", 3, 3],
    ["group", "家长", 3, 3],
    ["group", "早睡的老人", 3, 3],
    ["sex", "female", 4, 6],
]
SEED = "03 07 12 19 25 31"
GARAGE: services.Rows = [
    ["group", "有车的居民", 3, 4],
    ["group", "出入口旁的居民", 3, 4],
    ["tenure", "tenant", 2, 3],
]
SIZE = 7


def by_lot(world: World, hearing: Hearing, now: datetime) -> Story:
    """The panel of the hearing on the dancing: nineteen sign up for nine seats; the seed is that of a public lottery."""
    yield ago(now, 12, 10, 30)
    draw = services.open_draw(world["wang"], hearing.pk, size=9, closes_at=ago(now, 11, 9), quotas=DANCE)
    yield ago(now, 12, 19)
    for user, group, age, sex in _dancers(world):
        services.volunteer(user, draw.pk, group=group, age=age, sex=sex, tenure="owner")
    yield ago(now, 11, 9, 30)
    services.close_sign_up(world["wang"], draw.pk)
    services.commit(
        world["wang"],
        draw.pk,
        seed_event="当晚双色球开奖的六个红球，从小到大，两位数，空格分开",
        seed_at=ago(now, 11, 21, 15),
    )
    yield ago(now, 10, 9)
    seating.enter_seed(world["wang"], draw.pk, seed=SEED)
    yield ago(now, 10, 9, 20)
    seating.draw_panel(world["shen"], draw.pk, seed=SEED)


def _dancers(world: World) -> list[tuple[User, str, str, str]]:
    """Three of the dancers for three seats, so each has one; of the others more than there are seats."""
    named = [
        (world["chen"], "舞队", "60+", "female"),
        (world["zhou"], "家长", "30-44", "male"),
        (world["zhu"], "早睡的老人", "60+", "female"),
    ]
    groups = ("舞队",) * 2 + ("家长",) * 8 + ("早睡的老人",) * 6
    ages = {"舞队": "45-59", "家长": "30-44", "早睡的老人": "60+"}
    users = world.neighbours[120 : 120 + 10 * len(groups) : 10]
    return named + [
        (user, group, ages[group], ("female", "male")[n % 2])
        for n, (user, group) in enumerate(zip(users, groups, strict=True))
    ]


def story(world: World, now: datetime) -> Story:
    """Where cars leave the garage: sign-up runs, and the trial run says that too few tenants have come forward."""
    sent = ago(now, 15, 20)
    yield sent
    topic = steps.raise_topic(
        world,
        "zhu",
        title="地下车库出入口改成一进一出",
        category=Category.PARKING,
        place="地下车库南北出入口",
        problem="早晚两头都进都出，车道窄，常常顶牛，推车的老人没处避让。",
        affected="有车的居民和南北出入口旁的住户",
        wish="南口进、北口出，试行前听听两边的意见。",
        cost=None,
    )
    yield from steps.until_discussion(world, topic, sent, matter=Matter.NEIGHBOURHOOD, start=101)
    yield max(ago(now, 3, 10), clock.now())
    hearing = hearings.plan_hearing(
        world["wang"],
        key(topic),
        title="地下车库出入口听证会",
        plan_owner="物业服务中心",
        chair=person_of(world["wang"]),
        decision_maker=Post.DIRECTOR,
    )
    closes_at = clock.at_time(clock.day_of(now + timedelta(days=4)), 18)
    draw = services.open_draw(world["wang"], hearing.pk, size=SIZE, closes_at=closes_at, quotas=GARAGE)
    yield max(ago(now, 2, 19), clock.now())
    _drivers(world, draw)


def _drivers(world: World, draw: PanelDraw) -> None:
    for n, user in enumerate(world.neighbours[260:400:10]):
        services.volunteer(
            user,
            draw.pk,
            group=("有车的居民", "出入口旁的居民")[n % 2],
            age=("30-44", "45-59", "60+")[n % 3],
            sex=("female", "male")[n % 2],
            tenure="tenant" if n == 4 else "owner",
        )

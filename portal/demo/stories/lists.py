"""Profile, services, and what becomes of what neighbours asked for in the surveys that were published by then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.surveys.lists import answering, offering, services
from portal.surveys.models import Demand, Reply, Service, Survey
from portal.surveys.states import DemandState, SurveyState

# Row of the profile, value, source.
FACTS = (
    ("estate_type", "动迁安置房", "街道规划资料"),
    ("build_year", "2004", "房屋测绘资料"),
    ("households", "1143", "居委会走访台账"),
    ("people", "2864", "街道统计"),
    ("age_18_30", "402", "街道统计"),
    ("age_31_50", "861", "街道统计"),
    ("age_51_65", "744", "街道统计"),
    ("age_66", "610", "街道统计"),
    ("elders_alone", "11", "居委会走访台账"),
    ("owners_committee", "yes", "街道备案"),
    ("lift", "no", "物业"),
    ("charging", "no", "物业"),
    ("activity_room", "yes", "居委会"),
    ("problems", "老人吃饭难，电动车充电难", "居委会走访"),
)
# Title, provider, what, where, when, how many came last month, the need it answers.
OFFERED = (
    (
        "家庭医生签约门诊",
        "社区卫生服务站",
        "量血压、配药、转诊",
        "5 号楼底层",
        "每周二、四 8:30–11:00",
        186,
        "health",
    ),
    ("放学后看护", "少年宫与志愿者", "看护并辅导作业", "活动室", "上学日 15:30–18:00", 24, "childcare"),
    ("陪诊和代配药", "银龄服务队", "陪同就医，代取药", "上门", "提前一天预约", 31, "escort"),
)
# What of a wave is answered how, by the key of the need; the rest is a project of the micro-fund.
REFUSED = {
    "parking": "小区里没有可以划的车位，已和隔壁商场谈错时停车",
    "lift": "三幢楼有业主不同意，须先协商一致",
}
CALLED = {"charging": "充电插座装在哪里、电费怎么算", "safety": "消防通道常被占，请说明怎么管"}
SAID = "列入今年的微基金项目，先征求意见"
PAST, NOW = 350, 16
KEPT = 5


def story(world: World, now: datetime) -> Story:
    """The profile and services of a year; the wave of last year answered, half of it done; the newest being answered."""
    yield ago(now, PAST + 20, 15)
    for name, value, source in FACTS:
        offering.enter(world["shen"], *_here(world), name, value, clock.today(), source)
    yield ago(now, PAST, 10)
    listed = _list(world)
    yield ago(now, PAST - 6, 10)
    _answer(world, listed, 240)
    for number in range(KEPT):
        yield ago(now, 250 - 40 * number, 16)
        _keep(world, listed)
    yield ago(now, NOW, 10)
    listed = _list(world)
    yield ago(now, NOW - 1, 10)
    _offer(world, listed)
    yield ago(now, NOW - 4, 11)
    # The last two are still waited for.
    _answer(world, listed, 40, leave=2)
    yield ago(now, 3, 16)
    _keep(world, listed)


def _here(world: World) -> tuple[str, int]:
    return world.neighbourhood.slug, world.neighbourhood.pk


def _list(world: World) -> Survey | None:
    """Make the list of the newest survey that is published and has none."""
    waiting = Survey.objects.filter(neighbourhood=world.neighbourhood, state=SurveyState.PUBLISHED)
    survey = waiting.order_by("-opened_at").first()
    return services.list_demands(world["shen"], survey.pk) if survey else None


def _answer(world: World, survey: Survey | None, days: int, leave: int = 0) -> None:
    owed = list(survey.demands.filter(state=DemandState.OWED).order_by("rank")) if survey else []
    for place, demand in enumerate(owed[: len(owed) - leave]):
        _answer_one(world, demand, clock.today() + timedelta(days=days + 3 * place))


def _answer_one(world: World, demand: Demand, day: date) -> None:
    worker = world["shen"]
    if demand.key in REFUSED:
        answering.answer(worker, demand.pk, Reply.NOT_POSSIBLE, REFUSED[demand.key])
        return
    if demand.key in CALLED:
        answering.answer(
            worker, demand.pk, Reply.SUMMONS, CALLED[demand.key], promised_on=day, summoned="property"
        )
        return
    found = Service.objects.offered().filter(demand=demand).first()
    if found:
        answering.answer(worker, demand.pk, Reply.SERVICE, promised_on=day, subject=f"service:{found.pk}")
        return
    answering.answer(worker, demand.pk, Reply.FUND, SAID, promised_on=day)


def _keep(world: World, survey: Survey | None) -> None:
    """The first that is in hand is done."""
    found = (
        survey.demands.filter(state=DemandState.IN_HAND).order_by("promised_on", "rank") if survey else None
    )
    demand = found.first() if found is not None else None
    if demand is not None:
        answering.report_done(world["shen"], demand.pk, "已完成，欢迎大家来看看、提意见")


def _offer(world: World, survey: Survey | None) -> None:
    for title, provider, about, place, hours, came, need in OFFERED:
        demand = survey.demands.filter(key=need).first() if survey else None
        words = {"title": title, "provider": provider, "about": about, "place": place, "hours": hours}
        made = offering.add(world["shen"], world.neighbourhood.slug, **words, demand=demand)
        offering.count(world["shen"], made.pk, came, clock.today().replace(day=1) - timedelta(days=1))

"""The profile of the neighbourhood, and what is offered there."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.surveys.lists import offering
from portal.surveys.models import Survey
from portal.surveys.states import SurveyState

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
PAST, NOW = 370, 15


def story(world: World, now: datetime) -> Story:
    """The profile as it was entered a year ago, and the services of this year."""
    yield ago(now, PAST, 15)
    for name, value, source in FACTS:
        offering.enter(world["shen"], *_here(world), name, value, clock.today(), source)
    yield ago(now, NOW, 10)
    _offer(world, Survey.objects.filter(state=SurveyState.LISTS_UPDATED).order_by("-opened_at").first())


def _here(world: World) -> tuple[str, int]:
    return world.neighbourhood.slug, world.neighbourhood.pk


def _offer(world: World, survey: Survey | None) -> None:
    for title, provider, about, place, hours, came, need in OFFERED:
        demand = survey.demands.filter(key=need).first() if survey else None
        words = {"title": title, "provider": provider, "about": about, "place": place, "hours": hours}
        made = offering.add(world["shen"], world.neighbourhood.slug, **words, demand=demand)
        offering.count(world["shen"], made.pk, came, clock.today().replace(day=1) - timedelta(days=1))

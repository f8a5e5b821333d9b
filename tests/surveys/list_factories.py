"""A survey whose results are published, and the demand list made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.community.models import Area
from portal.kit import clock
from portal.surveys.lists import services
from portal.surveys.models import Demand, Section, Snapshot, Survey
from portal.surveys.states import SurveyState
from tests.surveys.factories import Asking, add_question, make_survey
from tests.worlds import kept

# Key, what is needed, group, how many percent of 498 need it.
NEEDS = (
    ("canteen", "老人助餐点", "养老", 41),
    ("charging", "电动车充电插座", "停车", 36),
    ("market", "小区菜店", "生活", 30),
    ("pool", "游泳池", "体育", 9),
)
BASE = 498


def rows(*needs: tuple[str, str, str, int]) -> list[dict[str, Any]]:
    """The demands of a payload, ranked as they are given."""
    return [
        {
            "key": key,
            "text": text,
            "group": group,
            "base": BASE,
            "needed": BASE * percent // 100,
            "percent": percent,
            "rank": rank,
        }
        for rank, (key, text, group, percent) in enumerate(needs or NEEDS, 1)
    ]


def publish(survey: Survey, demands: list[dict[str, Any]] | None = None, *, why: str = "") -> Snapshot:
    """The next results of a survey, as count writes them down."""
    payload = {"rr1": [BASE, 1131], "demands": rows() if demands is None else demands}
    number = survey.snapshots.count() + 1
    return Snapshot.objects.create(survey=survey, number=number, payload=payload, sha256="0" * 64, why=why)


@kept
def make_published(here: Area | None = None) -> Asking:
    """A published survey; nothing was listed yet."""
    asking = make_survey(here, state=SurveyState.PUBLISHED)
    publish(asking.survey)
    return asking


@kept
def make_listed(here: Area | None = None) -> Asking:
    """Its demand list: three over the line of 30 %, one below."""
    asking = make_published(here)
    services.list_demands(asking.worker, asking.pk)
    asking.survey.refresh_from_db()
    return asking


@kept
def make_wave_before(asking: Asking) -> Survey:
    """The survey of a year before, of the same family, with its list."""
    year = timedelta(days=365)
    survey = asking.survey
    before = Survey.objects.create(
        neighbourhood=asking.here,
        family=survey.family,
        title="2025 年秋季社区居民需求问卷",
        state=SurveyState.PUBLISHED,
        threshold=30,
        opened_at=clock.now() - year,
        created_by=survey.created_by,
    )
    needs = Section.objects.create(survey=before, number=1, title="需求")
    for place, (key, text) in enumerate((("canteen", "老人助餐点"), ("ramp", "门前坡道")), 1):
        add_question(needs, "demand", key, text, place=place)
    publish(before, rows(("canteen", "老人助餐点", "养老", 33), ("ramp", "门前坡道", "出行", 39)))
    services.list_demands(asking.worker, before.pk)
    return before


def demand_of(asking: Asking, key: str) -> Demand:
    """A demand as it stands now."""
    return Demand.objects.select_related("survey").get(survey=asking.survey, key=key)

"""Results as they are published, written by hand: what pages, files and reports show of them."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal.kit import clock
from portal.surveys.models import Demand, Snapshot, Survey
from portal.surveys.states import DemandState, SurveyState

FAMILY = UUID("00000000-0000-4000-8000-000000000013")
NEEDS = (
    ("canteen", "老人助餐点", "养老", 204, 41),
    ("ramp", "门前坡道", "设施", 189, 38),
    ("light", "楼道感应灯", "设施", 179, 36),
    ("charging", "电动车充电插座", "停车", 169, 34),
    ("market", "小区里开一家菜店", "商业", 154, 31),
    ("bench", "花园里多放长椅", "设施", 120, 24),
    ("care", "孩子放学后看护", "托育", 95, 19),
)
MARKS = ((20, 4), (40, 8), (120, 24), (200, 41), (110, 23))


def payload(title: str = "2026 年秋季社区居民需求问卷", year: int = 2026, less: int = 0) -> dict[str, Any]:
    """A whole payload: needs, one choice, several, a matrix, a number, a question withheld. `less`: points."""
    needs = [
        {
            "key": key,
            "text": text,
            "group": group,
            "base": 498,
            "needed": count - 5 * less,
            "percent": share - less,
        }
        for key, text, group, count, share in NEEDS
    ]
    return {
        "format": "portal-survey-result/1",
        "survey": 1,
        "title": title,
        "neighbourhood": "天馨花园居民区",
        "opened_on": f"{year}-10-12",
        "closed_on": f"{year}-11-02",
        "finalised_on": f"{year}-11-09",
        "named": False,
        "unit": "adult",
        "n": 498,
        "weighted": True,
        "effective_n": 431,
        "frame": 1143,
        "rr1": [498, 1131],
        "dispositions": {
            "complete": 498,
            "partial": 14,
            "refused": 63,
            "not_reached": 568,
            "other": 0,
            "unknown": 0,
            "empty": 12,
        },  # fmt: skip
        "channels": {"online": 300, "letter": 120, "paper": 60, "phone": 18},
        "questions": [*_questions(), *(_need(one) for one in needs)],
        "demands": [{**one, "rank": rank} for rank, one in enumerate(needs, 1)],
    }


def publish(survey: Survey, said: dict[str, Any] | None = None, number: int = 1, why: str = "") -> Snapshot:
    """A snapshot of a survey that is over, as publishing makes it."""
    said = said or payload(survey.title)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    survey.state = SurveyState.PUBLISHED
    survey.closed_at = survey.closed_at or clock.now()
    survey.family = FAMILY
    survey.save()
    return Snapshot.objects.create(
        survey=survey,
        number=number,
        payload=said,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        why=why,
    )


def wave_before(survey: Survey, years: int = 1, less: int = 3) -> Survey:
    """The same survey some years ago, published."""
    then = clock.now() - timedelta(days=365 * years)
    before = copy.copy(survey)
    before.pk = before.id = None
    before.title, before.opened_at, before.closed_at = f"{then.year} 年", then, then + timedelta(days=14)
    before.opens_at, before.closes_at = before.opened_at, before.closed_at
    before._state.adding = True
    before.save()
    publish(before, payload(before.title, 2026 - years, less))
    return before


def demand(survey: Survey, key: str, state: DemandState, **more: Any) -> Demand:
    """A line of the demand list."""
    one = next(need for need in NEEDS if need[0] == key)
    rank = [need[0] for need in NEEDS].index(key) + 1
    fields = {
        "title": one[1],
        "group": one[2],
        "base": 498,
        "needed": one[3],
        "percent": one[4],
        "rank": rank,
    }
    over = state != DemandState.BELOW
    return Demand.objects.create(survey=survey, key=key, over=over, state=state, **fields | more)


def _options(*parts: tuple[str, str, int, int]) -> list[dict[str, Any]]:
    return [{"key": key, "text": text, "count": count, "percent": share} for key, text, count, share in parts]


def _row(key: str, text: str, *parts: tuple[str, str, int, int]) -> dict[str, Any]:
    return {"key": key, "text": text, "answered": 490, "options": _options(*parts)}


def _question(key: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    said = {
        "key": key, "number": 1, "section": "您的家", "kind": kind, "text": text, "group": "", "base": 498,
        "answered": 490, "options": [], "rows": [], "mean_hundredths": None, "median": None, "merged": [],
        "withheld": False, "by": [],
    }  # fmt: skip
    return said | more


def _need(need: dict[str, Any]) -> dict[str, Any]:
    no = 498 - need["needed"] - 90
    rest = 100 - need["percent"] - 18
    bands = [("18–44 岁", 142, 21, 52), ("45–59 岁", 121, 34, 43), ("60 岁及以上", 235, 57, 31)]
    by = {
        "background": "age",
        "text": "年龄",
        "bands": [
            {
                "label": label,
                "n": n,
                "options": [
                    {"key": "needed", "percent": yes},
                    {"key": "not", "percent": other},
                    {"key": "no_view", "percent": 100 - yes - other},
                ],
            }
            for label, n, yes, other in bands
        ],
        "note": "60–69 岁和 70 岁以上合在一起：分开后有的格子不到 10 人，可能认出是谁。",
    }
    return _question(
        need["key"],
        "demand",
        f"小区里要不要{need['text']}？",
        section="您的需要",
        group=need["group"],
        options=_options(
            ("needed", "需要", need["needed"], need["percent"]),
            ("not", "不需要", no, rest),
            ("no_view", "说不清", 90, 18),
        ),
        by=[by] if need["key"] == "canteen" else [],
    )


def _questions() -> list[dict[str, Any]]:
    return [
        _question(
            "tenure", "single", "您是", options=_options(("owner", "业主", 380, 78), ("tenant", "租户", 110, 22))
        ),
        _question(
            "help",
            "multiple",
            "老人最需要哪几样",
            base=235,
            answered=230,
            options=_options(("meals", "助餐", 150, 64), ("escort", "陪诊", 90, 38), ("other", "其他", 20, 9)),
            merged=["“理发”和“其他”合在一起：分开不到 10 人。"],
        ),
        _question(
            "clean",
            "scale",
            "小区干净吗",
            mean_hundredths=372,
            median=4,
            options=_options(*((str(mark), str(mark), *said) for mark, said in enumerate(MARKS, 1))),
        ),
        _question(
            "satisfied",
            "matrix",
            "您满意吗",
            rows=[
                _row("firm", "物业", ("good", "满意", 300, 61), ("bad", "不满意", 190, 39)),
                _row("committee", "居委会", ("good", "满意", 400, 82), ("bad", "不满意", 90, 18)),
            ],
        ),
        _question("since", "date", "哪天搬来的", withheld=True),
        _question("wish", "long_text", "还想说的话"),
    ]  # fmt: skip

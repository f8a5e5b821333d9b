"""A small survey by name that is open: where electric bicycles are to be charged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.stories.surveys import SLUG, approved_and_opened, settle
from portal.demo.world import World
from portal.surveys.answering import services as answering
from portal.surveys.building import asjson
from portal.surveys.course import services as course
from portal.surveys.course.frame import unit_for
from portal.surveys.models import Mode

TITLE = "电动自行车充电小调查"
INTRO = "楼道里不再飞线充电，车往哪儿充、愿出多少钱，先问问大家。"
QUESTIONS: list[dict[str, Any]] = [
    {
        "kind": "single",
        "key": "bike",
        "text": "您家有电动自行车吗？",
        "required": True,
        "options": [
            {"key": "none", "text": "没有"},
            {"key": "one", "text": "一辆"},
            {"key": "more", "text": "两辆以上"},
        ],
    },
    {
        "kind": "single",
        "key": "where",
        "text": "现在一般在哪里充电？",
        "condition": {"any": [{"is": ["bike", "one"]}, {"is": ["bike", "more"]}]},
        "options": [
            {"key": "shed", "text": "车棚"},
            {"key": "home", "text": "把电池拎回家"},
            {"key": "hall", "text": "楼道或门厅"},
            {"key": "work", "text": "单位或别处"},
        ],
    },
    {
        "kind": "multiple",
        "key": "spots",
        "text": "充电插座装在哪里好？",
        "most": 2,
        "options": [
            {"key": "gate", "text": "大门内西侧"},
            {"key": "garden", "text": "小花园东边"},
            {"key": "b6", "text": "6 号楼旁车棚"},
            {"key": "none", "text": "都不合适", "exclusive": True},
        ],
    },
    {
        "kind": "ranking",
        "key": "order",
        "text": "这几件，哪件最要紧？",
        "most": 3,
        "options": [
            {"key": "safe", "text": "不进楼、不飞线"},
            {"key": "cheap", "text": "便宜"},
            {"key": "near", "text": "离家近"},
        ],
    },
    {
        "kind": "scale",
        "key": "worry",
        "text": "您担心楼道里充电起火吗？",
        "least": 1,
        "most": 5,
        "low": "不担心",
        "high": "很担心",
    },
    {
        "kind": "long_text",
        "key": "more",
        "text": "还想说什么？",
        "most": 300,
        "help": "请不要写姓名、门牌号和电话",
    },
]
GIVEN = (
    {"bike": "one", "where": "home", "spots": ["gate", "b6"], "order": ["safe", "near", "cheap"], "worry": 5},
    {"bike": "none", "spots": ["b6"], "order": ["safe"], "worry": 4},
    {"bike": "more", "where": "shed", "spots": ["garden"], "order": ["cheap", "near", "safe"], "worry": 3},
)


def story(world: World, now: datetime) -> Story:
    """It is written, opened, and answered by some neighbours; a few have only begun."""
    yield ago(now, 8, 9)
    survey = course.call(world["shen"], SLUG, title=TITLE)
    asjson.read_into(survey, {"sections": [{"title": "充电", "questions": QUESTIONS}]}, world["shen"])
    settle(world, survey, days=14, intro=INTRO, mode=Mode.NAMED)
    yield ago(now, 4, 9)
    approved_and_opened(world, survey)
    asked = [user for user in world.neighbours[40:140:5] if unit_for(user, survey)]
    for at, user in enumerate(asked[:12]):
        yield ago(now, 3 - at / 6, 19)
        response = answering.begin(user, survey.pk)
        answering.save(response, GIVEN[at % len(GIVEN)])
        if at % 4:
            answering.hand_in(response, response.pk)

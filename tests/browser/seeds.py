"""What has happened when the tests begin: one matter being discussed, one announced, one in screening, one seconded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.deliberation.models import Category, Matter, Topic
from portal.demo.stories import steps
from portal.demo.world import FIRST_DAY, World, found
from portal.kit import clock
from portal.pages.services import found_neighbourhood
from tests.browser.words import ANNOUNCED, DISCUSSED, EARLIER, SCREENED


def sow() -> None:
    """The demo's places and people, and the four matters; nothing else."""
    now = clock.now()
    world = found(now - FIRST_DAY)
    found_neighbourhood(world.neighbourhood, greeting="在这里提议题、议方案、投一票，看着它办成。")
    with clock.at(now - timedelta(days=12)):
        discussed = raise_topic(world, "wang", DISCUSSED, "二楼转角放一张歇脚的凳子。")
        steps.accept(world, discussed, Matter.NEIGHBOURHOOD, Category.ELDER)
    with clock.at(now - timedelta(days=4)):
        steps.open_discussion(discussed)
    with clock.at(now - timedelta(days=1)):
        announced = raise_topic(world, "wang", ANNOUNCED, "春天起三棵树的树枝要修一修。")
        steps.accept(world, announced, Matter.NEIGHBOURHOOD, Category.ENVIRONMENT)
    raise_topic(world, "wang", SCREENED, "地库口加一条排水沟。")
    raise_topic(world, "tenant", EARLIER, "在红林路一侧开一扇小门。", place="小区西侧围墙")


def raise_topic(world: World, who: str, title: str, wish: str, **more: Any) -> Topic:
    """Somebody's topic with little text; the committee's need no seconders."""
    fields = {
        "title": title,
        "category": Category.ELDER,
        "place": "6 号楼",
        "problem": "去年以来邻居说过好几次。",
        "affected": "部分居民",
        "wish": wish,
        "cost": None,
    }
    return steps.raise_topic(world, who, **(fields | more))

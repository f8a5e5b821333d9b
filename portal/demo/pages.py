"""What the demo's committee has written: its page, notices, texts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.demo.engine import Story
from portal.demo.world import World
from portal.kit import clock
from portal.pages import scheduling, services
from portal.pages.streams import section

NOTICES = (
    (
        40,
        "三季度公共收益收支公示",
        "本季度公共收益**收入 86,420 元**（停车 61,200 元、广告 25,220 元），支出 31,050 元，结余转入公共收益账户。\n\n明细贴在小区正门公告栏，也可到居委会翻看原始凭证。",
    ),
    (
        12,
        "11 号楼加梯施工安排",
        "11 号楼 1 单元加装电梯本周进场。\n\n- 施工时间：8:00–11:30，13:30–17:30\n- 每天两次洒水降尘\n- 有急事请打物业 24 小时电话",
    ),
    (
        3,
        "居民区联席会议纪要",
        "居委会、业委会、物业、社区民警一起议了三件事：\n\n1. 红林路小门表决的送达和提醒\n2. 冬季楼道消防通道清理\n3. 年底前的居委会评议安排",
    ),
)
BREAK = [
    section("callout", "周三 9:00–15:00 停水，请提前存水。"),
    section("heading", "停哪里"),
    section(
        "table",
        {"caption": "", "rows": "楼号 | 停水 | 恢复\n1–6 号楼 | 9:00 | 12:00\n7–12 号楼 | 11:00 | 15:00"},
    ),
    section(
        "text",
        "水箱一年清洗**两次**，洗完由街道送检，结果贴在楼下。\n\n家里有老人不便存水的，打居委会电话，楼组长上门送水。",
    ),
    section("quote", {"text": "上次清洗后水质检测全部合格。", "source": "物业 李经理，六月"}),
]
CLEARING = "本月最后一个周六上午，一起把楼道里的旧纸箱、废自行车搬下来。\n\n- 9:00 一楼集合\n- 搬不动的，楼组长来帮忙"
HOW = "## 一件事怎么办\n\n1. **提**：写清楚哪里、什么问题、想怎么办。\n2. **议**：邻居附议、居委会初审、公示、讨论、听证。\n3. **决**：该业主定的业主表决，该居民定的居民议。\n4. **行**：谁负责、几月几号前、做到什么样。\n5. **评**：受影响的邻居说了算。\n\n不方便上网的，到居委会或者找楼组长，一样算数。"


def story(world: World, now: datetime) -> Story:
    """The page first, then notices as their days come."""
    yield now - timedelta(days=1100)
    services.found_neighbourhood(world.neighbourhood, greeting="在这里提议题、议方案、投一票，看着它办成。")
    _publish(world, "text", {"title": "一件事怎么办", "body": HOW, "picture": None})
    for days, title, body in NOTICES:
        yield now - timedelta(days=days, hours=3)
        day = clock.today()
        fields = {"title": title, "body": body, "picture": None, "day": day, "shown_until": None}
        _publish(world, "notice", fields)
    yield now - timedelta(days=1)
    until = clock.today() + timedelta(days=14)
    fields = {"title": "水箱清洗，停水通知", "body": BREAK, "day": clock.today(), "shown_until": until}
    _publish(world, "notice", fields)
    yield now - timedelta(hours=5)
    fields = {"title": "新年前的楼道清理", "body": CLEARING, "day": clock.today(), "shown_until": until}
    waiting = services.add_page(world["wang"], world.neighbourhood, "notice", fields)
    scheduling.schedule(world["wang"], waiting.pk, clock.at_time(clock.today() + timedelta(days=3), 9))


def _publish(world: World, kind: str, fields: dict[str, Any]) -> None:
    wang = world["wang"]
    services.publish(wang, services.add_page(wang, world.neighbourhood, kind, fields).pk)

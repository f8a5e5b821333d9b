"""Whom to call, what is public, what there is: contact cards, the disclosure catalogue, the resource map."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.pages.cards import services as cards
from portal.pages.disclosure import catalogue
from portal.pages.disclosure import services as disclosure
from portal.pages.disclosure.catalogue import Standing
from portal.pages.disclosure.periods import Owed
from portal.pages.resources import services as resources
from portal.pages.resources.models import Kind

PLAN = Path(__file__).parent.parent / "siteplan.webp"
CARD = {
    "party": "天馨花园居民区党支部",
    "party_telephone": "021-5550 0103",
    "firm": "安居物业天馨花园管理处",
    "firm_hours": "24 小时",
    "manager_telephone": "021-5550 0104",
    "repair_telephone": "021-5550 0102 转 2",
    "owners_committee": "8 号楼底楼，每周三 19:00–20:30",
    "owners_committee_telephone": "021-5550 0106",
    "police": "高警官",
    "police_telephone": "021-5550 0110",
    "grid": "小张",
    "grid_telephone": "021-5550 0111",
}
# What nobody has published in time: the page says so.
LATE = "common_revenue"
TEXTS = {
    "expenses": "## 收支\n\n- 上级拨付工作经费 25,000 元\n- 活动和宣传 8,640 元\n- 办公 3,120 元\n\n**结余 13,240 元**。凭证存居委会，可以翻看。",
    "self_governance_money": "## 自治金\n\n- 花园改造材料 2,480 元\n- 楼道照明 960 元\n\n**结余 6,560 元**。",
    "common_revenue": "## 公共收益\n\n- 停车 61,200 元\n- 广告 25,220 元\n- 支出 31,050 元\n\n**结余 55,370 元**，存入公共收益账户。",
    "repair_fund": "本期动用专项维修资金一次：11 号楼屋面防水 86,000 元，按面积分摊，明细见公告栏。",
}
PLACES = (
    (Kind.PLACE, "邻里活动室", "两间，最多 40 人，有投影", "活动室一楼", "每天 8:30–20:30", "居民免费，提前一天在居委会登记", (868, 625)),
    (Kind.PLACE, "小花园议事角", "石桌两张，下棋、聊天、开小会", "6 号楼南侧", "全天", "晚上九点后请轻声", (250, 750)),
    (Kind.PLACE, "居委会接待室", "代收文件、复印、量血压", "红林路 88 号二楼", "周一至周六", "复印每页 0.2 元", (580, 817)),
    (Kind.ORGANISATION, "夕阳红合唱队", "每周二排练，欢迎新队员", "邻里活动室", "周二 14:00–16:00", "退休居民，不收费", None),
    (Kind.PARTNER, "红林社区卫生服务站", "每月第一个周六上门义诊", "红林路 120 号", "周一至周五", "凭社保卡；义诊不收费", None),
)  # fmt: skip


def story(world: World, now: datetime) -> Story:
    """Half a year: the catalogue begins, quarters are published, one is forgotten; the map fills."""
    yield ago(now, 210, 9)
    catalogue.seed()
    for days in (140, 110, 75, 45, 20):
        yield ago(now, days, 10)
        _publish_owed(world, but=LATE if days < 100 else "")
    yield ago(now, 18, 14)
    _cards(world)
    yield ago(now, 12, 10)
    _map(world)
    yield ago(now, 9, 20)
    skill = resources.offer(
        world["volunteer"],
        world.neighbourhood.slug,
        {"title": "量血压、看化验单", "conditions": "周末下午，本小区老人"},
    )
    yield ago(now, 7, 10)
    resources.show(world["shen"], skill.pk)
    yield ago(now, 3, 19)
    asked = resources.ask(world["chen"], skill.pk, text="我家老先生血压不稳，周六下午方便来看看吗？")
    yield ago(now, 2, 8)
    resources.answer(world["volunteer"], asked.pk, text="周六三点到，先别停药。")
    yield ago(now, 1, 20)
    resources.offer(
        world["zhou"], world.neighbourhood.slug, {"title": "修自行车", "conditions": "周日上午，楼下"}
    )


def _publish_owed(world: World, but: str) -> None:
    """Whoever owes something of the catalogue by now publishes it."""
    for one in catalogue.listed(world.neighbourhood):
        if one.owed and one.owed.opens and one.item.key != but:
            _publish(world, one, one.owed)
    disclosure.remind()


def _publish(world: World, one: Standing, owed: Owed) -> None:
    who = "sun" if one.item.publisher == "owners_committee" else "shen"
    disclosure.publish(
        world[who],
        one.item.pk,
        title=f"{one.item.title}（{owed.first:%Y 年 %-m 月}起）",
        body=TEXTS.get(one.item.key, "见公告栏。"),
        covers_from=owed.first,
        covers_to=owed.last,
    )


def _cards(world: World) -> None:
    here = world.neighbourhood
    cards.change(world["shen"], here.slug, here.pk, CARD)
    cards.say_number(world["zhu"], here.slug, "021-5550 0160")
    board = world.building(9)
    cards.change(
        world["shen"],
        here.slug,
        board.pk,
        dict.fromkeys(cards.FIELDS, "") | {"grid": "小李", "grid_telephone": "021-5550 0112"},
    )


def _map(world: World) -> None:
    shen, slug = world["shen"], world.neighbourhood.slug
    drawn = SimpleUploadedFile("平面图.webp", PLAN.read_bytes(), content_type="image/webp")
    resources.set_plan(shen, slug, drawn, "天馨花园平面图：大门在南面，居委会在门东，活动室在东南角")
    for kind, title, about, address, hours, conditions, at in PLACES:
        said = {"title": title, "about": about, "address": address, "hours": hours, "conditions": conditions}
        made = resources.enter(shen, slug, kind, said)
        if at:
            resources.pin(shen, made.pk, x=at[0], y=at[1])

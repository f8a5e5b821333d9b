"""A residents' convention in its second edition, a third open for comment; a building's that is being signed."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from portal.community.models import Appointment, Ownership, Post, User
from portal.community.selectors import person_of
from portal.conventions import services
from portal.conventions.models import AgreementPage, ConventionRound, Proposal, Signature, Suggestion
from portal.conventions.selectors import thread_subject
from portal.conventions.services.rounds import latest_or_refuse
from portal.conventions.text import articles
from portal.demo.engine import Story
from portal.demo.stories.steps import ago
from portal.demo.world import World
from portal.kit import clock
from portal.pages.services import found_neighbourhood
from portal.pages.versions import version_of
from portal.threads import services as threads
from portal.threads.models import Thread
from portal.voting import services as voting
from portal.voting.models import Choice, Electorate, RollEntry

DELEGATES = 15
PARKING = "电动自行车应当停放在小区集中停放点，不得在楼道、门厅停放和充电。充电时间不宜超过八小时。"
# Chapters with their articles (title, text): the first edition; the second changed and added some.
FIRST: dict[str, list[tuple[str, str]]] = {
    "总则": [
        ("目的", "为了邻里和睦、环境整洁、守望相助，经居民会议通过，制定本公约。"),
        ("适用", "本居民区的居民、租住人员和在本小区经营的单位，都应当遵守本公约。"),
    ],
    "邻里相处": [
        ("安静", "晚十点至早七点不装修、不高声喧哗；午休时间不使用冲击钻。"),
        ("养犬", "遛狗牵绳、清理粪便，不带犬进入儿童游乐区。"),
        ("互助", "邻居有难处，能帮就帮；独居老人家里长时间没有动静，请告诉楼组长。"),
    ],
    "停车与充电": [
        ("电动车停放与充电", "电动自行车应当停放在小区集中停放点，不得在楼道停放和充电。"),
        ("机动车停放", "机动车按划定车位停放，不占用消防通道、无障碍通道和绿地。"),
    ],
    "公共空间": [
        ("楼道", "楼道不堆放杂物，不占用公共部位；装修垃圾袋装、当天清走。"),
        ("绿地", "不毁绿种菜，不在绿地晾晒。"),
        ("垃圾分类", "按时定点分类投放，大件垃圾提前预约。"),
    ],
}
SECOND = {
    ("停车与充电", 0): ("电动车停放与充电", PARKING),
    ("停车与充电", 1): (
        "机动车停放",
        "机动车按划定车位停放，不占用消防通道、无障碍通道和绿地；访客车辆停放不过夜。",
    ),
}
THIRD = {
    ("公共空间", 2): ("垃圾分类", "按时定点分类投放；大件垃圾提前预约，不放在楼道过夜。"),
}
BUILDING = [
    "楼道不放鞋柜、不停车，消防通道人人有责。",
    "晚上十点后走路轻、关门轻、说话轻。",
    "快递、外卖进楼先打招呼，陌生人不跟门。",
    "谁家漏水先上门说，不在群里吵。",
    "每月最后一个周六上午一起扫楼道。",
    "楼组经费每笔公开，每年年底交账。",
]


def stories(world: World, now: datetime) -> list[Story]:
    """The neighbourhood's convention, and that of building 9."""
    return [_residents(world, now), _building(world, now)]


def _residents(world: World, now: datetime) -> Story:
    yield ago(now, 400, 10)
    found_neighbourhood(world.neighbourhood)
    delegates = _delegates(world)
    page = services.found(
        world["shen"],
        world.neighbourhood.slug,
        "convention",
        "居民公约",
        world.neighbourhood,
        "邻居们希望把平时说好的事写下来，大家一起守。",
    )
    _save(world["shen"], page, _blocks())
    yield from _to_edition(world, page, delegates, 9)
    _sign(page, 3)
    yield ago(now, 230, 10)
    services.begin(world["shen"], page.pk, "电动自行车起火多了，停放和充电要写清楚。")
    _save(world["shen"], page, _changed(page, SECOND))
    yield from _to_edition(world, page, delegates, 17)
    _sign(page, 2)
    yield ago(now, 9, 10)
    services.begin(
        world["shen"], page.pk, "去年 8 号楼夜里充电冒烟，消防上门查了两次；夜间充电和电梯前室要写进来。"
    )
    _save(world["shen"], page, _changed(page, THIRD))
    yield ago(now, 5, 9)
    services.put_to_comment(world["shen"], _open(page).pk)
    yield ago(now, 3, 19)
    yield from _rivals(world, page, now)


def _rivals(world: World, page: AgreementPage, now: datetime) -> Story:
    """Two suggestions on one article, what households think of them, one answer, some talk."""
    pk, article = _open(page).pk, _article(page, "电动车停放与充电")
    one = services.suggest(
        world["zhou"],
        pk,
        article,
        "电动自行车、电动三轮车应当停放在小区集中停放点，不得在楼道、门厅、电梯前室停放和充电。"
        "夜间十点以后不充电，每次充电不超过八小时。",
        "去年 8 号楼夜里充电冒烟，消防上门查了两次；电梯前室也常被三轮车堵住。",
    )
    yield ago(now, 2, 20)
    other = services.suggest(
        world["zhu"],
        pk,
        article,
        PARKING.replace(
            "充电时间不宜超过八小时。", "充满即拔，最长不超过十小时；充电棚有自动断电的不受此限。"
        ),
        "上夜班的邻居只有晚上能充，充电棚有自动断电，比限时更管用。",
    )
    _talk(world, pk, article)
    _support(world, one, (7, 1, 2), 0)
    _support(world, other, (3, 2, 3), 40)
    yield ago(now, 1, 15)
    services.answer(
        world["shen"],
        one.pk,
        "partly",
        "“电梯前室”写入草案；夜间停充要等充电棚建好再定。",
        PARKING.replace("门厅停放", "门厅、电梯前室停放"),
    )


def _building(world: World, now: datetime) -> Story:
    head, building = world["zhu"], world.building(9)
    yield ago(now, 40, 19)
    found_neighbourhood(world.neighbourhood)
    page = services.found(
        head,
        world.neighbourhood.slug,
        "building",
        "9号楼楼组公约",
        building,
        "楼组长上门听了一圈，记下六条。",
    )
    _save(head, page, [_block("article", title="", text=text) for text in BUILDING])
    services.put_to_comment(head, _open(page).pk)
    yield ago(now, 20, 20)
    services.end_comments(_open(page).pk)
    services.collect_signatures(head, _open(page).pk)
    yield ago(now, 4, 20)
    _sign(page, 2)


def _to_edition(world: World, page: AgreementPage, delegates: list[User], number: int) -> Story:
    """Comments, check, the delegates' vote, filing."""
    pk = _open(page).pk
    services.put_to_comment(world["shen"], pk)
    yield clock.now() + timedelta(days=16)
    services.end_comments(pk)
    services.hand_in(world["shen"], pk)
    yield clock.now() + timedelta(days=5)
    services.check(world["officer"], pk, True, "内容合法，无罚款条款，同意提交居民会议。")
    opens = clock.at_time(clock.today() + timedelta(days=22), 0)
    services.call_vote(world["wang"], pk, Electorate.DELEGATES, opens, opens + timedelta(days=3))
    yield opens + timedelta(hours=10)
    vote = _open(page).vote_id or 0
    voting.freeze_roll(vote)
    for entry in RollEntry.objects.filter(vote=vote).select_related("person__user")[: len(delegates) - 2]:
        voting.cast(entry.person.user, vote, Choice.FOR)
    yield opens + timedelta(days=3, minutes=5)
    services.settle_vote(pk)
    yield opens + timedelta(days=8, hours=10)
    filed = f"红街备〔{clock.today().year}〕{number}号"
    services.file(world["shen"], pk, filed, clock.today(), clock.today())


def _delegates(world: World) -> list[User]:
    """Fifteen residents' delegates, one each from buildings in turn."""
    users = world.neighbours[:: max(1, len(world.neighbours) // DELEGATES)][:DELEGATES]
    for user in users:
        Appointment.objects.create(
            person=person_of(user), post=Post.DELEGATE, area=world.neighbourhood, title="居民代表"
        )
    return users


def _sign(page: AgreementPage, share: int) -> None:
    """One household in `share` signs the newest text on paper, as it was handed in at the gate."""
    text = latest_or_refuse(ConventionRound.objects.filter(page=page).order_by("-pk")[0])
    owned = Ownership.objects.on(clock.today()).in_area(page.area).order_by("dwelling_id", "pk")
    homes: dict[int, int] = {}
    for dwelling, person in owned.values_list("dwelling_id", "person_id"):
        homes.setdefault(dwelling, person)
    signed = [(home, person) for at, (home, person) in enumerate(homes.items()) if at % share == 0]
    Signature.objects.bulk_create([_signature(text, home, person) for home, person in signed])


def _signature(text: Proposal, home: int, person: int) -> Signature:
    return Signature(proposal=text, dwelling_id=home, person_id=person, at=clock.now())


def _support(world: World, suggestion: Suggestion, of_ten: tuple[int, int, int], start: int) -> None:
    """Thirty households say what they think: so many of ten agree, are not sure, or say no."""
    choices = [choice for choice, n in zip(("agree", "unsure", "no"), of_ten, strict=True) for _ in range(n)]
    for at, user in enumerate(world.neighbours[start : start + 30]):
        services.support(user, suggestion.pk, choices[at % len(choices)])


def _talk(world: World, round_pk: int, article: str) -> None:
    thread = Thread.objects.get(subject=thread_subject(round_pk, article))
    for who, text in (
        ("chen", "电梯前室那辆三轮车停了半年了，轮椅都推不进来。"),
        ("sun", "充电棚年底能装好，自动断电，到时候夜里充电也能放心。"),
    ):
        threads.post(world[who], thread.pk, body=text, key=uuid.uuid4())


def _open(page: AgreementPage) -> ConventionRound:
    return ConventionRound.objects.open().select_related("page__area", "vote").get(page=page)


def _article(page: AgreementPage, title: str) -> str:
    text = latest_or_refuse(_open(page))
    return next(one["id"] for one in articles(text.chapters) if one["title"] == title)


def _save(user: User, page: AgreementPage, blocks: list[dict[str, Any]]) -> None:
    page = AgreementPage.objects.get(pk=page.pk)
    services.save_draft(user, page, version_of(page), {"body": blocks})


def _block(kind: str, **value: str) -> dict[str, Any]:
    return {"type": kind, "value": value}


def _blocks() -> list[dict[str, Any]]:
    found = []
    for chapter, texts in FIRST.items():
        found.append(_block("chapter", title=chapter))
        found += [_block("article", title=title, text=text) for title, text in texts]
    return found


def _changed(page: AgreementPage, changes: dict[tuple[str, int], tuple[str, str]]) -> list[dict[str, Any]]:
    """The blocks of the draft with other articles at the places named by chapter and place in it."""
    chapter, at, found = "", -1, []
    for block in AgreementPage.objects.get(pk=page.pk).raw:
        chapter, at = (block["value"]["title"], -1) if block["type"] == "chapter" else (chapter, at + 1)
        title, text = changes.get((chapter, at), ("", ""))
        found.append({**block, "value": {"title": title, "text": text}} if title else block)
    return found

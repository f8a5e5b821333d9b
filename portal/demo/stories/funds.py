"""The micro-fund: a round with closed books, one in execution, one in its vote, on notice, with reviewers, open."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import User
from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories import funds_rounds as rounds
from portal.demo.stories import funds_running as running
from portal.demo.stories.funds_projects import (
    AUTUMN,
    BEFORE,
    DRAFT,
    GREEN,
    SPRING,
    STAIRS,
    YUAN,
    all_parts,
    begun,
    lead_of,
)
from portal.demo.stories.funds_rounds import FOUNDATION, LEFT, LOTTERY, STREET
from portal.demo.stories.steps import ago, working_day_after
from portal.demo.world import NO_PASSWORD, World
from portal.funds.allocating.services import compute
from portal.funds.applying import services as applying
from portal.funds.ballot import services as ballot
from portal.funds.books import services as books
from portal.funds.books.jobs import ask_for_notes, ask_to_settle
from portal.funds.calls import services as calls
from portal.funds.calls.services.writing import Step
from portal.funds.models import AllocationRun, Application, Ballot, Call, Due
from portal.funds.review import services as review
from portal.funds.running import services as money
from portal.kit import clock
from portal.voting import services as voting
from portal.voting.models import RollEntry, Vote
from portal.voting.services.paper import print_ballots
from portal.voting.services.sealed import cast_open

# What sixty neighbours ticked in spring, and after them 陈阿姨; the letters are the projects' keys.
TICKS = (
    "G SY CG CGJPRYZ JSYZ CPZ S YZ S CGP CJRZ CGY JR Z Y CGPRYZ Y YZ CGPZ CGPZ Y YZ CGPZ CPRYZ R CGY "
    "CRYZ J Y CG G RS G YZ Z G Z J R CJY Z CGPY RS CGJPZ G CGJP S YZ CGPZ G R G CGPSZ S CGPZ SZ CGPSZ "
    "CGJPSZ CGPZ CGPRYZ"
)
CHEN, CHEN_CODE = "CGPS", "CHEN-2026-MAY1"
# In autumn until now: the places of the projects on the list.
TICKS_NOW = "0 02 12 4 034 1 24 0124 3 04 2 14 04 2 0 24 1 4 02 04 24 0 3 12"
# Who pays for what in spring, in yuan.
PAID_BY = {
    "P": {LOTTERY: 18600},
    "S": {LOTTERY: 6200},
    "Z": {LOTTERY: 5200, STREET: 21200},
    "G": {STREET: 14800},
    "R": {STREET: 4000, FOUNDATION: 5600},
    "J": {FOUNDATION: 4300},
}


def stories(world: World, now: datetime) -> list[Story]:
    """The rounds one after the other; each finds the fund that the first one opened."""
    return [
        _closed(world, now),
        _spring(world, now),
        _autumn(world, now),
        _on_notice(world, now),
        _with_reviewers(world, now),
        _open(world, now),
    ]


def _closed(world: World, now: datetime) -> Story:
    """Last year's small round: two projects, no vote needed, accounts posted, judged, books closed."""
    yield ago(now, 620, 10)
    fund = rounds.founded(world)
    rounds.received(world, STREET, 1_800_000, "街道拨付自治金")
    yield ago(now, 615, 9)
    call = calls.write_call(
        world["shen"], fund.pk, f"{clock.today().year} 年试办轮", 18000 * YUAN, 10000 * YUAN,
        closes_at=clock.end_of(clock.today() + timedelta(days=14)), about=rounds.ABOUT,
    )  # fmt: skip
    calls.plan(world["shen"], call.pk, [Step(70, Due.AGREEMENT), Step(30, Due.ACCEPTANCE)])
    rounds.costs_sorted(world, call)
    call = calls.open_call(world["wang"], call.pk)
    yield ago(now, 606, 19)
    given = rounds.all_applied(world, call, BEFORE, 300)
    yield from rounds.reviewed(world, call, given)
    yield from rounds.on_notice(world, call)
    review.decide_without_vote(world["wang"], call.pk)
    yield working_day_after(clock.now(), 3)
    for application in given.values():
        running.agreed(world, application, {STREET: application.asked}, 100)
    yield working_day_after(clock.now(), 2)
    for place, application in enumerate(given.values(), 1):
        running.paid(world, application, 1, f"HL-{clock.today().year}-{place:03d}")
    yield ago(now, 510, 17)
    running.told(given["B"], "书架和长凳到了，楼里几位师傅一起装的。", "building-9")
    yield ago(now, 480, 16)
    running.proved(world, given["B"], 748_000, 213_240)
    running.proved(world, given["K"], 540_000, 220_000)
    for application in given.values():
        running.accepted(world, application)
    yield working_day_after(clock.now(), 2)
    for place, application in enumerate(given.values(), 3):
        running.paid(world, application, 2, f"HL-{clock.today().year}-{place:03d}")
    yield working_day_after(clock.now(), 5)
    for application in given.values():
        books.post_accounts(world["shen"], running.grant_of(application).pk)
    yield clock.now() + timedelta(days=6)
    for place, user in enumerate(world.neighbours[40:47]):
        for application in given.values():
            books.evaluate(user, running.grant_of(application).pk, (5, 4, 5, 3, 5, 4)[place % 6])
    yield clock.now() + timedelta(days=26)
    for application in given.values():
        books.close_grant(world["shen"], running.grant_of(application).pk)
    calls.close_call(world["wang"], call.pk)


def _spring(world: World, now: datetime) -> Story:
    """The large round: eight projects, sealed ballots, six of them paid by equal shares, and carried out since."""
    yield ago(now, 330, 10)
    rounds.received(world, LEFT, 132_258, "上期结余利息")
    rounds.received(world, LOTTERY, 3_000_000, "市福利彩票公益金资助")
    yield ago(now, 300, 10)
    rounds.received(world, STREET, 4_000_000, "街道拨付自治金（上半年）")
    rounds.received(world, FOUNDATION, 1_000_000, "社区基金会资助")
    yield ago(now, 280, 9)
    year = clock.today().year
    call = rounds.opened(world, f"{year} 年第一轮", 80000, 40000, 22, ballot=Ballot.ALWAYS)
    yield ago(now, 266, 20)
    given = rounds.all_applied(world, call, SPRING, 320)
    yield from rounds.reviewed(world, call, given)
    yield from rounds.on_notice(world, call)
    opens = clock.at_time(clock.today() + timedelta(days=5), 0)
    call = rounds.voted(world, call, opens, clock.end_of(clock.day_of(opens) + timedelta(days=14)))
    yield opens + timedelta(days=3, hours=20)
    vote = _vote(call)
    _cast(vote, given, TICKS.split())
    cast_open(world["chen"], vote.pk, _choice(given, CHEN), CHEN_CODE)
    yield vote.closes_at + timedelta(minutes=5)
    _counted(call)
    yield from _carried_out(world, given, year, now)


def _counted(call: Call) -> None:
    """As the periodic work does it: counted, computed, taken."""
    voting.count(_vote(call).pk)
    ballot.settle(call.pk)
    compute(AllocationRun.objects.get(call=call).pk)
    ballot.settle(call.pk)


def _carried_out(world: World, given: dict[str, Application], year: int, now: datetime) -> Story:
    yield working_day_after(clock.now(), 4)
    for key, amounts in PAID_BY.items():
        fen = {name: yuan * YUAN for name, yuan in amounts.items()}
        running.agreed(world, given[key], fen, 150 if key in "PS" else 330)
    yield working_day_after(clock.now(), 2)
    vouchers = iter(f"HL-{year}-{number:03d}" for number in range(11, 60))
    for key in "PSGR":
        running.paid(world, given[key], 1, next(vouchers))
    wrong = running.paid(world, given["J"], 1, next(vouchers))
    yield working_day_after(clock.now(), 1)
    running.paid(world, given["Z"], 1, next(vouchers))
    money.reverse_payment(world["shen"], wrong, "银行退回：户名少写了一个字")
    yield working_day_after(clock.now(), 2)
    money.pay_instalment(
        world["shen"], wrong, clock.today(), next(vouchers), [running.paper("重新付款的凭证")]
    )
    ask_for_notes()
    yield ago(now, 130, 17)
    running.told(given["P"], "3 号楼门前先铺，7 号楼下周动工，施工时走东门。", "ramp")
    running.told(given["Z"], "首批 22 个插座装好通电，满了自停。", "sockets")
    running.told(given["S"], "前六次课都满员，第七次起加开一个下午班。", "meeting")
    running.told(given["G"], "1 至 3 号楼 42 盏换好了。", "lamp")
    running.told(given["J"], "第一次交换周收了 214 件，换走 168 件。", "swap")
    yield ago(now, 122, 16)
    running.proved(world, given["P"], 930_000)
    running.proved(world, given["S"], 180_000, 144_000)
    running.proved(world, given["Z"], 1_056_000, 264_000)
    for key in "PSZGJ":
        running.halfway(world, given[key])
    for key in "PS":
        running.paid(world, given[key], 2, next(vouchers))
    yield ago(now, 84, 16)
    running.proved(world, given["P"], 594_000, 300_000)
    running.proved(world, given["S"], 180_000, 0, 116_000)
    for key in "PS":
        running.accepted(world, given[key])
    yield ago(now, 80, 10)
    for key in "PS":
        running.paid(world, given[key], 3, next(vouchers))
    ask_to_settle()
    yield ago(now, 55, 17)
    running.told(given["G"], "84 盏都装好了，还剩告示没印。", "stairs")
    running.told(given["Z"], "二期布线走完，等第二笔款买插座。", "wiring")
    running.told(given["J"], "第二次交换周，小朋友的绘本最抢手。", "meeting")
    yield ago(now, 12, 10)
    books.post_accounts(world["shen"], running.grant_of(given["S"]).pk)
    yield ago(now, 8, 19)
    for place, user in enumerate(world.neighbours[60:71]):
        books.evaluate(user, running.grant_of(given["S"]).pk, (5, 5, 4, 5, 3)[place % 5])
    yield ago(now, 3, 16)
    running.asked_for(given["Z"], 2)
    running.proved(world, given["G"], 504_000, looked_at=False)


def _autumn(world: World, now: datetime) -> Story:
    """The round in its vote: one project struck, sheets printed."""
    yield ago(now, 95, 10)
    rounds.received(world, STREET, 3_000_000, "街道拨付自治金（下半年）")
    yield ago(now, 85, 9)
    call = rounds.opened(world, f"{clock.today().year} 年第二轮", 20000, 10000, 20, ballot=Ballot.ALWAYS)
    yield ago(now, 74, 20)
    given = rounds.all_applied(world, call, AUTUMN, 340)
    yield from rounds.reviewed(world, call, given)
    yield from rounds.on_notice(world, call)
    yield ago(now, 9, 10)
    opens = clock.at_time(clock.day_of(now - timedelta(days=4)), 0)
    call = rounds.voted(world, call, opens, clock.end_of(clock.day_of(now + timedelta(days=6))))
    yield ago(now, 8, 15)
    print_ballots(world["wang"], _vote(call).pk)
    yield ago(now, 3, 20)
    order = list(given)
    _cast(
        _vote(call), given, ["".join(order[int(place)] + " " for place in one) for one in TICKS_NOW.split()]
    )
    yield ago(now, 2, 11)
    ballot.strike(world["wang"], given["A4"].pk, "物业已经用维修资金装了折叠凳，不用再花这笔钱")


def _on_notice(world: World, now: datetime) -> Story:
    """The round whose projects stand on public notice: everybody can object, and one neighbour did."""
    yield ago(now, 44, 10)
    rounds.received(world, STREET, 600_000, "街道拨付自治金（绿化）")
    yield ago(now, 42, 9)
    call = rounds.opened(world, f"{clock.today().year} 年绿化小额轮", 5000, 3000, 14)
    yield ago(now, 34, 20)
    given = rounds.all_applied(world, call, GREEN, 366)
    yield from rounds.reviewed(world, call, given)
    yield ago(now, 2, 10)
    rounds.posted(world, call)
    yield ago(now, 1, 19)
    review.object_to(world.neighbours[75], given["E2"].pk, "雨水桶夏天会不会招蚊子？要加盖。")


def _with_reviewers(world: World, now: datetime) -> Story:
    """The round whose reviewers have it: 朱老师 has not scored yet."""
    yield ago(now, 40, 10)
    rounds.received(world, FOUNDATION, 1_400_000, "社区基金会资助（楼道专项）")
    yield ago(now, 36, 9)
    call = rounds.opened(world, f"{clock.today().year} 年楼道小额轮", 8000, 4000, 14)
    yield ago(now, 28, 20)
    given = rounds.all_applied(world, call, STAIRS, 360)
    yield from rounds.with_reviewers(world, call, given)
    yield working_day_after(clock.now(), 2)
    for name in ("sun", "volunteer"):
        rounds.scored(world, name, list(given.values()))


def _open(world: World, now: datetime) -> Story:
    """The round that takes applications, and what 周先生 is writing for it."""
    yield ago(now, 10, 9)
    year = clock.today().year
    call = rounds.opened(world, f"{year + 1} 年开春小额轮", 6000, 3000, 24, ballot=Ballot.IF_SHORT)
    yield ago(now, 2, 20)
    made = begun(world, call, DRAFT)
    lead = lead_of(world, DRAFT)
    all_parts(world, made, lead, DRAFT, only=("who", "need"))
    kind = call.cost_classes.get(key="equipment")
    applying.add_line(lead, made.pk, kind, "立式打气筒", "只", 200, 260 * YUAN)
    chen = person_of(world["chen"])
    home = chen.ownerships.select_related("dwelling").order_by("pk")[0].dwelling
    applying.ask_neighbour(lead, made.pk, chen.real_name, home.building_id, home.room)


def _vote(call: Call) -> Vote:
    call.refresh_from_db()
    if call.vote is None:
        raise ValueError("this round has no vote")
    return call.vote


def _cast(vote: Vote, given: dict[str, Application], ticks: list[str]) -> None:
    """One neighbour after the other, whom nobody signs in as."""
    entries = RollEntry.objects.filter(vote=vote, person__user__password=NO_PASSWORD)
    spread = list(entries.select_related("person__user").order_by("number"))[:: max(entries.count() // 70, 1)]
    for entry, keys in zip(spread, ticks, strict=False):
        voter: User = entry.person.user
        cast_open(voter, vote.pk, _choice(given, keys))


def _choice(given: dict[str, Application], keys: str) -> str:
    """Ticks as the ballot writes them; several letters of a key are set apart by spaces."""
    chosen = keys.split() if " " in keys else list(keys)
    options = {
        one.pk: one.option for one in Application.objects.filter(pk__in=[a.pk for a in given.values()])
    }
    return ",".join(sorted(options[given[key].pk] for key in chosen))

"""What every round of the demo's micro-fund goes through: written, opened, reviewed, put on notice, voted on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.community.models import Post
from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories.funds_projects import YUAN, Project, applied
from portal.demo.stories.steps import working_day_after
from portal.demo.world import World
from portal.funds.ballot import services as ballot
from portal.funds.calls import services as calls
from portal.funds.calls.services.writing import Cost
from portal.funds.models import Application, Call, Fund, FundKind, Review, Source
from portal.funds.review import services as review
from portal.kit import clock
from portal.register.services.posts import Term, appoint

FUND = "睦邻微基金"
LOTTERY, STREET, FOUNDATION, LEFT = "市福利彩票公益金", "街道自治金", "社区基金会", "上期结余与利息"
ABOUT = "邻居自己提、自己办的小项目：谁都可以联合两位邻居来申报，钱怎么分由居民定。"
REVIEWERS = {"zhu": "居民代表", "sun": "业委会推荐", "volunteer": "社区医生"}
# What reviewers write beside their points.
WHY = ("走访过，说得实在", "参加的人不少", "时间排得开，人也齐", "比过三家价", "做完有人管")
POINTS = ((9, 8, 8, 7, 8), (8, 8, 9, 8, 7), (7, 9, 8, 8, 8), (8, 7, 7, 9, 9))


def fund() -> Fund:
    """The fund of the demo."""
    return Fund.objects.get(title=FUND)


def source(name: str) -> Source:
    """One of its sources."""
    return Source.objects.get(fund__title=FUND, name=name)


def founded(world: World) -> Fund:
    """The fund with its four sources, and a residents' delegate who will look at what comes in."""
    appoint(world["wang"], person_of(world["zhu"]), _delegate(world))
    made = calls.open_fund(world["shen"], world.neighbourhood.slug, FUND, FundKind.COMMUNITY, ABOUT)
    for name, mark, earmark in (
        (LOTTERY, "中国福利彩票", "扶老、助残、救孤、济困"),
        (STREET, "", ""),
        (FOUNDATION, "", ""),
        (LEFT, "", ""),
    ):
        calls.add_source(world["shen"], made.pk, name, mark, earmark)
    return made


def received(world: World, name: str, fen: int, text: str) -> None:
    """Money came in today."""
    calls.receive(world["shen"], source(name).pk, clock.today(), text, fen)


def opened(world: World, title: str, pot: int, cap: int, days: int, **rules: Any) -> Call:
    """A round is written and opened for so many days; amounts in yuan."""
    closes = clock.end_of(clock.today() + timedelta(days=days))
    call = calls.write_call(
        world["shen"], fund().pk, title, pot * YUAN, cap * YUAN, closes_at=closes, about=ABOUT
    )
    if rules:
        calls.choose_rules(world["shen"], call.pk, **rules)
    costs_sorted(world, call)
    return calls.open_call(world["wang"], call.pk)


def costs_sorted(world: World, call: Call) -> None:
    """Ramps and benches are what this fund pays for: of assets only the large ones are not paid."""
    rows = call.cost_classes.values_list("label", "forbidden", "why", "most_percent", "key")
    large = [Cost("房屋改建、车辆等大额资产" if row[4] == "assets" else row[0], *row[1:]) for row in rows]
    calls.sort_costs(world["shen"], call.pk, large)


def all_applied(world: World, call: Call, projects: Sequence[Project], start: int) -> dict[str, Application]:
    """Everybody hands in; `start` is where in the list of neighbours those who join them stand."""
    return {
        project.key: applied(world, call, project, start + 2 * place)
        for place, project in enumerate(projects)
    }


def reviewed(world: World, call: Call, given: dict[str, Application]) -> Story:
    """From the end of the window to all scores."""
    yield from with_reviewers(world, call, given)
    yield working_day_after(clock.now(), 4)
    for name in REVIEWERS:
        scored(world, name, list(given.values()))


def with_reviewers(world: World, call: Call, given: dict[str, Application]) -> Story:
    """Checked, handed to three reviewers, who say that they have no ties."""
    yield call.closes_at + timedelta(hours=10) if call.closes_at else clock.now()
    yield working_day_after(clock.now(), 1)
    review.begin_review(world["shen"], call.pk)
    for name, quality in REVIEWERS.items():
        review.name_reviewer(world["wang"], call.pk, person_of(world[name]), name == "zhu", quality)
    for application in given.values():
        review.judge_eligible(world["shen"], application.pk)
    yield working_day_after(clock.now(), 2)
    for application in given.values():
        review.confirm_need(world["shen"], application.pk, "上门看过，也问了左右邻居")
    review.hand_to_reviewers(world["wang"], call.pk)
    yield clock.now() + timedelta(hours=8)
    for reviewer in call.reviewers.select_related("person__user"):
        review.declare(reviewer.person.user, reviewer.pk)


def scored(world: World, name: str, applications: Sequence[Application]) -> None:
    """One of the reviewers hands in the scores of some applications."""
    user = world[name]
    keys = list(applications[0].call.criteria.values_list("key", flat=True))
    for place, application in enumerate(applications):
        points = POINTS[(place + len(name)) % len(POINTS)]
        given = {key: review.Given(point, why) for key, point, why in zip(keys, points, WHY, strict=True)}
        review.hand_in_scores(user, application.pk, given)


def on_notice(world: World, call: Call) -> Story:
    """All of them are put on public notice, and the notice runs out."""
    yield working_day_after(clock.now(), 2)
    posted(world, call)
    call.refresh_from_db()
    yield (call.notice_until or clock.now()) + timedelta(minutes=1)
    yield working_day_after(clock.now(), 1)


def posted(world: World, call: Call) -> None:
    """All of them are on the shortlist, which is put on public notice."""
    reviewed_ones = Review.objects.filter(application__call=call).values_list("application", flat=True)
    review.shortlist(world["wang"], call.pk, set(reviewed_ones))
    review.post_notice(world["wang"], call.pk)


def voted(world: World, call: Call, opens: datetime, closes: datetime) -> Call:
    """The vote is called."""
    return ballot.call_vote(world["wang"], call.pk, opens, closes)


def _delegate(world: World) -> Term:
    return Term(Post.DELEGATE, world.neighbourhood, "居民代表", clock.today())

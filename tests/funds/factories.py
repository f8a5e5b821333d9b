"""Funds, rounds, applications and grants for tests. What is not named gets a plain default. Amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.community.models import Area, Person, User
from portal.community.permissions import Role
from portal.duties import services as duties
from portal.funds.calls import services
from portal.funds.calls.freezing import freeze
from portal.funds.calls.wording import OPEN_CALL
from portal.funds.models import (
    ApplicantKind,
    Application,
    Ballot,
    BudgetLine,
    Call,
    Fund,
    FundKind,
    Grant,
    Instalment,
    PaidBy,
    PayeeKind,
    PlannedActivity,
    Source,
)
from portal.funds.states import ApplicationState, CallState, GrantState
from portal.kit import clock
from tests.factories import make_neighbourhood, make_resident, make_user, number, person_of
from tests.worlds import kept

YUAN = 100
POT = 60_000 * YUAN
CAP = 20_000 * YUAN
AT_HAND = 200_000 * YUAN
# Kind of cost, what for, how many, price of one, who pays.
LINES: tuple[tuple[str, str, int, int, str], ...] = (
    ("materials", "长椅木板", 12, 180 * YUAN, PaidBy.GRANT),
    ("printing", "活动海报", 40, 6 * YUAN, PaidBy.GRANT),
    ("volunteers", "志愿者午餐", 20, 20 * YUAN, PaidBy.OWN),
)
# States in which a round was opened once.
_OPENED = frozenset(CallState) - {CallState.DRAFT, CallState.CANCELLED}


@dataclass
class Funding:
    """A fund, the director and a worker of its committee, and somebody who lives there."""

    here: Area
    fund: Fund
    director: User
    worker: User
    resident: User


@kept
def make_fund(here: Area | None = None, *, title: str = "社区微基金") -> Funding:
    """A fund without any money, opened by the worker."""
    here = here or make_neighbourhood()
    director, worker = (make_user(role, neighbourhood=here) for role in (Role.DIRECTOR, Role.WORKER))
    resident = make_resident(within=here)
    fund = services.open_fund(worker, here.slug, title, FundKind.COMMUNITY, "邻里自己动手做的小项目")
    return Funding(here, fund, director, worker, resident)


@kept
def make_source(
    funding: Funding, amount: int = AT_HAND, *, name: str = "街道自治金", mark: str = "", earmark: str = ""
) -> Source:
    """A source of a fund with what came in from it today; `amount` 0: nothing yet."""
    source = services.add_source(funding.worker, funding.fund.pk, name, mark, earmark)
    if amount:
        services.receive(funding.worker, source.pk, clock.today(), f"{name}到账", amount)
    return Source.objects.select_related("fund", "at_hand", "income").get(pk=source.pk)


@kept
def make_call(
    funding: Funding | None = None,
    *,
    state: CallState = CallState.OPEN,
    frozen: bool = False,
    pot: int = POT,
    cap: int = CAP,
    days: int = 20,
    title: str = "2026 年微基金征集",
    ballot: str = Ballot.IF_SHORT,
) -> Call:
    """A round that is open since a day for `days` more; of a later state without the way that leads there.

    Without a `funding` its fund is new, with one source that holds more than the pot.
    """
    if funding is None:
        funding = make_fund()
        make_source(funding)
    now = clock.now()
    call = services.write_call(
        funding.worker, funding.fund.pk, title, pot, cap, closes_at=now + timedelta(days=days)
    )
    services.choose_rules(funding.worker, call.pk, ballot=ballot)
    if state != CallState.DRAFT:
        since = now - timedelta(days=1) if state in _OPENED else None
        Call.objects.filter(pk=call.pk).update(
            state=state,
            opens_at=since,
            opened_at=since,
            decided_at=since if state == CallState.DECIDED else None,
        )
        duties.close(OPEN_CALL, call)
    call = Call.objects.select_related("fund__neighbourhood", "fund__book").get(pk=call.pk)
    return freeze(call) if frozen else call


@kept
def make_application(
    call: Call,
    state: ApplicationState = ApplicationState.SUBMITTED,
    *,
    lead: User | None = None,
    title: str = "楼道口的长椅",
    lines: tuple[tuple[str, str, int, int, str], ...] = LINES,
    kind: str = ApplicantKind.GROUP,
) -> Application:
    """An application whose sums hold, complete in every step; with a number from its handing in on."""
    here = call.fund.neighbourhood
    person = person_of(lead or make_resident(within=here))
    handed_in = state not in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    amounts = [
        (cost, item, count, price, paid_by, count * price) for cost, item, count, price, paid_by in lines
    ]
    costs = sum(amount for *_rest, amount in amounts)
    asked = sum(amount for *_rest, paid_by, amount in amounts if paid_by == PaidBy.GRANT)
    n = number()
    made = Application.objects.create(
        call=call,
        number=f"{call.year}-{here.slug[:12].upper()}-{n:03d}" if handed_in else None,
        title=title,
        summary=f"{title}：给老人歇脚",
        kind=kind,
        group="三号楼邻里小组",
        lead=person,
        scope=here,
        need="楼里老人下楼没有地方坐。",
        evidence="楼组问了 42 户，31 户要。",
        households=42,
        people=110,
        outcomes="老人每天下楼坐一坐。",
        risks="下雨天木板会滑，铺防滑条。",
        upkeep="楼组每季度检查一次。",
        payee_kind=PayeeKind.COMMITTEE,
        payee=f"{here.name}居民委员会",
        conflict_declared=True,
        costs=costs,
        other_sources=costs - asked,
        asked=asked,
        state=state,
        submitted_at=clock.now() if handed_in else None,
    )
    classes = {one.key: one for one in call.cost_classes.all()}
    BudgetLine.objects.bulk_create(
        BudgetLine(
            application=made,
            cost_class=classes[cost],
            item=item,
            unit="个",
            quantity=count * 100,
            price=price,
            amount=amount,
            paid_by=paid_by,
        )
        for cost, item, count, price, paid_by, amount in amounts
    )
    today = clock.today()
    PlannedActivity.objects.create(
        application=made,
        what="装长椅",
        begins_on=today + timedelta(days=60),
        ends_on=today + timedelta(days=90),
    )
    return made


@kept
def make_grant(
    application: Application,
    state: GrantState = GrantState.APPROVED,
    *,
    approved: int | None = None,
    ends_on: date | None = None,
) -> Grant:
    """The grant of an application, approved as asked, with the instalments of the plan; nothing is paid.

    Its call is given the amount, and its application is approved.
    """
    call = application.call
    amount = application.asked if approved is None else approved
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.APPROVED)
    application.state = ApplicationState.APPROVED
    Call.objects.filter(pk=call.pk).update(given=call.given + amount)
    grant = Grant.objects.create(application=application, approved=amount, state=state, ends_on=ends_on)
    steps = list(call.plan.all())
    parts = [amount * step.percent // 100 for step in steps]
    parts[-1] = amount - sum(parts[:-1])
    Instalment.objects.bulk_create(
        Instalment(
            grant=grant, fund=call.fund, order=step.order, percent=step.percent, amount=part, due=step.due
        )
        for step, part in zip(steps, parts, strict=True)
    )
    return grant


def lead_of(application: Application) -> User:
    """The account of whoever applied."""
    return _account(application.lead)


def _account(person: Person) -> User:
    return User.objects.get(person=person)

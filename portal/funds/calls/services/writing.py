"""Writing the rules of a call: a draft freely, with a reason while nobody has handed in, and afterwards not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time
from portal.community.models import User
from portal.community.selectors import accounts_of, person_of, signature
from portal.funds.calls import defaults, events
from portal.funds.calls.freezing import require_writable
from portal.funds.calls.owing import owe_opening
from portal.funds.calls.permissions import CALLS, FUNDS
from portal.funds.calls.selectors import WHOLE
from portal.funds.models import Call, CostClass, Criterion, Fund, PlanStep
from portal.funds.states import CallState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger.services import LARGEST

# What a round begins with from another one, besides its criteria, plan and kinds of cost.
COPIED = (
    "about",
    "pot",
    "cap",
    "applicants",
    "ballot",
    "rule",
    "completion",
    "minimum_votes",
    "dear_floor",
    "comparison",
    "tie",
)


@dataclass(frozen=True)
class Weighed:
    """One criterion as it is written; `key` empty: it is new."""

    label: str
    weight: int
    help: str = ""
    key: str = ""


@dataclass(frozen=True)
class Step:
    """One instalment of the plan: percent of what is approved, and what it waits for."""

    percent: int
    due: str


@dataclass(frozen=True)
class Cost:
    """One kind of cost: paid, at most in percent of all costs (0: no limit), or not paid and why."""

    label: str
    forbidden: bool = False
    why: str = ""
    most_percent: int = 0
    key: str = ""


@transaction.atomic
def write_call(  # noqa: PLR0913 - what a round begins with
    user: User,
    fund_pk: int,
    title: str,
    pot: int,
    cap: int,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    applicants: Iterable[str] = (),
    about: str = "",
    year: int | None = None,
) -> Call:
    """Begin the draft of a round: criteria, plan, kinds of cost and deadlines as they are practice, all to be changed.

    `pot` and `cap` in fen. Raises NotPossible where they, or the window, cannot be meant.
    """
    fund = FUNDS.take(user, fund_pk, "write_call")
    made = _begun(fund, user, year, title)
    made.about, made.pot, made.cap = about, pot, cap
    made.opens_at, made.closes_at = opens_at, closes_at
    made.applicants = list(applicants) or defaults.applicants()
    _require_sense(made)
    made.save()
    defaults.lay_out(made)
    owe_opening(made)
    return made


@transaction.atomic
def copy_call(user: User, pk: int, title: str, year: int | None = None) -> Call:
    """Begin a round with everything an earlier one says but its window. NotPossible where the fund is wound up."""
    source = CALLS.get(user, pk, "copy")
    fund = FUNDS.take(user, source.fund_id, "write_call")
    made = _begun(fund, user, year, title)
    for name in COPIED:
        setattr(made, name, getattr(source, name))
    made.save()
    defaults.copy_rules(source, made)
    return made


@transaction.atomic
def edit_call(user: User, pk: int, reason: str = "", **said: Any) -> Call:
    """Change what a round says: title, year, about, opens_at, closes_at, pot, cap, applicants, and its deadlines.

    NotPossible: its rules stand, or what is said cannot be meant.
    """
    call = _writable(user, pk, "edit")
    for name, value in said.items():
        setattr(call, name, value)
    _require_sense(call)
    call.save(update_fields=[*said])
    return _corrected(call, user, reason)


@transaction.atomic
def choose_rules(user: User, pk: int, reason: str = "", **said: Any) -> Call:
    """Choose when residents vote and how ballots become winners: ballot, rule, completion, minimum_votes …"""
    call = _writable(user, pk, "choose_rules")
    for name, value in said.items():
        setattr(call, name, value)
    call.save(update_fields=[*said])
    return _corrected(call, user, reason)


@transaction.atomic
def weigh(user: User, pk: int, criteria: Sequence[Weighed], reason: str = "") -> Call:
    """Say by what reviewers score, and with which weights. NotPossible where these do not add up to 100."""
    call = _writable(user, pk, "weigh")
    _require_whole([one.weight for one in criteria], _("The weights add up to %(sum)s %%, not to 100 %%."))
    keys = _keys([one.key for one in criteria])
    call.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(call=call, key=key, label=one.label, help=one.help, weight=one.weight)
        for key, one in zip(keys, criteria, strict=True)
    )
    return _corrected(call, user, reason)


@transaction.atomic
def plan(user: User, pk: int, steps: Sequence[Step], reason: str = "") -> Call:
    """Say in which instalments money is paid. NotPossible where they do not add up to 100 percent."""
    call = _writable(user, pk, "plan")
    _require_whole([one.percent for one in steps], _("The instalments add up to %(sum)s %%, not to 100 %%."))
    call.plan.all().delete()
    PlanStep.objects.bulk_create(
        PlanStep(call=call, order=order, percent=one.percent, due=one.due)
        for order, one in enumerate(steps, 1)
    )
    return _corrected(call, user, reason)


@transaction.atomic
def sort_costs(user: User, pk: int, costs: Sequence[Cost], reason: str = "") -> Call:
    """Say what money may be spent on, and on what not.

    NotPossible: nothing may be paid, or a kind is taken out in which a draft has a line already.
    """
    call = _writable(user, pk, "sort_costs")
    if all(one.forbidden for one in costs):
        raise NotPossible(_("At least one kind of cost is paid, else nobody could apply."))
    keys = _keys([one.key for one in costs])
    there = {row.key: row for row in call.cost_classes.all()}
    _take_out([row for key, row in there.items() if key not in keys])
    for key, one in zip(keys, costs, strict=True):
        row = there.get(key) or CostClass(call=call, key=key)
        row.label, row.forbidden, row.why = one.label, one.forbidden, one.why
        row.most_percent = 0 if one.forbidden else one.most_percent
        row.save()
    return _corrected(call, user, reason)


def _begun(fund: Fund, user: User, year: int | None, title: str) -> Call:
    return Call(
        fund=fund,
        year=year or clock.today().year,
        title=title,
        created_by=person_of(user),
        **defaults.numbers(fund.neighbourhood),
    )


def _writable(user: User, pk: int, action: str) -> Call:
    call = CALLS.take(user, pk, action)
    require_writable(call)
    return call


def _corrected(call: Call, user: User, reason: str) -> Call:
    """What everybody can read already is changed for all to see; whoever has a draft is told.

    A draft that is complete now waits for the director.
    """
    if call.state == CallState.DRAFT:
        owe_opening(call)
        return call
    if not reason:
        raise NotPossible(_("This round is open. Please say why its rules change; everybody can read it."))
    leads = call.applications.exclude(state="withdrawn").values_list("lead", flat=True)
    announce(
        events.CALL_CORRECTED,
        call,
        by=user,
        to=accounts_of(*leads),
        data={"reason": reason},
        once_per=each_time(call),
        reason=reason,
        who=signature(user, call.neighbourhood).name,
    )
    return call


def _require_sense(call: Call) -> None:
    if call.pot <= 0 or call.cap <= 0:
        raise NotPossible(_("Pot and most for one project are more than nothing."))
    if call.pot > LARGEST:
        raise NotPossible(
            _("This is more than %(most)s. Please check the amount.") % {"most": wording.yuan(LARGEST)}
        )
    if call.cap > call.pot:
        raise NotPossible(_("One project cannot get more than the whole pot."))
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        raise NotPossible(_("The window would end before it begins."))
    if call.state == CallState.OPEN and (call.closes_at is None or call.closes_at <= clock.now()):
        raise NotPossible(_("An open round has an end that lies ahead."))


def _require_whole(parts: Sequence[int], said: str) -> None:
    if any(part < 1 for part in parts):
        raise NotPossible(_("Each part is at least 1 %."))
    if sum(parts) != WHOLE:
        raise NotPossible(said % {"sum": sum(parts)})


def _keys(given: Sequence[str]) -> list[str]:
    """A key for each row: its own, or for a new one the first that is free."""
    taken = {key for key in given if key}
    free = (f"own-{number}" for number in range(1, 1000))
    return [key or next(one for one in free if one not in taken) for key in given]


def _take_out(rows: Iterable[CostClass]) -> None:
    for row in rows:
        try:
            row.delete()
        except ProtectedError as error:
            raise NotPossible(
                _("“%(label)s” stands in a draft already. Please mark it as not paid instead.")
                % {"label": row.label}
            ) from error

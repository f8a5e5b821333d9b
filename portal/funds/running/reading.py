"""What the pages of a project with money read: its money as a bar, instalments, budget, team, what it spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.actions.actions import Actions, Offer, offers
from portal.actions.doors import Door
from portal.community.models import User, Visitor
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.funds.applying.track import grant_of
from portal.funds.models import (
    Application,
    BudgetChange,
    Grant,
    Instalment,
    Invoice,
    InvoiceLine,
    Refund,
)
from portal.funds.permissions import towards_grant
from portal.funds.running.actions import (
    CHANGE_ACTIONS,
    GRANT_ACTIONS,
    INSTALMENT_ACTIONS,
    INVOICE_ACTIONS,
    REFUND_ACTIONS,
)
from portal.funds.running.owing import budget, receipts_url, unspent
from portal.funds.running.permissions import CHANGES, GRANTS, INSTALMENTS, INVOICES, READERS, REFUNDS
from portal.funds.running.services.agreeing import instalments_of
from portal.funds.running.wording import MIDTERM
from portal.funds.states import ChangeState, GrantState, InvoiceState
from portal.kit import charts
from portal.kit.charts import Segment
from portal.kit.paging import paged
from portal.kit.wording import yuan
from portal.record.services import key

# What every reader sees of invoices; who may read papers sees those that wait or were refused as well.
OPEN_TO_ALL = (InvoiceState.COUNTED, InvoiceState.TAKEN_OUT)
# Buttons of the project's page; those for its receipts stand there.
ON_RECEIPTS = frozenset({"enter_invoice", "give_back_money"})


@dataclass(frozen=True)
class Money:
    """What was approved, in parts: proved, paid and not proved, not paid. Amounts in fen."""

    grant: Grant
    segments: tuple[Segment, ...]
    words: str

    @property
    def unspent(self) -> int:
        """What was paid, is not proved, and has not come back."""
        return unspent(self.grant)

    @property
    def left(self) -> int:
        """What was approved and not paid."""
        return self.grant.approved - self.grant.paid


@dataclass(frozen=True)
class Row:
    """A row of a list with what this reader can do to it."""

    thing: Any
    offers: list[Offer]


def money(grant: Grant) -> Money:
    """The bar: proved, paid, still to be paid, of what was approved."""
    kept = grant.paid - grant.returned
    proved = min(grant.spent, kept)
    parts = [proved, kept - proved, grant.approved - kept]
    percents = [charts.share(part, grant.approved) for part in parts]
    words = _("Of %(approved)s approved %(paid)s are paid and %(spent)s proved by invoices.") % {
        "approved": yuan(grant.approved),
        "paid": yuan(kept),
        "spent": yuan(grant.spent),
    }
    return Money(grant, charts.stack(percents), words)


def surfaces() -> list[tuple[str, str, str]]:
    """What the parts of the bar mean."""
    return [
        ("s1", "", _("proved by invoices")),
        ("o2", "url(#p2)", _("paid, not proved yet")),
        ("rest", "", _("not paid")),
    ]


def on_money(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """The money of a project and its instalments, above everything else."""
    grant = grant_of(application)
    if grant is None or grant.state == GrantState.GIVEN_UP:
        return None
    roles = towards_grant(request.user, grant)
    rows = [_row(request, INSTALMENTS, INSTALMENT_ACTIONS, one, roles) for one in instalments_of(grant)]
    return {
        "grant": grant,
        "money": money(grant),
        "surfaces": surfaces(),
        "rows": rows,
        "receipts": receipts_url(grant),
    }


def on_running(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """The agreement, the budget as it stands, its changes, and who accepts the work."""
    grant = grant_of(application)
    if grant is None or grant.agreed_at is None:
        return None
    roles = towards_grant(request.user, grant)
    acceptors = list(grant.acceptors.select_related("person", "photo"))
    changes = list(grant.changes.select_related("line", "from_line"))
    for one in changes:
        one.grant = grant
    return {
        "grant": grant,
        "papers": bool(roles & READERS),
        "fundings": list(grant.fundings.select_related("source")),
        "lines": list(budget(grant)),
        "changes": [_row(request, CHANGES, CHANGE_ACTIONS, one, roles) for one in changes],
        "checked_again": _checked_again(grant),
        "team": [one for one in acceptors if one.ended_at is None],
        "former": [one for one in acceptors if one.ended_at and one.signed_at],
    }


def _checked_again(grant: Grant) -> datetime | None:
    """By when a project that did not pass its check at half time is checked again."""
    if grant.midterm_at or not grant.midterm_found:
        return None
    owed = Duty.objects.active().about(key(grant)).filter(kind=MIDTERM)
    return owed.values_list("due_at", flat=True).first()


def offered(request: HttpRequest, application: Application) -> list[Offer]:
    """Everything this reader may do about the money of a project; what stands beneath a row is left there."""
    grant = grant_of(application)
    if grant is None or not isinstance(request.user, User):
        return []
    roles = towards_grant(request.user, grant)
    found = _of(request, GRANTS, GRANT_ACTIONS, grant, roles)
    for one in instalments_of(grant):
        found += [
            offer for offer in _of(request, INSTALMENTS, INSTALMENT_ACTIONS, one, roles) if offer.action.main
        ]
    for change in grant.changes.filter(state=ChangeState.ASKED).select_related("line"):
        change.grant = grant
        found += [
            offer for offer in _of(request, CHANGES, CHANGE_ACTIONS, change, roles) if offer.action.main
        ]
    return found


def receipts(request: HttpRequest, grant: Grant) -> dict[str, Any]:
    """What a project spent: its invoices with their lines, the budget beside it, and what came back."""
    roles = towards_grant(request.user, grant)
    page = paged(request, invoices(request.user, grant, roles))
    refunds = list(grant.refunds.select_related("entry"))
    for one in [*page, *refunds]:
        one.grant = grant
    mine = _of(request, GRANTS, GRANT_ACTIONS, grant, roles)
    return {
        "grant": grant,
        "application": grant.application,
        "money": money(grant),
        "surfaces": surfaces(),
        "lines": list(budget(grant)),
        "page": page,
        "rows": [_row(request, INVOICES, INVOICE_ACTIONS, one, roles) for one in page],
        "refunds": [_row(request, REFUNDS, REFUND_ACTIONS, one, roles) for one in refunds],
        "papers": bool(roles & READERS),
        "offers": [one for one in mine if one.name in ON_RECEIPTS],
    }


def invoices(user: Visitor, grant: Grant, roles: frozenset[Role]) -> Any:
    """Those a reader knows of, each with its lines, the newest first."""
    found = grant.invoices.all() if roles & READERS else grant.invoices.filter(state__in=OPEN_TO_ALL)
    lines = Prefetch("lines", InvoiceLine.objects.select_related("budget_line").order_by("pk"))
    return found.select_related("pdf").prefetch_related(lines).order_by("-day", "-pk")


def _row(request: HttpRequest, door: Door[Any], actions: Actions, thing: Any, roles: frozenset[Role]) -> Row:
    return Row(thing, _of(request, door, actions, thing, roles))


def _of(
    request: HttpRequest, door: Door[Any], actions: Actions, thing: Model, roles: frozenset[Role]
) -> list[Offer]:
    """What a reader of these roles may do to a row, asked of the table alone: no question a row."""
    allowed = [name for name, need in door.needs.items() if need.roles & roles and door.fits(name, thing)]
    return offers(request, door, actions, thing, ROUTES[type(thing)], allowed)


ROUTES: dict[type[Model], str] = {
    Grant: "funds:running_act",
    Instalment: "funds:instalment_act",
    Invoice: "funds:invoice_act",
    BudgetChange: "funds:change_act",
    Refund: "funds:refund_act",
}

"""Who agrees, asks, approves, pays, proves and accepts, and while a project stands how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.funds.models import BudgetChange, Grant, Instalment, Invoice, Refund
from portal.funds.permissions import ACCEPTOR, APPLICANT, CLERKS, DIRECTOR, OFFICE, towards_grant
from portal.funds.states import ChangeState, GrantState, InstalmentState, InvoiceState

G, N, V = GrantState, InstalmentState, InvoiceState
APPROVED, RUNNING, COMPLETED = (frozenset({one}) for one in (G.APPROVED, G.RUNNING, G.COMPLETED))
SPENDS = frozenset({G.AGREED, G.RUNNING, G.SUSPENDED, G.COMPLETED, G.ACCEPTED, G.TERMINATED})
ENDS = frozenset({G.AGREED, G.RUNNING, G.SUSPENDED, G.COMPLETED})
HAS_MONEY = frozenset({G.RUNNING, G.SUSPENDED, G.COMPLETED, G.ACCEPTED, G.POSTED, G.TERMINATED})
# Who reads the agreement and the scans of invoices.
READERS = OFFICE | APPLICANT | ACCEPTOR | {Role.AUDITOR}


def _not_spending(grant: Grant) -> str:
    return _("Of this project nothing is proved by invoices now: it is %(state)s.") % {
        "state": grant.get_state_display()
    }


GRANT_NEEDS = {
    "agree": Need(CLERKS, APPROVED),
    "undo_agreement": Need(CLERKS, frozenset({G.AGREED})),
    "give_up": Need(APPLICANT | DIRECTOR, APPROVED),
    "check_midterm": Need(OFFICE, RUNNING),
    "enter_invoice": Need(APPLICANT | CLERKS, SPENDS, _not_spending),
    "ask_change": Need(APPLICANT, frozenset({G.AGREED, G.RUNNING})),
    "report_done": Need(APPLICANT, RUNNING),
    "name_acceptors": Need(CLERKS, COMPLETED),
    "sign_acceptance": Need(ACCEPTOR, COMPLETED),
    "give_back_money": Need(CLERKS, HAS_MONEY),
    "suspend": Need(DIRECTOR, RUNNING),
    "resume": Need(DIRECTOR, frozenset({G.SUSPENDED})),
    "terminate": Need(DIRECTOR, ENDS),
    "papers": Need(READERS),
}
INSTALMENT_NEEDS = {
    "request": Need(APPLICANT, frozenset({N.SCHEDULED})),
    "approve": Need(DIRECTOR, frozenset({N.REQUESTED})),
    "send_back": Need(DIRECTOR, frozenset({N.REQUESTED, N.APPROVED})),
    "pay": Need(CLERKS, frozenset({N.APPROVED})),
    "reverse_payment": Need(CLERKS, frozenset({N.PAID, N.RECONCILED})),
    "drop": Need(DIRECTOR, frozenset({N.SCHEDULED, N.REQUESTED, N.APPROVED})),
}
INVOICE_NEEDS = {
    "look_at": Need(CLERKS, frozenset({V.ENTERED})),
    "look_again": Need(CLERKS, frozenset({V.REFUSED})),
    "take_out": Need(APPLICANT | CLERKS, frozenset({V.ENTERED, V.COUNTED})),
    "papers": Need(READERS),
}
CHANGE_NEEDS = {
    "answer": Need(DIRECTOR, frozenset({ChangeState.ASKED})),
    "withdraw": Need(APPLICANT, frozenset({ChangeState.ASKED})),
}
REFUND_NEEDS = {"reverse": Need(CLERKS)}


def _towards(user: Visitor, row: Any) -> frozenset[Role]:
    return towards_grant(user, row.grant)


def lock_grant_of(model: Any) -> Callable[[Any], object]:
    """The lock of the project, taken before that of anything that belongs to it."""

    def lock(pk: Any) -> object:
        found = model.objects.filter(pk=pk).values("grant")
        return Grant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=found).first()

    return lock


RELATED = ("application__call__fund__neighbourhood", "application__call__fund__book", "application__lead")
OF_ROW = tuple(f"grant__{name}" for name in (*RELATED, "account"))
GRANTS = Door(Grant, GRANT_NEEDS, towards_grant, related=(*RELATED, "account"), readable=lambda one: one)


def _door(model: Any, needs: dict[str, Need], *related: str) -> Door[Any]:
    """Of what belongs to a project. What became of the money is public; what a page shows of it, its table says."""
    return Door(
        model,
        needs,
        _towards,
        related=(*OF_ROW, *related),
        lock_first=lock_grant_of(model),
        objects=lambda user: model.objects.all(),
        readable=lambda one: one.grant,
    )


INSTALMENTS: Door[Instalment] = _door(Instalment, INSTALMENT_NEEDS, "entry")
INVOICES: Door[Invoice] = _door(Invoice, INVOICE_NEEDS, "pdf")
CHANGES: Door[BudgetChange] = _door(BudgetChange, CHANGE_NEEDS, "line", "from_line")
REFUNDS: Door[Refund] = _door(Refund, REFUND_NEEDS, "entry")

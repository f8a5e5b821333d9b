"""What is owed about a project that got money, from its agreement to the money that comes back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_page, register_steps
from portal.funds.applying.traces import register_traces
from portal.funds.models import BudgetChange, Instalment, Invoice
from portal.funds.states import ChangeState, InvoiceState
from portal.record.wording import Subject, register_subjects

AGREEMENT, ASK, APPROVE, PAY = "funds.agreement", "funds.ask", "funds.approve", "funds.pay"
MIDTERM, INVOICE, CHANGE = "funds.midterm", "funds.invoice", "funds.change"
DONE, TEAM, ACCEPT, REFUND = "funds.done", "funds.team", "funds.accept", "funds.refund"


def _instalments(duty: Duty) -> list[int]:
    found = Instalment.objects.filter(grant=number_of(duty)).order_by("order")
    return list(found.values_list("pk", flat=True))


def _invoices(duty: Duty) -> list[int]:
    found = Invoice.objects.filter(grant=number_of(duty), state=InvoiceState.ENTERED).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _changes(duty: Duty) -> list[int]:
    found = BudgetChange.objects.filter(grant=number_of(duty), state=ChangeState.ASKED).order_by("pk")
    return list(found.values_list("pk", flat=True))


register_subjects(
    {
        "grant": Subject(_("Projects with money")),
        "instalment": Subject(_("Instalments")),
        "invoice": Subject(_("Invoices")),
        "budgetchange": Subject(_("Changes of a budget")),
    }
)
register_kinds(
    {
        ASK: _("ask for the next instalment"),
        DONE: _("report that the project is carried out"),
        REFUND: _("give back what was not spent"),
    },
    falls_to=Post.WORKER,
)
register_kinds({ACCEPT: _("look at the finished work and sign")})
register_kinds(
    {
        AGREEMENT: _("sign the agreement about a project"),
        APPROVE: _("approve an instalment"),
        PAY: _("pay an instalment"),
        MIDTERM: _("check a project at half time"),
        INVOICE: _("look at an invoice of a project"),
        CHANGE: _("answer a changed budget"),
        TEAM: _("name who accepts the finished work"),
    },
    falls_to=Post.WORKER,
)
register_traces(
    {
        "agreement": _("The agreement was signed"),
        "agreement_undone": _("The agreement was taken back"),
        "given_up": _("It was given up before the agreement"),
        "money_asked": _("An instalment was asked for"),
        "money_approved": _("An instalment was approved"),
        "money_sent_back": _("An instalment was sent back"),
        "money_paid": _("An instalment was paid"),
        "payment_reversed": _("A payment was taken back"),
        "money_dropped": _("An instalment was given up"),
        "money_back": _("Money came back"),
        "refund_reversed": _("A line about money that came back was taken back"),
        "change_asked": _("A change of the budget was asked for"),
        "change_agreed": _("A change of the budget was agreed"),
        "change_refused": _("A change of the budget was refused"),
        "change_withdrawn": _("A change of the budget was withdrawn"),
        "midterm_passed": _("The mid-term check was passed"),
        "midterm_open": _("The mid-term check found something to be put right"),
        "suspended": _("It was suspended"),
        "resumed": _("It went on"),
        "terminated": _("It was ended early"),
        "done": _("It was reported as carried out"),
        "team_named": _("It was named who accepts the work"),
        "signed": _("Somebody of the acceptance team signed"),
        "accepted": _("The work was accepted"),
        "not_accepted": _("The work was not accepted yet"),
    }
)
register_steps(
    "funds:instalment_act", {ASK: ("request",), APPROVE: ("approve",), PAY: ("pay",)}, keys=_instalments
)
register_steps(
    "funds:running_act",
    {
        DONE: ("report_done",),
        ACCEPT: ("sign_acceptance",),
        AGREEMENT: ("agree",),
        MIDTERM: ("check_midterm",),
        TEAM: ("name_acceptors",),
    },
)
register_steps("funds:invoice_act", {INVOICE: ("look_at",)}, keys=_invoices)
register_steps("funds:change_act", {CHANGE: ("answer",)}, keys=_changes)
# Money comes back by the bank or at the counter; the office notes it.
register_page(REFUND)

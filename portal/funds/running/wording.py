"""What is owed about a project that got money, from its agreement to the money that comes back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.record.wording import Subject, register_subjects

AGREEMENT, ASK, APPROVE, PAY = "funds.agreement", "funds.ask", "funds.approve", "funds.pay"
MIDTERM, INVOICE, CHANGE = "funds.midterm", "funds.invoice", "funds.change"
DONE, TEAM, ACCEPT, REFUND = "funds.done", "funds.team", "funds.accept", "funds.refund"

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

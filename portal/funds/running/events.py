"""What happens to a project that got money: in the public record, and to those concerned."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.kit import wording


def _yuan(params: dict[str, Any]) -> dict[str, Any]:
    return {"amount": wording.yuan(params["fen"])} if "fen" in params else {}


AGREEMENT_OWED = Event(
    "funds.agreement_owed",
    title=_("The agreement about “%(title)s” is to be signed"),
    body=_("%(amount)s were approved. Please sign it by %(due_at)s."),
    words=_yuan,
)
AGREED = Event(
    "funds.agreed",
    record=_("signed the agreement about a project: %(yuan)s yuan"),
    title=_("The agreement about “%(title)s” is signed"),
    body=_("You have %(amount)s for it. Its page says what to do next. %(marks)s"),
    words=_yuan,
)
AGREEMENT_UNDONE = Event(
    "funds.agreement_undone",
    record=_("took back the agreement about a project: “%(reason)s”"),
    title=_("The agreement about “%(title)s” was taken back"),
    body=_("The reason: “%(reason)s”. It is signed anew."),
)
GIVEN_UP = Event(
    "funds.given_up",
    record=_("gave a project up before the agreement: “%(reason)s”"),
    title=_("“%(title)s” was given up"),
    body=_("The reason: “%(reason)s”. Its money stays in the fund."),
)
ASKED_FOR = Event(
    "funds.asked_for",
    record=_("asked for instalment %(order)s of a project"),
    title=_("“%(title)s” asks for instalment %(order)s"),
    body=_("%(amount)s. Please approve it or send it back by %(due_at)s."),
    words=_yuan,
)
SENT_BACK = Event(
    "funds.sent_back",
    record=_("sent instalment %(order)s of a project back: “%(reason)s”"),
    title=_("Instalment %(order)s of “%(title)s” was sent back"),
    body=_("The reason: “%(reason)s”. You can ask for it again."),
)
MAY_BE_PAID = Event(
    "funds.may_be_paid",
    record=_("approved instalment %(order)s of a project"),
    title=_("Instalment %(order)s of “%(title)s” may be paid"),
    body=_("%(amount)s. It is paid by somebody else than who approved it, by %(due_at)s."),
    words=_yuan,
)
PAID = Event(
    "funds.paid",
    record=_("paid instalment %(order)s of a project: %(yuan)s yuan"),
    title=_("Instalment %(order)s of “%(title)s” was paid"),
    body=_("%(amount)s went to the account of %(payee)s. Please keep every invoice."),
    words=_yuan,
)
PAYMENT_REVERSED = Event(
    "funds.payment_reversed",
    record=_("took a payment to a project back in the book: “%(reason)s”"),
    title=_("A payment to “%(title)s” was taken back in the book"),
    body=_("The reason: “%(reason)s”. Both lines stay in the books for everybody to see."),
)
INSTALMENT_DROPPED = Event(
    "funds.instalment_dropped",
    record=_("Instalment %(order)s of a project is not paid any more: “%(reason)s”"),
    title=_("Instalment %(order)s of “%(title)s” is not paid any more"),
    body=_("The reason: “%(reason)s”."),
)
INVOICE_IN = Event(
    "funds.invoice_in",
    title=_("An invoice of “%(title)s” waits to be looked at"),
    body=_("Number %(number)s, %(amount)s. Please look at it by %(due_at)s."),
    words=_yuan,
)
INVOICE_COUNTED = Event("funds.invoice_counted", record=_("counted an invoice of a project: %(yuan)s yuan"))
INVOICE_REFUSED = Event(
    "funds.invoice_refused",
    title=_("An invoice of “%(title)s” does not count"),
    body=_("Number %(number)s. The reason: “%(reason)s”. The right one can be entered."),
)
INVOICE_AGAIN = Event(
    "funds.invoice_again",
    title=_("An invoice of “%(title)s” is looked at again"),
    body=_(
        "Number %(number)s. The refusal was taken back: “%(reason)s”. You will read the answer by %(due_at)s."
    ),
)
INVOICE_OUT = Event(
    "funds.invoice_out",
    record=_("took an invoice of a project out: “%(reason)s”"),
    title=_("An invoice of “%(title)s” was taken out"),
    body=_("Number %(number)s. The reason: “%(reason)s”."),
)
CHANGE_ASKED = Event(
    "funds.change_asked",
    title=_("“%(title)s” asks to change its budget"),
    body=_("“%(line)s”: %(amount)s. Please answer by %(due_at)s."),
    words=_yuan,
)
CHANGE_ANSWERED = Event(
    "funds.change_answered",
    record=_("answered a changed budget: %(yes)s, “%(reason)s”"),
    title=_("Your change of the budget was answered: %(title)s"),
    body=_("“%(line)s”: “%(reason)s”."),
)
MIDTERM_PASSED = Event(
    "funds.midterm_passed",
    record=_("checked a project at half time: “%(reason)s”"),
    title=_("“%(title)s” passed the mid-term check"),
    body=_("What was found: “%(reason)s”."),
)
MIDTERM_OPEN = Event(
    "funds.midterm_open",
    record=_("checked a project at half time, something is to be put right: “%(reason)s”"),
    title=_("Mid-term check of “%(title)s”: something is to be put right"),
    body=_("“%(reason)s”. It is checked again by %(due_at)s."),
)
DONE = Event(
    "funds.done",
    record=_("reported that a project is carried out"),
    title=_("“%(title)s” is carried out and waits for acceptance"),
    body=_("Please name who accepts it; it is accepted by %(due_at)s."),
)
TEAM_NAMED = Event("funds.team_named", record=_("named who accepts a project"))
TEAM_TOLD = Event(
    "funds.team_told",
    title=_("You accept the finished work: %(title)s"),
    body=_("Please look at it on the spot and sign what you found by %(due_at)s."),
)
TEAM_LEFT = Event(
    "funds.team_left",
    title=_("Somebody does not accept “%(title)s” any more"),
    body=_("Please name somebody else."),
)
SIGNED = Event("funds.signed", record=_("signed the acceptance of a project"))
ACCEPTED = Event(
    "funds.accepted",
    record=_("A project was accepted"),
    title=_("“%(title)s” was accepted"),
    body=_("Please prove the rest by invoices; then come the last instalment and the final accounts."),
)
NOT_ACCEPTED = Event(
    "funds.not_accepted",
    record=_("A project was not accepted yet: “%(reason)s”"),
    title=_("“%(title)s” was not accepted yet"),
    body=_("To be put right: “%(reason)s”."),
)
SUSPENDED = Event(
    "funds.suspended",
    record=_("suspended a project: “%(reason)s”"),
    title=_("“%(title)s” is suspended"),
    body=_("The reason: “%(reason)s”. Nothing is paid until it goes on."),
)
RESUMED = Event(
    "funds.resumed",
    record=_("let a project go on: “%(reason)s”"),
    title=_("“%(title)s” goes on"),
    body=_("The reason: “%(reason)s”."),
)
TERMINATED = Event(
    "funds.terminated",
    record=_("ended a project early: “%(reason)s”"),
    title=_("“%(title)s” was ended early"),
    body=_("The reason: “%(reason)s”. What was paid and is not proved by invoices comes back: %(amount)s."),
    words=_yuan,
)
MONEY_BACK = Event(
    "funds.money_back",
    record=_("wrote money that came back from a project: %(yuan)s yuan"),
    title=_("Money of “%(title)s” came back"),
    body=_("%(amount)s are in the fund again."),
    words=_yuan,
)
REFUND_REVERSED = Event(
    "funds.refund_reversed",
    record=_("took back a line about money that came back: “%(reason)s”"),
    title=_("A line about money of “%(title)s” was taken back"),
    body=_("The reason: “%(reason)s”."),
)

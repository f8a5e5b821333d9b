"""What can be done to a project with money, its instalments, invoices and changes, as their pages offer it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import User
from portal.funds.models import Due, Grant, Instalment, Refund
from portal.funds.running import forms, services
from portal.funds.running.owing import receipts_url, unpaid, waits_for_midterm
from portal.funds.running.services.accepting import missing
from portal.funds.states import GrantState
from portal.kit import clock
from portal.kit.wording import yuan


def _at_receipts(thing: Any, user: User) -> Home:
    grant = thing if isinstance(thing, Grant) else thing.grant
    return Home(grant.title, receipts_url(grant))


def _approved_by_another(thing: Instalment, user: User) -> bool:
    return thing.approved_by_id != user.person_id


def _posted(grant: Grant) -> bool:
    return grant.state in (GrantState.POSTED, GrantState.CLOSED)


def _pay_text(instalment: Instalment, user: User) -> dict[str, Any]:
    said = gettext(
        "%(amount)s to the account of %(payee)s. First the bank transfer, then this line: it stands in the public "
        "books at once."
    )
    amount, payee = yuan(instalment.amount), instalment.grant.application.payee
    return {"text": said % {"amount": amount, "payee": payee}}


def _signs(grant: Grant, user: User) -> bool:
    team = grant.acceptors.filter(person=user.person_id, ended_at=None)
    return team.filter(signed_at=None).exists()


def _team_to_name(grant: Grant, user: User) -> bool:
    """While the whole team is named and only its signatures are awaited there is nobody to name."""
    team = grant.acceptors.filter(ended_at=None).select_related("person")
    return bool(missing(grant, {one.person: one.part for one in team}))


def _nothing_awaited(grant: Grant, user: User) -> bool:
    """Money for the work itself is still to come, unless the day has come by which it is finished."""
    open_parts = unpaid(grant).exclude(due=Due.ACCEPTANCE)
    return not open_parts.exists() or bool(grant.ends_on and grant.ends_on <= clock.today())


_BOOKS = _("The line can be taken back by another one; both stay in the books for everybody to see.")
GRANT_ACTIONS: dict[str, Action] = {
    "agree": Action(
        _("Enter the signed agreement"),
        services.agree,
        forms.AgreeForm,
        text=_(
            "The money is set aside in its sources, and the budget stands as agreed. Whoever applied is told, with the "
            "marks that the sources ask to be borne."
        ),
        done=_("Entered. Whoever applied can ask for the first instalment."),
        main=True,
        effect=Effect.COUNTS,
        way_back=WayBack("undo_agreement"),
    ),
    "check_midterm": Action(
        _("Write the mid-term check"),
        services.check_midterm,
        forms.MidtermForm,
        text=_(
            "Passed, the next instalment can be asked for; otherwise a day is set by which it is checked again. "
            "Everybody can read what was found."
        ),
        done=_("Written."),
        tells=True,
        main=True,
        ready=lambda grant, user: waits_for_midterm(grant),
        not_ready=_("No instalment waits for a mid-term check."),
        effect=Effect.PUBLISHES,
        way_back=_("A check that was passed stands. The project can be suspended."),
    ),
    "report_done": Action(
        _("Report that it is carried out"),
        services.report_done,
        text=_("The office names who accepts the finished work. They come and look at it."),
        submit=_("It is carried out"),
        done=_("Reported. The office names who accepts it."),
        main=True,
        turn=_nothing_awaited,
        effect=Effect.COUNTS,
        way_back=_("The acceptance team can send it back with what is to be put right."),
    ),
    "name_acceptors": Action(
        _("Name who accepts it"),
        services.name_acceptors,
        forms.TeamForm,
        text=_("At least three, none of whom applied. Each of them is told and signs what they found."),
        submit=_("Name them"),
        done=_("They are named."),
        tells=True,
        main=True,
        turn=_team_to_name,
        effect=Effect.REPLACES,
        way_back=_("Somebody else can be named as long as not all have signed."),
    ),
    "sign_acceptance": Action(
        _("Sign what you found"),
        services.sign_acceptance,
        forms.SignForm,
        text=_("Everybody can read it. Once all have signed, the work is accepted or goes back."),
        submit=_("Sign"),
        done=_("Signed."),
        main=True,
        ready=_signs,
        not_ready=_("You have signed already."),
        effect=Effect.COUNTS,
        way_back=_("A signature stands. What you see later, tell the office."),
    ),
    "enter_invoice": Action(
        _("Enter an invoice"),
        services.enter_invoice,
        forms.InvoiceForm,
        text=_("The office looks at it before it counts. Take the photo so that the number can be read."),
        submit=_("Enter it"),
        done=_("Entered. It counts once the office has looked at it."),
        template="funds/running/invoice.html",
        home=_at_receipts,
        effect=None,
    ),
    "ask_change": Action(
        _("Ask to change the budget"),
        services.ask_change,
        forms.ChangeForm,
        text=_("A line may be overspent a little; beyond that it is agreed first. The sum stays the same."),
        submit=pgettext_lazy("a change", "Ask"),
        done=_("Asked. The answer stands on this page."),
        tone="quiet",
        effect=None,
    ),
    "give_back_money": Action(
        _("Write money that came back"),
        services.give_back_money,
        forms.RefundForm,
        text=_("It goes back to the sources it came from, as a line of the public books."),
        done=_("Written. It is in the fund again."),
        home=_at_receipts,
        ready=lambda grant, user: grant.paid > grant.returned,
        not_ready=_("Nothing was paid that has not come back."),
        effect=Effect.COUNTS,
        way_back=_BOOKS,
    ),
    "suspend": Action(
        _("Suspend the project"),
        services.suspend,
        forms.ReasonForm,
        text=_("Nothing is asked for and nothing paid until it goes on. Everybody can read why."),
        done=_("Suspended."),
        tells=True,
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("resume"),
    ),
    "resume": Action(
        _("Let the project go on"),
        services.resume,
        forms.ReasonForm,
        text=_("Instalments can be asked for and paid again."),
        done=_("It goes on."),
        tells=True,
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("suspend"),
    ),
    "undo_agreement": Action(
        _("Take the agreement back"),
        services.undo_agreement,
        forms.ReasonForm,
        text=_(
            "Only while nothing was asked for. What was set aside is free again; the agreement is signed anew."
        ),
        done=_("Taken back. A new one can be entered."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("agree"),
    ),
    "give_up": Action(
        _("Give the project up"),
        services.give_up,
        forms.ReasonForm,
        text=_("Nothing is agreed and nothing paid. The money stays in the fund."),
        done=_("Given up."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. In a later round it can be applied for again."),
    ),
    "terminate": Action(
        _("End the project early"),
        services.terminate,
        forms.ReasonForm,
        text=_("Nothing more is paid. What was paid and is not proved by invoices comes back to the fund."),
        done=_("The project is ended."),
        tells=True,
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. Suspending a project can."),
    ),
}
INSTALMENT_ACTIONS: dict[str, Action] = {
    "request": Action(
        _("Ask for the instalment"),
        services.request_instalment,
        text=_(
            "The director approves it, then somebody else pays it. The last one is not more than invoices prove."
        ),
        submit=_("Ask for it"),
        done=_("Asked for. Its page says by when it is answered."),
        main=True,
        waits=until(services.require_due),
        effect=Effect.COUNTS,
        way_back=WayBack("send_back"),
    ),
    "approve": Action(
        _("Approve the instalment"),
        services.approve_instalment,
        text=_("Somebody else of the committee may pay it then."),
        done=_("Approved. It is paid by somebody else."),
        main=True,
        effect=Effect.COUNTS,
        way_back=WayBack("send_back"),
    ),
    "pay": Action(
        _("Write the payment"),
        services.pay_instalment,
        forms.PayForm,
        text=_("First the bank transfer, then this line: it stands in the public books at once."),
        shows=_pay_text,
        done=_("Paid and booked."),
        tells=True,
        main=True,
        ready=_approved_by_another,
        not_ready=_("You approved this instalment. Somebody else of the committee pays it."),
        effect=Effect.COUNTS,
        way_back=WayBack("reverse_payment"),
    ),
    "send_back": Action(
        _("Send the instalment back"),
        services.send_back,
        forms.ReasonForm,
        text=_("Whoever applied is told why, and can ask for it again."),
        done=_("Sent back."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=_("It can be asked for again at once."),
    ),
    "reverse_payment": Action(
        _("Take the payment back in the book"),
        services.reverse_payment,
        forms.ReasonForm,
        text=_(
            "For a payment that was written wrongly. A second line turns it round; both stay for all to see."
        ),
        done=_("Taken back. It can be paid again."),
        tone="danger",
        ready=lambda instalment, user: not _posted(instalment.grant),
        not_ready=_("The accounts of this project are posted. Nothing of them is changed any more."),
        waits=until(services.require_not_returned),
        effect=Effect.ENDS,
        way_back=_("The payment can be written anew."),
    ),
    "drop": Action(
        _("Do not pay this instalment"),
        services.drop_instalment,
        forms.ReasonForm,
        text=_("For what is not needed any more. What was set aside for it is free in the fund again."),
        done=_("It is not paid any more."),
        tone="quiet",
        ready=lambda instalment, user: instalment.grant.state == GrantState.ACCEPTED,
        not_ready=_("An instalment is only given up once the finished work is accepted."),
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back: please make sure that all invoices are entered."),
    ),
}
INVOICE_ACTIONS: dict[str, Action] = {
    "look_at": Action(
        _("Look at the invoice"),
        services.look_at_invoice,
        forms.LookForm,
        text=_("Compare what was typed with the scan. Once it counts, everybody reads its lines."),
        submit=_("Save"),
        done=_("Saved."),
        main=True,
        home=_at_receipts,
        ready=lambda invoice, user: invoice.entered_by_id != user.pk,
        not_ready=_("You entered this invoice. Somebody else of the committee looks at it."),
        template="funds/running/look.html",
        effect=Effect.COUNTS,
        way_back=_("An invoice can be taken out with the reason; it stays to be read."),
    ),
    "look_again": Action(
        _("Look at it again"),
        services.look_again,
        forms.ReasonForm,
        text=_("The refusal is taken back; it waits to be looked at. Whoever applied is told why."),
        done=_("It waits to be looked at."),
        tone="quiet",
        home=_at_receipts,
        effect=Effect.REPLACES,
        way_back=WayBack("look_at"),
    ),
    "take_out": Action(
        _("Take the invoice out"),
        services.take_out_invoice,
        forms.ReasonForm,
        text=_(
            "It does not count any more and stays to be read with the reason. The right one can be entered."
        ),
        done=_("Taken out."),
        tone="danger",
        ready=services.may_take_out,
        not_ready=_("This invoice counts already. The office takes it out: please tell it why."),
        home=_at_receipts,
        effect=Effect.ENDS,
        way_back=_("It can be entered again."),
    ),
}
CHANGE_ACTIONS: dict[str, Action] = {
    "answer": Action(
        _("Answer the change"),
        services.answer_change,
        forms.AnswerForm,
        text=_("Agreed, the lines of the budget change at once. Everybody can read the answer."),
        done=_("Answered."),
        tells=True,
        main=True,
        effect=Effect.REPLACES,
        way_back=_("Another change can be asked for."),
    ),
    "withdraw": Action(
        _("Ask for this change no more"),
        services.withdraw_change,
        text=_("The budget stays as it is."),
        done=_("The budget stays as it is."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=_("It can be asked for again."),
    ),
}
REFUND_ACTIONS: dict[str, Action] = {
    "reverse": Action(
        _("Take this line back"),
        services.reverse_refund,
        forms.ReasonForm,
        text=_(
            "For money that was written by mistake. A second line turns it round; both stay for all to see."
        ),
        done=_("Taken back."),
        tone="danger",
        home=_at_receipts,
        ready=lambda refund, user: _stands(refund),
        effect=Effect.ENDS,
        way_back=_("What came back can be written anew."),
    ),
}


def _stands(refund: Refund) -> bool:
    return refund.taken_back_at is None and not _posted(refund.grant)

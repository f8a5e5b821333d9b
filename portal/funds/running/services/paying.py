"""Instalments: asked for, approved, and paid by somebody else; a payment and its line in the book are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Person, Post, User
from portal.duties import services as duties
from portal.funds.accounts import PROJECT
from portal.funds.applying.traces import in_words, trace
from portal.funds.models import Due, Funding, Grant, Instalment, Source
from portal.funds.running import events
from portal.funds.running.moving import move
from portal.funds.running.owing import (
    GOING,
    applicants,
    is_due,
    not_looked_at,
    office,
    owe_asking,
    owe_open,
    reconcile,
    settle_refund,
    within,
)
from portal.funds.running.permissions import INSTALMENTS
from portal.funds.running.services.agreeing import locked_sources, release
from portal.funds.running.wording import APPROVE, ASK, PAY
from portal.funds.states import GrantState, InstalmentState
from portal.kit import wording
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import LONGEST_TEXT, Book, Entry, EntryKind
from portal.ledger.selectors import plain_yuan

G, N = GrantState, InstalmentState


@dataclass(frozen=True)
class Drawn:
    """So much of a payment comes from one source, in fen."""

    funding: Funding
    amount: int


@transaction.atomic
def request_instalment(user: User, pk: int) -> Instalment:
    """Ask for an instalment once what it waits for has come. The director owes the answer.

    The one after acceptance is not more than what invoices prove: the rest stays in the fund. NotPossible: too early,
    an earlier one is not paid, or invoices wait to be looked at.
    """
    instalment = INSTALMENTS.take(user, pk, "request")
    require_due(instalment)
    if instalment.due == Due.ACCEPTANCE:
        _cut_to_proved(instalment)
    advance(instalment, N.REQUESTED, also=["amount"], requested_by=_person(user), reason="")
    grant = instalment.grant
    _trace(instalment, "money_asked", user)
    duties.close(ASK, grant, by=user)
    due = within(grant, "payment")
    duties.open_duty(APPROVE, grant, due=due, post=Post.DIRECTOR, url=instalment.get_absolute_url())
    told: dict[str, Any] = {"order": instalment.order, "fen": instalment.amount, "due_at": due.at.isoformat()}
    to = office(grant, Post.DIRECTOR)
    announce(
        events.ASKED_FOR,
        grant,
        url=instalment.get_absolute_url(),
        by=user,
        to=to,
        data={"order": instalment.order},
        **told,
    )
    return instalment


@transaction.atomic
def approve_instalment(user: User, pk: int) -> Instalment:
    """Let an instalment be paid, by somebody else. NotPossible while the project is suspended or at an end."""
    instalment = INSTALMENTS.take(user, pk, "approve")
    _require_going(instalment)
    advance(instalment, N.APPROVED, approved_by=_person(user))
    _trace(instalment, "money_approved", user)
    grant = instalment.grant
    duties.close(APPROVE, grant, by=user)
    due = within(grant, "payment")
    duties.open_duty(PAY, grant, due=due, post=Post.WORKER, url=instalment.get_absolute_url())
    told: dict[str, Any] = {"order": instalment.order, "fen": instalment.amount, "due_at": due.at.isoformat()}
    to = office(grant, Post.WORKER)
    announce(
        events.MAY_BE_PAID,
        grant,
        url=instalment.get_absolute_url(),
        by=user,
        to=to,
        data={"order": instalment.order},
        **told,
    )
    return instalment


@transaction.atomic
def send_back(user: User, pk: int, reason: str) -> Instalment:
    """Send an instalment back to whoever asked for it, also one that was approved and is not paid."""
    instalment = INSTALMENTS.take(user, pk, "send_back")
    grant = instalment.grant
    if instalment.state == N.APPROVED:
        advance(instalment, N.REQUESTED, approved_by=None)
    advance(instalment, N.SCHEDULED, requested_by=None, reason=reason)
    _trace(instalment, "money_sent_back", user, reason)
    for kind in (APPROVE, PAY):
        duties.close(kind, grant, by=user)
    owe_asking(grant)
    data: dict[str, Any] = {"order": instalment.order, "reason": reason}
    announce(
        events.SENT_BACK,
        grant,
        url=instalment.get_absolute_url(),
        by=user,
        to=applicants(grant),
        data=data,
        **data,
    )
    return instalment


@transaction.atomic
def pay_instalment(
    user: User, pk: int, day: date, voucher: str, papers: Iterable[UploadedFile[Any]] = ()
) -> Instalment:
    """Write that an instalment was paid: the money leaves its sources in the same transaction.

    A second time it is refused, whoever comes. NotPossible: by the one who approved it, a voucher whose number the
    fund has already, a day to come, a project that is suspended, more than the sources hold.
    """
    instalment = INSTALMENTS.take(user, pk, "pay")
    grant = instalment.grant
    _require_other(instalment, user)
    _require_going(instalment)
    drawn = _drawn(grant, instalment.amount)
    _require_voucher(instalment, voucher)
    kept = [uploads.accept(user, grant.neighbourhood, file, alt=_("Voucher")) for file in papers]
    entry = ledger.post_entry(
        _book(grant),
        day,
        _text(instalment, voucher),
        _amounts(grant, drawn, instalment.amount),
        by=user,
        kind=EntryKind.SPENDING,
        once=_once(instalment),
        receipts=kept,
    )
    _move(grant, drawn, 1)
    changes: dict[str, Any] = {"paid_on": day, "voucher": voucher, "paid_by": _person(user), "entry": entry}
    advance(instalment, N.PAID, **changes)
    _trace(instalment, "money_paid", user)
    _paid(user, instalment)
    return instalment


@transaction.atomic
def reverse_payment(user: User, pk: int, reason: str) -> Instalment:
    """Take a wrong payment back by another line of the book: every balance is as it was before, both lines stay.

    The instalment may be paid again. NotPossible where money of it came back already, or the accounts are posted.
    """
    instalment = INSTALMENTS.take(user, pk, "reverse_payment")
    grant, entry = instalment.grant, instalment.entry
    if entry is None or grant.state in (G.POSTED, G.CLOSED):
        raise NotPossible(_("The accounts of this project are posted. Nothing of them is changed any more."))
    locked_sources(grant)
    require_not_returned(instalment)
    drawn = _drawn_by(grant, entry)
    if instalment.state == N.RECONCILED:
        advance(instalment, N.PAID)
    changes: dict[str, Any] = {"entry": None, "voucher": "", "paid_on": None, "paid_by": None}
    advance(instalment, N.APPROVED, reason=reason, **changes)
    _trace(instalment, "payment_reversed", user, reason)
    _move(grant, drawn, -1)
    ledger.reverse(entry, reason, by=user)
    _unpaid(user, instalment)
    data: dict[str, Any] = {"order": instalment.order, "reason": reason}
    to = [*applicants(grant), *office(grant)]
    announce(
        events.PAYMENT_REVERSED, grant, url=instalment.get_absolute_url(), by=user, to=to, data=data, **data
    )
    return instalment


@transaction.atomic
def drop_instalment(user: User, pk: int, reason: str) -> Instalment:
    """Say that an instalment is not paid any more because it is not needed: what was set aside for it is free.

    Only once the work is accepted; before that the project is ended early. NotPossible else.
    """
    instalment = INSTALMENTS.take(user, pk, "drop")
    grant = instalment.grant
    if grant.state != G.ACCEPTED:
        raise NotPossible(_("An instalment is only given up once the finished work is accepted."))
    advance(instalment, N.CANCELLED, reason=reason)
    _trace(instalment, "money_dropped", user, reason)
    release(grant, instalment.amount)
    for kind in (ASK, APPROVE, PAY):
        duties.close(kind, grant, by=user)
    settle_refund(grant, user)
    data: dict[str, Any] = {"order": instalment.order, "reason": reason}
    announce(
        events.INSTALMENT_DROPPED,
        grant,
        url=instalment.get_absolute_url(),
        by=user,
        to=applicants(grant),
        data=data,
        **data,
    )
    return instalment


def _trace(instalment: Instalment, what: str, user: User, reason: str = "") -> None:
    """In the course of the project: which instalment, how much, and why."""
    said = in_words(instalment.amount, instalment.order)
    trace(instalment.grant.application, what, by=user, why=f"{said}，{reason}" if reason else said)


def _paid(user: User, instalment: Instalment) -> None:
    grant = instalment.grant
    duties.close(PAY, grant, by=user)
    if grant.state == G.AGREED:
        _begin(grant)
    reconcile(grant)
    owe_asking(grant)
    settle_refund(grant, user)
    data: dict[str, Any] = {"order": instalment.order, "yuan": plain_yuan(instalment.amount)}
    told: dict[str, Any] = {
        "order": instalment.order,
        "fen": instalment.amount,
        "payee": grant.application.payee,
    }
    announce(
        events.PAID,
        grant,
        url=instalment.get_absolute_url(),
        by=user,
        to=applicants(grant),
        data=data,
        **told,
    )


def _begin(grant: Grant) -> None:
    """With the first money the project runs: the check at half time is owed where the plan has one."""
    move(grant, G.RUNNING)
    owe_open(grant)


def _unpaid(user: User, instalment: Instalment) -> None:
    grant = instalment.grant
    reconcile(grant)
    if grant.state == G.TERMINATED:
        advance(instalment, N.CANCELLED)
        release(grant, instalment.amount)
    else:
        owe_open(grant)
        duties.close(ASK, grant, by=user)
    if grant.state == G.RUNNING and not grant.instalments.exclude(entry=None).exists():
        move(grant, G.AGREED)
    settle_refund(grant, user)


def require_due(instalment: Instalment) -> None:
    """Refuse to ask for an instalment before what it waits for has come."""
    grant = instalment.grant
    if is_due(instalment):
        return
    if grant.state == G.SUSPENDED:
        raise NotPossible(_("The project is suspended. Nothing is paid until it goes on."))
    raise NotPossible(
        _("This instalment waits: %(due)s, and after those before it are paid.")
        % {"due": Due(instalment.due).label}
    )


def _require_going(instalment: Instalment) -> None:
    grant = instalment.grant
    if grant.state not in GOING:
        raise NotPossible(
            _("Nothing is paid to this project now: it is %(state)s.") % {"state": grant.get_state_display()}
        )


def _require_other(instalment: Instalment, user: User) -> None:
    if instalment.approved_by_id == user.person_id:
        raise NotPossible(_("You approved this instalment. Somebody else of the committee pays it."))


def _require_voucher(instalment: Instalment, voucher: str) -> None:
    taken = Instalment.objects.filter(fund=instalment.fund_id, voucher=voucher).exclude(pk=instalment.pk)
    if there := taken.select_related("grant__application").first():
        raise NotPossible(
            _("The voucher %(voucher)s stands in the books already: “%(title)s”, instalment %(order)s.")
            % {"voucher": voucher, "title": there.title, "order": there.order}
        ).at("voucher")


def require_not_returned(instalment: Instalment) -> None:
    """Refuse to take a payment back in the book where money of it came back already."""
    drawn = _drawn_by(instalment.grant, instalment.entry) if instalment.entry else []
    if any(one.funding.paid - one.amount < one.funding.returned for one in drawn):
        raise NotPossible(_("Money of this payment came back already. That line has to be taken back first."))


def _cut_to_proved(instalment: Instalment) -> None:
    """Not more than invoices prove beyond what was paid; what is less stays in the fund."""
    grant = instalment.grant
    if not_looked_at(grant).exists():
        raise NotPossible(_("Invoices wait to be looked at. They decide how much the last instalment is."))
    proved = grant.spent - grant.paid + grant.returned
    if proved <= 0:
        raise NotPossible(
            _("The invoices that count come to %(spent)s; %(paid)s were paid. There is nothing left to pay.")
            % {"spent": wording.yuan(grant.spent), "paid": wording.yuan(grant.paid - grant.returned)}
        )
    if proved < instalment.amount:
        release(grant, instalment.amount - proved)
        instalment.amount = proved


def _drawn(grant: Grant, amount: int) -> list[Drawn]:
    """From which source how much, in the order of the agreement, under the locks of book and sources."""
    locked_sources(grant)
    found, left = [], amount
    for funding in grant.fundings.select_related("source__at_hand").order_by("pk"):
        part = min(left, funding.amount - funding.paid)
        if part > 0:
            found.append(Drawn(funding, part))
            left -= part
    if left:
        raise NotPossible(_("This is more than was agreed for the project."))
    return found


def _drawn_by(grant: Grant, entry: Entry) -> list[Drawn]:
    """What a line of the book took from which source."""
    moved = {one.account_id: -one.amount for one in entry.postings.all()}
    fundings = grant.fundings.select_related("source__at_hand")
    return [Drawn(one, moved[one.source.at_hand_id]) for one in fundings if one.source.at_hand_id in moved]


def _amounts(grant: Grant, drawn: list[Drawn], amount: int) -> dict[str, int]:
    taken = {one.funding.source.at_hand.code: -one.amount for one in drawn}
    return {**taken, f"{PROJECT}{grant.pk}": amount}


def _move(grant: Grant, drawn: list[Drawn], sign: int) -> None:
    """By the database's own sums, so that its constraints hold also where a lock would be missing."""
    for one in drawn:
        moved = sign * one.amount
        Funding.objects.filter(pk=one.funding.pk).update(paid=F("paid") + moved)
        Source.objects.filter(pk=one.funding.source_id).update(set_aside=F("set_aside") - moved)
    total = sign * sum(one.amount for one in drawn)
    Grant.objects.filter(pk=grant.pk).update(paid=F("paid") + total)
    grant.refresh_from_db(fields=["paid"])


def _once(instalment: Instalment) -> str:
    """The key of its line: another one only after that was reversed."""
    before = Entry.objects.filter(once__startswith=f"instalment:{instalment.pk}:", reversed_by__isnull=False)
    return f"instalment:{instalment.pk}:{before.count()}"


def _text(instalment: Instalment, voucher: str) -> str:
    said = _("%(title)s, instalment %(order)s, voucher %(voucher)s") % {
        "title": instalment.title[:60],
        "order": instalment.order,
        "voucher": voucher,
    }
    return said[:LONGEST_TEXT]


def _book(grant: Grant) -> Book:
    return grant.application.call.fund.book


def _person(user: User) -> Person | None:
    return user.person

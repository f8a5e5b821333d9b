"""Unspent money that comes back to the sources it came from; a wrong line is taken back by another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community import uploads
from portal.community.models import User
from portal.funds.accounts import PROJECT
from portal.funds.applying.traces import in_words, trace
from portal.funds.models import Funding, Grant, Refund
from portal.funds.running import events
from portal.funds.running.owing import applicants, reconcile, settle_refund
from portal.funds.running.permissions import GRANTS, REFUNDS
from portal.funds.running.services.agreeing import locked_sources
from portal.funds.states import GrantState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import LONGEST_TEXT, EntryKind
from portal.ledger.selectors import plain_yuan


@transaction.atomic
def give_back_money(
    user: User, pk: int, day: date, amount: int, papers: Iterable[UploadedFile[Any]] = ()
) -> Refund:
    """Write that money came back: it goes to the sources it was paid from, the last first. Amount in fen.

    NotPossible: nothing, or more than was paid and has not come back.
    """
    grant = GRANTS.take(user, pk, "give_back_money")
    locked_sources(grant)
    parts = _parts(grant, amount)
    kept = [uploads.accept(user, grant.neighbourhood, file, alt=_("Paper")) for file in papers]
    back = {one.source.at_hand.code: part for one, part in parts}
    _move(grant, parts, 1)
    text = (_("%(title)s, money that came back") % {"title": grant.title[:60]})[:LONGEST_TEXT]
    book = grant.application.call.fund.book
    amounts = {**back, f"{PROJECT}{grant.pk}": -amount}
    entry = ledger.post_entry(book, day, text, amounts, by=user, kind=EntryKind.TRANSFER, receipts=kept)
    made = Refund.objects.create(grant=grant, amount=amount, day=day, entry=entry, by=user)
    trace(grant.application, "money_back", by=user, why=in_words(amount))
    reconcile(grant)
    settle_refund(grant, user)
    data: dict[str, Any] = {"yuan": plain_yuan(amount)}
    announce(events.MONEY_BACK, grant, by=user, to=applicants(grant), data=data, fen=amount)
    return made


@transaction.atomic
def reverse_refund(user: User, pk: int, reason: str) -> Refund:
    """Take a line about money that came back away by another one; both stay. NotPossible: it was taken back."""
    refund = REFUNDS.take(user, pk, "reverse")
    grant = refund.grant
    if refund.taken_back_at is not None or grant.state in (GrantState.POSTED, GrantState.CLOSED):
        raise NotPossible(_("This line was taken back already, or the accounts are posted."))
    locked_sources(grant)
    moved = {one.account_id: one.amount for one in refund.entry.postings.all()}
    fundings = grant.fundings.select_related("source__at_hand")
    parts = [(one, moved[one.source.at_hand_id]) for one in fundings if one.source.at_hand_id in moved]
    _move(grant, parts, -1)
    refund.taken_back_at, refund.reason = clock.now(), reason
    refund.save(update_fields=["taken_back_at", "reason"])
    ledger.reverse(refund.entry, reason, by=user)
    trace(grant.application, "refund_reversed", by=user, why=reason)
    reconcile(grant)
    settle_refund(grant, user)
    data: dict[str, Any] = {"reason": reason}
    announce(events.REFUND_REVERSED, grant, by=user, to=applicants(grant), data=data, **data)
    return refund


def _parts(grant: Grant, amount: int) -> list[tuple[Funding, int]]:
    kept = grant.paid - grant.returned
    if amount <= 0 or amount > kept:
        raise NotPossible(
            _("At most %(kept)s can come back: that was paid and has not come back yet.")
            % {"kept": wording.yuan(kept)}
        )
    parts, left = [], amount
    for funding in grant.fundings.select_related("source__at_hand").order_by("-pk"):
        part = min(left, funding.paid - funding.returned)
        if part > 0:
            parts.append((funding, part))
            left -= part
    return parts


def _move(grant: Grant, parts: list[tuple[Funding, int]], sign: int) -> None:
    for funding, part in parts:
        Funding.objects.filter(pk=funding.pk).update(returned=F("returned") + sign * part)
    total = sign * sum(part for _funding, part in parts)
    Grant.objects.filter(pk=grant.pk).update(returned=F("returned") + total)
    grant.refresh_from_db(fields=["returned"])

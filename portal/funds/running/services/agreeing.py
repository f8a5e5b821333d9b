"""The agreement: signed, with the money of its sources set aside under the lock of the book; or undone, or given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Post, User
from portal.duties import services as duties
from portal.funds.accounts import PROJECT
from portal.funds.applying.traces import in_words, trace
from portal.funds.calls.selectors import free_in
from portal.funds.models import Call, Funding, Grant, Instalment, Source
from portal.funds.running import events
from portal.funds.running.moving import move
from portal.funds.running.owing import applicants, budget, office, owe_asking, owe_report, unpaid, within
from portal.funds.running.permissions import GRANTS
from portal.funds.running.wording import AGREEMENT
from portal.funds.states import GrantState, InstalmentState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger import services as ledger
from portal.ledger.models import Account, AccountKind
from portal.ledger.selectors import plain_yuan

LONGEST_NAME = 60


def agreement_owed(grant: Grant) -> None:
    """A project was approved: its agreement is owed. Called by whoever approves it."""
    due = within(grant, "agreement")
    duties.open_duty(AGREEMENT, grant, due=due, post=Post.WORKER)
    to = [*office(grant), *applicants(grant)]
    once = f"agreement:{grant.pk}"
    told: dict[str, Any] = {"fen": grant.approved, "due_at": due.at.isoformat()}
    notify(events.AGREEMENT_OWED, grant, to, once_per=once, **told)


@transaction.atomic
def agree(
    user: User, pk: int, agreement: UploadedFile[Any], ends_on: date, amounts: Mapping[int, int]
) -> Grant:
    """Enter the signed agreement. `amounts`: fen by the key of each source, adding up to what was approved.

    The money is set aside, the budget stands as agreed, and the applicant is told the marks that its sources ask to be
    borne. NotPossible: another sum, a source of another fund, or one in which that much is not free.
    """
    grant = GRANTS.take(user, pk, "agree")
    chosen = {key: amount for key, amount in amounts.items() if amount}
    _require_sum(grant, chosen)
    _require_to_come(ends_on)
    sources = _set_aside(grant, chosen)
    _agree_budget(grant)
    grant.account = _account(grant)
    grant.agreement = uploads.accept(user, grant.neighbourhood, agreement, alt=_("Agreement"))
    marks = "、".join(dict.fromkeys(one.required_mark for one in sources if one.required_mark))
    changes: dict[str, Any] = {"agreed_at": clock.now(), "ends_on": ends_on, "bears": marks}
    move(grant, GrantState.AGREED, also=["account", "agreement"], reason="", **changes)
    trace(grant.application, "agreement", by=user, why=in_words(grant.approved))
    duties.close(AGREEMENT, grant, by=user)
    owe_asking(grant)
    owe_report(grant)
    said = _("Everything paid from it bears the mark %(marks)s.") % {"marks": marks} if marks else ""
    data: dict[str, Any] = {"yuan": plain_yuan(grant.approved)}
    told: dict[str, Any] = {"fen": grant.approved, "marks": said}
    announce(events.AGREED, grant, by=user, to=applicants(grant), data=data, **told)
    return grant


@transaction.atomic
def undo_agreement(user: User, pk: int, reason: str) -> Grant:
    """Take a wrong agreement back while nothing was paid: its money is free again, and it is signed anew."""
    grant = GRANTS.take(user, pk, "undo_agreement")
    if grant.instalments.exclude(state=InstalmentState.SCHEDULED).exists():
        raise NotPossible(
            _("An instalment was asked for already. It has to be sent back before the agreement is undone.")
        )
    release(grant, grant.approved)
    grant.fundings.all().delete()
    budget(grant).update(agreed=0)
    duties.drop(grant)
    undone: dict[str, Any] = {"agreed_at": None, "agreement": None, "bears": "", "next_report_on": None}
    move(grant, GrantState.APPROVED, reason=reason, **undone)
    trace(grant.application, "agreement_undone", by=user, why=reason)
    duties.open_duty(AGREEMENT, grant, due=within(grant, "agreement"), post=Post.WORKER)
    data: dict[str, Any] = {"reason": reason}
    announce(events.AGREEMENT_UNDONE, grant, by=user, to=applicants(grant), data=data, **data)
    return grant


@transaction.atomic
def give_up(user: User, pk: int, reason: str) -> Grant:
    """Give a project up before its agreement: what was approved for it is free for the round again."""
    grant = GRANTS.take(user, pk, "give_up")
    Call.objects.filter(pk=grant.application.call_id).update(given=F("given") - grant.approved)
    cancel_open(grant)
    duties.drop(grant)
    move(grant, GrantState.GIVEN_UP, reason=reason)
    trace(grant.application, "given_up", by=user, why=reason)
    log(events.GIVEN_UP, grant, by=user, data={"reason": reason})
    to = [one for one in [*office(grant), *applicants(grant)] if one.pk != user.pk]
    notify(events.GIVEN_UP, grant, to, once_per=each_time(grant), reason=reason)
    return grant


def locked_sources(grant: Grant) -> dict[int, Source]:
    """The book and then all sources of the fund, locked until commit: promises and payments wait for each other."""
    fund = grant.application.call.fund
    ledger.locked(fund.book)
    held = Source.objects.select_for_update(of=("self",), no_key=True).filter(fund=fund).order_by("pk")
    return {one.pk: one for one in held.select_related("at_hand")}


def release(grant: Grant, amount: int) -> None:
    """Take money that will not be paid any more off what its sources set aside, the last source first; in fen."""
    locked_sources(grant)
    left = amount
    for funding in grant.fundings.order_by("-pk"):
        freed = min(left, funding.amount - funding.paid)
        if freed > 0:
            Funding.objects.filter(pk=funding.pk).update(amount=F("amount") - freed)
            Source.objects.filter(pk=funding.source_id).update(set_aside=F("set_aside") - freed)
            left -= freed


def cancel_open(grant: Grant) -> int:
    """Instalments that were not paid are not paid any more. Returns what they came to, in fen."""
    dropped = list(unpaid(grant))
    for one in dropped:
        advance(one, InstalmentState.CANCELLED)
    return sum(one.amount for one in dropped)


def _require_sum(grant: Grant, amounts: Mapping[int, int]) -> None:
    total = sum(amounts.values())
    if any(amount < 0 for amount in amounts.values()) or total != grant.approved:
        raise NotPossible(
            _("The sources come to %(total)s; %(approved)s were approved. Both have to be the same.")
            % {"total": wording.yuan(total), "approved": wording.yuan(grant.approved)}
        )


def _require_to_come(ends_on: date) -> None:
    if ends_on < clock.today():
        raise NotPossible(_("The project has to be finished on a day to come."))


def _set_aside(grant: Grant, amounts: Mapping[int, int]) -> list[Source]:
    sources = locked_sources(grant)
    if strange := set(amounts) - set(sources):
        raise NotPossible(_("This source belongs to another fund.") if strange else "")
    for pk, amount in amounts.items():
        source = sources[pk]
        if amount > free_in(source):
            raise NotPossible(
                _("Of “%(name)s” %(free)s are free, not %(amount)s. Please choose another source as well.")
                % {
                    "name": source.name,
                    "free": wording.yuan(max(free_in(source), 0)),
                    "amount": wording.yuan(amount),
                }
            )
        Source.objects.filter(pk=pk).update(set_aside=F("set_aside") + amount)
        Funding.objects.create(grant=grant, source=source, amount=amount)
    return [sources[pk] for pk in amounts]


def _agree_budget(grant: Grant) -> None:
    """Lines of this fund as applied for; where less was approved each in proportion, the last takes the rounding."""
    lines = list(budget(grant))
    left = grant.approved
    for line in lines:
        last = line is lines[-1]
        line.agreed = left if last else line.amount * grant.approved // grant.application.asked
        left -= line.agreed
        line.save(update_fields=["agreed"])


def _account(grant: Grant) -> Account:
    """What is paid to it, in the book of the fund; kept where an agreement is signed anew."""
    if grant.account is not None:
        return grant.account
    name = f"{grant.application.number} {grant.title}"[:LONGEST_NAME]
    opened = ledger.Opened(f"{PROJECT}{grant.pk}", name, AccountKind.EXPENSE)
    return ledger.open_account(grant.application.call.fund.book, opened)


def instalments_of(grant: Grant) -> list[Instalment]:
    """All of them in their order, each knowing its project."""
    found = list(grant.instalments.select_related("entry", "requested_by", "approved_by", "paid_by"))
    for one in found:
        one.grant = grant
    return found

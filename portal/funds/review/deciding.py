"""Approving a project: its grant and its instalments, never above the pot."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.funds.applying.traces import in_words, trace
from portal.funds.models import Application, Ballot, Call, Grant, Instalment
from portal.funds.review import events, selectors
from portal.funds.states import ApplicationState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger.selectors import plain_yuan

Begins = Callable[[Grant], object]
_BEGINS: list[Begins] = []


def register_begins(begins: Begins) -> None:
    """Let a room above say what begins with a grant, such as that its agreement is owed."""
    _BEGINS.append(begins)


@transaction.atomic
def approve(call: Call, application: Application, amount: int, *, by: User | str) -> Grant:
    """Approve an application with `amount` fen: its grant, in the instalments of the call's plan.

    The last instalment takes the rest of the rounding. `call` and `application` are brought up to date. Raises
    NotPossible where nothing or more than was asked is given, another project of its exclusion group has money, or
    the pot does not suffice. Those who applied are told by whoever decides.
    """
    _lock(call)
    _require(call, application, amount)
    # By the database's own sum: also where somebody would come by without the lock, the pot holds.
    Call.objects.filter(pk=call.pk).update(given=F("given") + amount)
    call.refresh_from_db(fields=["given"])
    grant = Grant.objects.create(application=application, approved=amount)
    Instalment.objects.bulk_create(
        Instalment(
            grant=grant,
            fund_id=call.fund_id,
            order=step.order,
            percent=step.percent,
            amount=part,
            due=step.due,
        )
        for step, part in zip(call.plan.all(), parts(call, amount), strict=True)
        if part
    )
    advance(application, ApplicationState.APPROVED, reason="")
    trace(application, "approved", by=by if isinstance(by, User) else None, why=in_words(amount))
    data = {"number": application.number, "yuan": plain_yuan(amount)}
    log(events.APPROVED, application, by=by, data=data)
    for begins in _BEGINS:
        begins(grant)
    return grant


def parts(call: Call, amount: int) -> list[int]:
    """An amount in the instalments of a call's plan, in fen; the last takes the rest of the rounding."""
    cut = [amount * step.percent // 100 for step in call.plan.all()]
    return [*cut[:-1], amount - sum(cut[:-1])]


def needs_vote(call: Call) -> bool:
    """Whether the residents are asked: always, or where the pot does not suffice for all on public notice."""
    if call.ballot != Ballot.IF_SHORT:
        return call.ballot == Ballot.ALWAYS
    waiting = call.applications.filter(state=ApplicationState.ON_NOTICE)
    return sum(waiting.values_list("asked", flat=True)) > call.pot - call.given


def require_notice_over(call: Call) -> None:
    """Refuse while the shortlist of a round stands on public notice, or does not yet."""
    if call.notice_until is None:
        raise NotPossible(_("The shortlist is not on public notice yet."))
    if not clock.passed(call.notice_until):
        until = wording.deadline(call.notice_until)
        raise NotPossible(_("The shortlist still stands on public notice, until %(when)s.") % {"when": until})


def require_answered(call: Call) -> None:
    """Refuse while an objection in the round has no answer."""
    waiting = selectors.waiting_objections(call).count()
    if waiting:
        raise NotPossible(_("Objections wait for their answers: %(number)d.") % {"number": waiting})


def rival_of(application: Application) -> Application | None:
    """The project of the same exclusion group that has money already."""
    if not application.exclusion:
        return None
    group = Application.objects.filter(call=application.call_id, exclusion=application.exclusion)
    return group.filter(state=ApplicationState.APPROVED).exclude(pk=application.pk).first()


def _lock(call: Call) -> None:
    held = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    call.given = held.given


def _require(call: Call, application: Application, amount: int) -> None:
    if amount <= 0 or amount > application.asked:
        raise NotPossible(
            _("“%(title)s” asks for %(asked)s: not more and not nothing can be given.")
            % {"title": application.title, "asked": wording.yuan(application.asked)}
        )
    if rival := rival_of(application):
        raise NotPossible(
            _("Only one of “%(title)s” and “%(other)s” is paid.")
            % {"title": application.title, "other": rival.title}
        )
    if amount > call.pot - call.given:
        raise NotPossible(
            _("The pot does not suffice for “%(title)s” any more.") % {"title": application.title}
        )

"""A budget that changes after the agreement: asked for with the reason and answered, never simply edited."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.funds.applying.traces import in_words, trace
from portal.funds.models import BudgetChange, BudgetLine, PaidBy
from portal.funds.running import events
from portal.funds.running.owing import office, within
from portal.funds.running.permissions import CHANGES, GRANTS
from portal.funds.running.wording import CHANGE
from portal.funds.states import ChangeState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible


@transaction.atomic
def ask_change(
    user: User, pk: int, line: BudgetLine, amount: int, why: str, from_line: BudgetLine | None = None
) -> BudgetChange:
    """Ask that a line of the budget becomes another amount, in fen. More of one line is less of another.

    NotPossible: nothing changes, one is asked for already, the other line does not hold that much, or less than was
    spent of it.
    """
    grant = GRANTS.take(user, pk, "ask_change")
    _require_own(grant.application_id, line, from_line)
    _require_fits(line, amount, from_line)
    made = BudgetChange(
        grant=grant, line=line, from_line=from_line, was=line.agreed, amount=amount, why=why, asked_by=user
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise NotPossible(_("A change of this line is asked for already.")) from error
    due = within(grant, "change")
    duties.open_duty(CHANGE, grant, due=due, post=Post.DIRECTOR, url=made.get_absolute_url())
    trace(grant.application, "change_asked", by=user, why=f"{line.item}，{in_words(amount)}")
    told: dict[str, Any] = {"line": line.item, "fen": amount, "due_at": due.at.isoformat()}
    announce(events.CHANGE_ASKED, grant, to=office(grant, Post.DIRECTOR), url=made.get_absolute_url(), **told)
    return made


@transaction.atomic
def answer_change(user: User, pk: int, agrees: bool, answer: str) -> BudgetChange:
    """Agree to a change, or refuse it, with the reason. NotPossible where the lines do not hold it any more."""
    change = CHANGES.take(user, pk, "answer")
    if agrees:
        _apply(change)
    to = ChangeState.AGREED if agrees else ChangeState.REFUSED
    advance(change, to, answered_by=user, answered_at=clock.now(), answer=answer)
    what = "change_agreed" if agrees else "change_refused"
    trace(change.grant.application, what, by=user, why=f"{change.line.item}，{answer}")
    _settled(user, change)
    grant = change.grant
    data: dict[str, Any] = {"yes": str(to.label), "reason": answer}
    told: dict[str, Any] = {"line": change.line.item, "reason": answer}
    asked_by = accounts_of(change.asked_by.person_id)
    url = change.get_absolute_url()
    announce(events.CHANGE_ANSWERED, grant, by=user, to=asked_by, data=data, url=url, **told)
    return change


@transaction.atomic
def withdraw_change(user: User, pk: int) -> BudgetChange:
    """Ask for it no more."""
    change = CHANGES.take(user, pk, "withdraw")
    advance(change, ChangeState.WITHDRAWN)
    trace(change.grant.application, "change_withdrawn", by=user, why=change.line.item)
    _settled(user, change)
    return change


def _apply(change: BudgetChange) -> None:
    line, other = change.line, change.from_line
    _require_fits(line, change.amount, other)
    grows = change.amount - line.agreed
    line.agreed = change.amount
    line.save(update_fields=["agreed"])
    if other is not None:
        other.agreed -= grows
        other.save(update_fields=["agreed"])


def _settled(user: User, change: BudgetChange) -> None:
    if not change.grant.changes.filter(state=ChangeState.ASKED).exists():
        duties.close(CHANGE, change.grant, by=user)


def _require_own(application: int, line: BudgetLine, other: BudgetLine | None) -> None:
    rows = [line, *([other] if other else [])]
    if any(row.application_id != application or row.paid_by != PaidBy.GRANT for row in rows):
        raise NotPossible(_("This line of the budget is not paid from this fund."))
    if other is not None and other.pk == line.pk:
        raise NotPossible(_("Please choose another line that becomes smaller."))


def _require_fits(line: BudgetLine, amount: int, other: BudgetLine | None) -> None:
    grows = amount - line.agreed
    if grows == 0:
        raise NotPossible(_("This is what is agreed already."))
    if amount < line.spent:
        raise NotPossible(
            _("%(spent)s of this line are spent already.") % {"spent": wording.yuan(line.spent)}
        )
    if grows > 0 and other is None:
        raise NotPossible(_("More for this line is less for another: please choose which."))
    if grows > 0 and other is not None and other.agreed - other.spent < grows:
        raise NotPossible(
            _("“%(line)s” has only %(left)s left.")
            % {"line": other.item, "left": wording.yuan(max(other.agreed - other.spent, 0))}
        )
    if grows < 0 and other is not None:
        raise NotPossible(_("This line becomes smaller: no other line has to give anything."))

"""The final accounts of a project: posted for thirty days, taken back where wrong, closed; then the round's books."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.funds.books import events
from portal.funds.books.permissions import GRANTS, TO_SETTLE
from portal.funds.books.selectors import carriers
from portal.funds.books.services.progress import ask_for_progress
from portal.funds.books.wording import ACCOUNTS, CLOSE, CLOSE_CALL
from portal.funds.calls.selectors import ENDED_GRANTS, open_grants
from portal.funds.models import Call, Grant
from portal.funds.running.owing import not_looked_at, unpaid, unspent
from portal.funds.states import CallState, GrantState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.ledger.selectors import plain_yuan

PURPOSE = "fund.accounts"


@transaction.atomic
def post_accounts(user: User, pk: int) -> Grant:
    """Post the final accounts for the days of the round; neighbours look, ask, and say how well it was done.

    NotPossible, with all that is missing: instalments still to be paid, invoices nobody looked at, money neither
    proved nor given back.
    """
    grant = GRANTS.take(user, pk, "post_accounts")
    require_settled(grant)
    call = grant.application.call
    until = clock.end_of(clock.today() + timedelta(days=call.posted_days))
    advance(grant, GrantState.POSTED, posted_at=clock.now(), posted_until=until)
    duties.close(ACCOUNTS, grant, by=user)
    days = rule("funds.close_working_days", grant.neighbourhood)
    duties.open_duty(CLOSE, grant, due=add_working_days(until, days), post=Post.WORKER)
    _post_notice(grant)
    announce(
        events.ACCOUNTS_POSTED,
        grant,
        by=user,
        to=carriers(grant.application),
        data={"paid": plain_yuan(grant.paid), "returned": plain_yuan(grant.returned)},
        once_per=each_time(grant),
        paid=grant.paid,
        returned=grant.returned,
        until=until.isoformat(),
    )
    return grant


@transaction.atomic
def take_accounts_back(user: User, pk: int, reason: str) -> Grant:
    """Take accounts with a mistake back while they are on notice: they are put right and posted for the whole time."""
    grant = GRANTS.take(user, pk, "take_accounts_back")
    back = GrantState.ACCEPTED if grant.accepted_at else GrantState.TERMINATED
    advance(grant, back, posted_at=None, posted_until=None)
    duties.end_notices(grant, PURPOSE)
    duties.drop(grant, CLOSE)
    move_on(grant)
    announce(
        events.ACCOUNTS_BACK,
        grant,
        by=user,
        to=carriers(grant.application),
        data={"reason": reason.strip()},
        once_per=each_time(grant),
        reason=reason.strip(),
    )
    return grant


@transaction.atomic
def close_grant(user: User, pk: int) -> Grant:
    """Close a project once its accounts were on notice for the whole time; NotPossible before, or where one opened.

    With the last project of a round its books are to be closed too: that is owed then.
    """
    grant = GRANTS.take(user, pk, "close")
    require_over(grant)
    require_settled(grant)
    advance(grant, GrantState.CLOSED, closed_at=clock.now())
    duties.close(CLOSE, grant, by=user)
    duties.drop(grant)
    announce(events.CLOSED, grant, by=user, to=carriers(grant.application))
    move_on(grant)
    return grant


def unsettled(grant: Grant) -> list[str]:
    """What is missing before the accounts of a project add up, in words for whoever settles them."""
    left = unspent(grant)
    checks = {
        _("An instalment is still to be paid or to be dropped."): unpaid(grant).exists(),
        _("An invoice was not looked at yet."): not_looked_at(grant).exists(),
        _("%(left)s are neither proved by invoices nor given back.") % {"left": wording.yuan(left)}: left > 0,
    }
    return [said for said, wrong in checks.items() if wrong]


def require_settled(grant: Grant) -> None:
    """Refuse with all that is missing before the accounts of a project add up."""
    if missing := unsettled(grant):
        raise NotPossible("\n".join(missing))


def require_over(grant: Grant) -> None:
    """Refuse to close a project while its accounts are on notice."""
    if grant.posted_until and not clock.passed(grant.posted_until):
        raise NotPossible(
            _("The accounts are on notice until %(until)s.") % {"until": wording.deadline(grant.posted_until)}
        )


def move_on(grant: Grant) -> None:
    """What is owed about the books of a project as it stands now: its notes, its accounts, the end of its round."""
    ask_for_progress(grant)
    if grant.state in TO_SETTLE:
        ask_for_accounts(grant)
    elif grant.state in ENDED_GRANTS:
        ask_to_close_round(grant.application.call)


def ask_for_accounts(grant: Grant) -> None:
    """The office owes the accounts so many months from the end of the work on (L15 art. 79)."""
    months = rule("funds.accounts_months", grant.neighbourhood)
    ended = clock.day_of(grant.accepted_at or grant.state_since)
    due = Deadline(clock.end_of(clock.months_after(ended, months)))
    duties.open_duty(ACCOUNTS, grant, due=due, post=Post.WORKER)


def ask_to_close_round(call: Call) -> None:
    """Where every project of a decided round is at its end, its books are to be closed."""
    if call.state != CallState.DECIDED or open_grants(call).exists():
        return
    due = add_working_days(clock.now(), rule("funds.close_working_days", call.neighbourhood))
    duties.open_duty(CLOSE_CALL, call, due=due, post=Post.WORKER)


def _post_notice(grant: Grant) -> None:
    said = _(
        "Approved %(approved)s, paid %(paid)s, given back %(returned)s. What it was spent on, line by line, stands on "
        "the page of the project. Neighbours ask there, and say how well it was done."
    ) % {
        "approved": wording.yuan(grant.approved),
        "paid": wording.yuan(grant.paid),
        "returned": wording.yuan(grant.returned),
    }
    if grant.posted_until is None:
        raise ValueError("accounts are posted until a day")
    duties.post_notice(
        grant,
        PURPOSE,
        neighbourhood=grant.neighbourhood,
        title=_("Final accounts: %(title)s") % {"title": grant.title},
        body=said,
        url=f"{grant.get_absolute_url()}#accounts",
        ends_at=grant.posted_until,
    )

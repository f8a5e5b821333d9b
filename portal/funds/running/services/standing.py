"""How a project stands: checked at half time, suspended, going on, ended early, carried out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import Post, User
from portal.duties import services as duties
from portal.funds.applying.traces import trace
from portal.funds.models import Grant
from portal.funds.running import events
from portal.funds.running.moving import move
from portal.funds.running.owing import (
    applicants,
    office,
    owe_asking,
    owe_open,
    owe_report,
    settle_refund,
    unspent,
    within,
)
from portal.funds.running.permissions import GRANTS
from portal.funds.running.services.accepting import acceptance_due, owe_team
from portal.funds.running.services.agreeing import cancel_open, release
from portal.funds.running.wording import DONE, MIDTERM
from portal.funds.states import GrantState
from portal.kit import clock
from portal.kit.errors import NotPossible


@transaction.atomic
def check_midterm(user: User, pk: int, passes: bool, found: str) -> Grant:
    """Write what was found at half time. Passed, the instalment after it can be asked for; else it is owed again."""
    grant = GRANTS.take(user, pk, "check_midterm")
    if grant.midterm_at is not None:
        raise NotPossible(_("The mid-term check is passed already."))
    data: dict[str, Any] = {"reason": found}
    grant.midterm_found = found
    trace(grant.application, "midterm_passed" if passes else "midterm_open", by=user, why=found)
    duties.close(MIDTERM, grant, by=user)
    if not passes:
        grant.save(update_fields=["midterm_found"])
        due = within(grant, "midterm")
        duties.open_duty(MIDTERM, grant, due=due, post=Post.WORKER)
        told: dict[str, Any] = {**data, "due_at": due.at.isoformat()}
        announce(events.MIDTERM_OPEN, grant, by=user, to=applicants(grant), data=data, **told)
        return grant
    grant.midterm_at = clock.now()
    grant.save(update_fields=["midterm_at", "midterm_found"])
    owe_asking(grant)
    announce(events.MIDTERM_PASSED, grant, by=user, to=applicants(grant), data=data, **data)
    return grant


@transaction.atomic
def suspend(user: User, pk: int, reason: str) -> Grant:
    """Stop a project for now: nothing is asked for and nothing paid until it goes on."""
    grant = GRANTS.take(user, pk, "suspend")
    duties.drop(grant)
    move(grant, GrantState.SUSPENDED, reason=reason)
    trace(grant.application, "suspended", by=user, why=reason)
    data: dict[str, Any] = {"reason": reason}
    announce(events.SUSPENDED, grant, by=user, to=_all(grant), data=data, **data)
    return grant


@transaction.atomic
def resume(user: User, pk: int, reason: str) -> Grant:
    """Let a suspended project go on; what was owed is owed again, from now on."""
    grant = GRANTS.take(user, pk, "resume")
    move(grant, GrantState.RUNNING, reason="")
    trace(grant.application, "resumed", by=user, why=reason)
    owe_asking(grant)
    owe_report(grant)
    owe_open(grant)
    data: dict[str, Any] = {"reason": reason}
    announce(events.RESUMED, grant, by=user, to=_all(grant), data=data, **data)
    return grant


@transaction.atomic
def terminate(user: User, pk: int, reason: str) -> Grant:
    """End a project early: nothing more is paid, and what is not proved by invoices is owed to the fund."""
    grant = GRANTS.take(user, pk, "terminate")
    release(grant, cancel_open(grant))
    duties.drop(grant)
    move(grant, GrantState.TERMINATED, reason=reason)
    trace(grant.application, "terminated", by=user, why=reason)
    owe_open(grant)
    settle_refund(grant, user)
    data: dict[str, Any] = {"reason": reason}
    told: dict[str, Any] = {"reason": reason, "fen": unspent(grant)}
    announce(events.TERMINATED, grant, by=user, to=_all(grant), data=data, **told)
    return grant


@transaction.atomic
def report_done(user: User, pk: int) -> Grant:
    """Say that everything is carried out. The office names who accepts it."""
    grant = GRANTS.take(user, pk, "report_done")
    move(grant, GrantState.COMPLETED, completed_at=clock.now(), reason="")
    trace(grant.application, "done", by=user)
    duties.close(DONE, grant, by=user)
    duties.drop(grant, MIDTERM)
    owe_team(grant)
    told: dict[str, Any] = {"due_at": acceptance_due(grant).at.isoformat()}
    announce(events.DONE, grant, by=user, to=office(grant), **told)
    return grant


def _all(grant: Grant) -> list[User]:
    found = {one.pk: one for one in [*applicants(grant), *office(grant)]}
    return [found[pk] for pk in sorted(found)]

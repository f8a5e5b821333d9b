"""The checks before the review: whether an application may take part, and whether the need is there."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import Event, each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.applying import changes
from portal.funds.applying.selectors import writers
from portal.funds.applying.services.handing import eligibility_due
from portal.funds.applying.traces import trace
from portal.funds.applying.wording import COMPLETE, ELIGIBILITY
from portal.funds.models import Application, Call
from portal.funds.review import events, selectors
from portal.funds.review.owing import owe_next
from portal.funds.review.permissions import APPLICATIONS, CALLS
from portal.funds.review.services.benching import end_those_who_apply
from portal.funds.review.wording import NEED
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline

A = ApplicationState


@transaction.atomic
def begin_review(user: User, call_pk: int) -> Call:
    """Begin the review of a round once its window is over; reviewers who apply in it stop.

    Raises NotPossible before the end of the window, or where nothing was handed in.
    """
    call = CALLS.take(user, call_pk, "begin_review")
    require_window_over(call)
    count = selectors.handed_in(call).count()
    if not count:
        raise NotPossible(_("Nobody has handed in. Please call the round off instead."))
    advance(call, CallState.REVIEWING)
    end_those_who_apply(call)
    log(events.BEGUN, call, by=user, data={"count": count})
    owe_next(call)
    return call


@transaction.atomic
def judge_eligible(user: User, pk: int) -> Application:
    """Let an application take part; the office owes the check of the need next."""
    application = _taken(user, pk, "judge_eligible")
    advance(application, A.ELIGIBLE, reason="")
    duties.close(ELIGIBILITY, application, by=user)
    due = eligibility_due(application.call)
    duties.open_duty(NEED, application, due=due, post=Post.WORKER)
    _tell(events.ELIGIBLE, application, user, "eligible", due_at=due.at.isoformat())
    return application


@transaction.atomic
def give_back(user: User, pk: int, reason: str) -> Application:
    """Give an application back to be completed, and say what is missing; whoever applied owes it with a date.

    For somebody without a phone the desk does, which wrote it down.
    """
    application = _taken(user, pk, "give_back")
    advance(application, A.RETURNED, reason=reason.strip())
    duties.close(ELIGIBILITY, application, by=user)
    due = add_working_days(clock.now(), rule("funds.complete_working_days", application.neighbourhood))
    on_paper = application.entered_by_id is not None
    person, post = (None, Post.WORKER) if on_paper else (application.lead, "")
    duties.open_duty(COMPLETE, application, due=due, person=person, post=post)
    _tell(events.RETURNED, application, user, "returned", reason, due_at=due.at.isoformat())
    return application


@transaction.atomic
def judge_ineligible(user: User, pk: int, reason: str) -> Application:
    """Say that an application cannot take part, and why: not eligible, not completed, or the need is not there."""
    application = _taken(user, pk, "judge_ineligible")
    advance(application, A.INELIGIBLE, reason=reason.strip())
    duties.close(ELIGIBILITY, application, by=user)
    duties.close(NEED, application, by=user)
    duties.drop(application)
    _tell(events.INELIGIBLE, application, user, "ineligible", reason)
    return application


@transaction.atomic
def confirm_need(user: User, pk: int, note: str = "") -> Application:
    """Confirm that a project is needed; `note`: how the office knows."""
    application = _taken(user, pk, "confirm_need")
    advance(application, A.NEED_CHECKED, need_note=note.strip())
    duties.close(NEED, application, by=user)
    _tell(events.NEED_CONFIRMED, application, user, "need_confirmed", note)
    return application


@transaction.atomic
def take_back(user: User, pk: int, reason: str) -> Application:
    """Take the last check back, where it was a mistake, or what was given back for nothing; the office owes it anew.

    NotPossible once the round stood on public notice, where the reviewers have the application, or where it was given
    back and whoever applied has begun to change it.
    """
    application = _taken(user, pk, "take_back")
    if application.call.notice_until is not None:
        raise NotPossible(_("The round stood on public notice already. What was checked stands."))
    if application.state == A.RETURNED and changes.since_given_back(application):
        raise NotPossible(_("Whoever applied is completing it already, and hands it in again."))
    back_to_need = application.state == A.NEED_CHECKED
    advance(application, A.ELIGIBLE if back_to_need else A.SUBMITTED, reason="")
    duties.drop(application, NEED)
    duties.drop(application, COMPLETE)
    due = eligibility_due(application.call)
    duties.open_duty(NEED if back_to_need else ELIGIBILITY, application, due=due, post=Post.WORKER)
    _tell(events.TAKEN_BACK, application, user, "check_taken_back", reason, due_at=due.at.isoformat())
    return application


def require_window_over(call: Call) -> None:
    """Refuse to begin the review while applications can be handed in."""
    if call.closes_at is None or not clock.passed(call.closes_at):
        until = deadline(call.closes_at) if call.closes_at else "?"
        raise NotPossible(_("Applications can be handed in until %(when)s.") % {"when": until})


def _taken(user: User, pk: int, action: str) -> Application:
    application = APPLICATIONS.take(user, pk, action)
    if application.call.state not in selectors.CHECKING:
        raise NotPossible(_("This round is not under review."))
    return application


def _tell(
    event: Event, application: Application, user: User, what: str, reason: str = "", **more: str
) -> None:
    """The record names the number alone, on the round; whoever applied reads it all."""
    trace(application, what, by=user, why=reason)
    if event.record:
        log(event, application.call, by=user, data={"number": application.number})
    once = each_time(application)
    notify(event, application, writers(application), once_per=once, reason=reason.strip(), **more)
    owe_next(application.call)

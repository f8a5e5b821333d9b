"""What the office owes next in a round: one step with a date, and only while it can be done."""

from __future__ import annotations

from datetime import datetime

from portal.community.models import Post
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.funds.models import Call
from portal.funds.review import selectors
from portal.funds.review.wording import BEGIN, DECIDE, HAND_ON, NAME, OF_ROUND, POST, SCORES, SHORTLIST
from portal.funds.states import ApplicationState, CallState
from portal.kit import clock
from portal.record.services import key

A = ApplicationState


def owe_next(call: Call) -> None:
    """Let the office owe the step that the round waits for now; what it owed before was done, or is not due any more.

    Idempotent. Under the lock of the round.
    """
    due = next_of(call)
    standing = Duty.objects.active().about(key(call)).filter(kind__in=OF_ROUND)
    for kind in set(standing.exclude(kind=due or "").values_list("kind", flat=True)):
        duties.close(kind, call)
    if due is None:
        return
    since = call.notice_until if due == DECIDE and call.notice_until else clock.now()
    duties.open_duty(due, call, due=step_due(call, since), post=Post.WORKER)


def end_what_nobody_scores(call: Call) -> None:
    """A reviewer whose last application was withdrawn owes nothing any more."""
    owing = {key(one): one for one in call.reviewers.filter(ended_at=None)}
    waits = set(selectors.pending(call).values_list("reviewer", flat=True))
    for duty in Duty.objects.active().filter(kind=SCORES, subject__in=owing):
        if owing[duty.subject].pk not in waits:
            duties.drop(duty.subject, SCORES)


def next_of(call: Call) -> str | None:
    """Which step the round waits for; None: for nothing of the office that is about the whole round."""
    if call.state == CallState.ON_NOTICE:
        return DECIDE
    if call.state == CallState.OPEN and call.closes_at is not None and clock.now() >= call.closes_at:
        return BEGIN if selectors.handed_in(call).exists() else None
    if call.state != CallState.REVIEWING:
        return None
    return _of_review(call)


def step_due(call: Call, since: datetime | None = None) -> Deadline:
    """By when the office takes the next step of a review."""
    return add_working_days(since or clock.now(), rule("funds.step_working_days", call.neighbourhood))


def _of_review(call: Call) -> str | None:
    there = set(call.applications.values_list("state", flat=True))
    if not selectors.bench(call).complete and there & {*selectors.UNCHECKED, A.NEED_CHECKED}:
        return NAME
    if there & selectors.UNCHECKED:
        return None
    if A.NEED_CHECKED in there:
        return HAND_ON
    if selectors.short_of(call):
        return NAME
    if selectors.pending(call).exists():
        return None
    if call.shortlisted_at is not None:
        return POST
    return SHORTLIST if there & selectors.RANKED else None

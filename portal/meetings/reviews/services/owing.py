"""How a review goes on, and what that makes those owe who are not the committee: who is reviewed, who checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.community.models import Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days, calendar_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.models import Review, ReviewMeasure
from portal.meetings.reviews.permissions import ANSWERS
from portal.meetings.services.transitions import in_working_days, step
from portal.meetings.states.review import ReviewState as R
from portal.record.services import key

REPORT, CHECK, PUBLISH = "review.report", "review.check", "review.publish"
RECEIVE, PLAN, LATE = "review.receive", "review.plan", "review.late"
ACCEPT, MEASURE, RE_CHECK = "review.accept_plan", "review.measure", "review.re_check"
YEARLY, MATTER = "review.yearly", "review.matter"

# What stands in a state besides what the committee owes by the table.
BESIDES: dict[R, tuple[str, ...]] = {
    R.ANNOUNCED: (REPORT,),
    R.SELF_REPORT_IN: (CHECK,),
    R.COUNTED: (PUBLISH,),
    R.OPINION_SENT: (RECEIVE,),
    R.PLAN_DUE: (PLAN, LATE),
    R.PLAN_FILED: (ACCEPT,),
    R.RECTIFYING: (RE_CHECK,),
}


def move(review: Review, to: R, *, by: User | None, **changes: Any) -> Deadline | None:
    """Bring a locked review into its next state; what stood besides is kept, or falls away where it was not done.

    Returns by when the next of those is due, if one is.
    """
    was = R(review.state)
    step(review, to, by=by, **changes)
    for kind in BESIDES.get(was, ()):
        if (
            was is R.ANNOUNCED
            and to is not R.SELF_REPORT_IN
            or was is R.SELF_REPORT_IN
            and to is not R.CHECKED
        ):
            duties.drop(review, kind)
        else:
            duties.close(kind, review, by=by)
    return owe(review)


def owe(review: Review) -> Deadline | None:
    """Open what stands besides in the present state; returns by when it is due."""
    here = review.neighbourhood
    match R(review.state):
        case R.ANNOUNCED:
            return _of_reviewed(review, REPORT, _report_due(review))
        case R.SELF_REPORT_IN:
            return _of(review, CHECK, in_working_days(review, "review.check_working_days"), Post.OVERSIGHT)
        case R.COUNTED:
            return _of(
                review, PUBLISH, calendar_days(clock.now(), rule("review.publish_days", here)), Post.WORKER
            )
        case R.OPINION_SENT:
            return _of_reviewed(review, RECEIVE, in_working_days(review, "review.receipt_working_days"))
        case R.PLAN_DUE:
            start = review.received_at or clock.now()
            return _of_reviewed(review, PLAN, add_working_days(start, rule("review.plan_working_days", here)))
        case R.PLAN_FILED:
            return _of(review, ACCEPT, in_working_days(review, "review.step_working_days"), Post.OVERSIGHT)
        case R.RECTIFYING:
            return _owe_measures(review)
    return None


def owe_late_plan(review: Review, due: Deadline) -> None:
    """The subdistrict sees to it that a late plan comes."""
    duties.open_duty(LATE, review, due=due, post=Post.OFFICER)


def owe_matter(review: Review) -> None:
    """The review of what was carried out was called off: another one is owed, with the whole time for it."""
    due = calendar_days(clock.now(), rule("review.matter_days", review.area))
    duties.open_duty(
        MATTER,
        review.subject,
        due=due,
        post=Post.WORKER,
        neighbourhood=review.neighbourhood,
        title=review.subject_title,
        url=review.subject_url,
    )


def plan_duty(review: Review) -> Duty | None:
    """The standing duty to file the plan."""
    return Duty.objects.active().filter(subject=key(review), kind=PLAN).first()


def _owe_measures(review: Review) -> Deadline:
    measures = list(review.measures.standing())
    for measure in measures:
        _of_reviewed(review, MEASURE, Deadline(clock.end_of(measure.due_on)), measure)
    last = max((measure.due_on for measure in measures), default=clock.today())
    days = rule("review.recheck_working_days", review.neighbourhood)
    return _of(review, RE_CHECK, add_working_days(clock.end_of(last), days), Post.OVERSIGHT)


def _report_due(review: Review) -> Deadline:
    return Deadline(clock.end_of(review.report_due_on or clock.today()))


def report_day(review: Review, days: int) -> None:
    """Note by which day the report is in: so many days before the meeting."""
    if review.starts_at is not None:
        review.report_due_on = max(clock.day_of(review.starts_at) - timedelta(days=days), clock.today())


def _of(review: Review, kind: str, due: Deadline, post: Post) -> Deadline:
    duties.open_duty(kind, review, due=due, post=post)
    return due


def _of_reviewed(
    review: Review, kind: str, due: Deadline, subject: Review | ReviewMeasure | None = None
) -> Deadline:
    """Owed by who answers for whom is reviewed; where that is nobody here, the committee brings it in on paper."""
    if review.reviewed_person is not None:
        duties.open_duty(kind, subject or review, due=due, person=review.reviewed_person)
        return due
    post = ANSWERS.get(review.reviewed)
    held = post is not None and holders(post, review.neighbourhood)
    duties.open_duty(kind, subject or review, due=due, post=post if post and held else Post.WORKER)
    return due

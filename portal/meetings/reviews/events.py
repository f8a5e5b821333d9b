"""What happens to a review, in the public record and to those concerned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.meetings.minutes.events import MinuteEvents

_WHEN = _("%(starts_at)s, %(place)s")

PLANNED = Event(
    "review.planned",
    record=_("review planned: %(name)s"),
    title=_("You will be reviewed: %(title)s"),
    body=_("The committee announces the day. Your own report is due some days before it."),
)
ANNOUNCED = Event(
    "review.announced",
    record=_("review announced, %(delegates)s delegates invited"),
    title=_("Review meeting: %(title)s"),
    body=_WHEN,
)
REPORT_ASKED = Event(
    "review.report_asked",
    title=_("Please hand in your report: %(title)s"),
    body=_("It is due by %(due_at)s. The oversight committee checks it before the meeting."),
)
REPORTED = Event("review.self_report_in", record=_("report handed in"))
REPORT_CHANGED = Event("review.report_changed", record=_("report handed in anew"))
CHECK_ASKED = Event(
    "review.check_asked",
    title=_("A report waits for your check: %(title)s"),
    body=_("Please check it by %(due_at)s and write your remarks."),
)
CHECKED = Event("review.checked", record=_("report checked by the oversight committee"))
ATTENDANCE = Event("review.attendance", record=_("attendance: %(came)s of %(invited)s delegates"))
NO_QUORUM = Event(
    "review.no_quorum",
    record=_("too few came: %(came)s of %(invited)s delegates"),
    title=_("Too few came; a new day follows: %(title)s"),
    body=_("%(came)s of %(invited)s delegates were here, %(need)s are needed."),
)
IN_SESSION = Event("review.in_session", record=_("meeting opened with %(came)s of %(invited)s delegates"))
BALLOTING = Event("review.balloting", record=_("secret ballot opened for %(voters)s delegates"))
BALLOT_VOID = Event(
    "review.ballot_void",
    record=_("the ballot does not count; it is held once more"),
    title=_("The ballot does not count, it is held once more: %(title)s"),
    body=_("%(reason)s"),
)
COUNTED = Event("review.counted", record=_("ballot counted: %(counts)s"))
PUBLISHED = Event(
    "review.result_published",
    record=_("result published: %(level)s"),
    title=_("Result of the review: %(title)s"),
    body=_("The delegates judged: %(level)s. All numbers stand on its page."),
)
MINUTED = MinuteEvents("review")
OPINION_SENT = Event(
    "review.opinion_sent",
    record=_("opinion sent to whom it concerns"),
    title=_("The opinion of a review: %(title)s"),
    body=_("Please confirm by %(due_at)s that you have it. What is asked of you stands on the page."),
)
RECEIVED = Event(
    "review.plan_due",
    record=_("opinion received; the plan is due"),
    title=_("Your plan is due by %(due_at)s: %(title)s"),
    body=_("Name targets and measures, each with its day, signed by your head."),
)
PLAN_FILED = Event(
    "review.plan_filed",
    record=_("plan filed with %(measures)s measures"),
    title=_("A plan waits for your check: %(title)s"),
    body=_("Please accept it or give it back, with the reason, by %(due_at)s."),
)
PLAN_RETURNED = Event(
    "review.plan_returned",
    record=_("plan given back: %(reason)s"),
    title=_("Please change your plan: %(title)s"),
    body=_("%(reason)s"),
)
RECTIFYING = Event(
    "review.rectifying",
    record=_("plan accepted: %(measures)s measures are carried out"),
    title=_("Your plan was accepted: %(title)s"),
    body=_("Each measure is owed until its day."),
)
MEASURE_DONE = Event(
    "review.measure_done",
    record=_("a measure was carried out: %(measure)s"),
    title=_("A measure was carried out: %(title)s"),
    body=_("%(measure)s: %(note)s"),
    mail=False,
)
MORE = Event(
    "review.more",
    record=_("more is to be put right: %(measure)s"),
    title=_("More is to be put right: %(title)s"),
    body=_("%(measure)s, by %(due_on)s."),
)
RE_CHECKED = Event("review.re_checked", record=_("checked again by the oversight committee"))
CLOSED = Event(
    "review.closed",
    record=_("review closed"),
    title=_("What became of the review: %(title)s"),
)
LATE = Event(
    "review.plan_late",
    record=_("the plan is late; the subdistrict was told"),
    title=_("A plan after a review is late: %(title)s"),
    body=_("It was due by %(due_at)s. Please see to it that it is filed."),
)
CANCELLED = Event(
    "review.cancelled",
    record=_("review cancelled: %(reason)s"),
    title=_("Review cancelled: %(title)s"),
    body=_("%(reason)s"),
)
REINSTATED = Event(
    "review.reinstated",
    record=_("review takes place after all: %(reason)s"),
    title=_("The review takes place after all: %(title)s"),
    body=_("What was announced stands again. %(reason)s"),
)

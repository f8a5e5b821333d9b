"""The life of a review meeting (评议会), as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.meetings.states.course import Course


class ReviewState(TextChoices):
    """Where a review stands (评议会)."""

    PLANNED = "planned", _("planned")
    ANNOUNCED = "announced", _("announced")
    SELF_REPORT_IN = "self_report_in", _("report handed in")
    CHECKED = "checked", _("report checked")
    NO_QUORUM = "no_quorum", _("too few came")
    IN_SESSION = "in_session", _("in session")
    BALLOTING = "balloting", _("secret ballot open")
    COUNTED = "counted", _("counted")
    RESULT_PUBLISHED = "result_published", _("result published")
    MINUTES_DRAFT = "minutes_draft", _("minutes being confirmed")
    MINUTES_SIGNED = "minutes_signed", _("minutes confirmed")
    OPINION_SENT = "opinion_sent", _("opinion sent")
    PLAN_DUE = "plan_due", _("waiting for the plan")
    PLAN_FILED = "plan_filed", _("plan filed")
    RECTIFYING = "rectifying", _("being put right")
    RE_CHECKED = "re_checked", _("checked again")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


_S = ReviewState
# Called off by mistake, it goes on where it stood.
BEFORE = frozenset({_S.PLANNED, _S.ANNOUNCED, _S.SELF_REPORT_IN, _S.CHECKED, _S.NO_QUORUM})
# It was announced for a day, and can be opened then: a report that never came holds nobody up.
CALLED = frozenset({_S.ANNOUNCED, _S.SELF_REPORT_IN, _S.CHECKED})

NEXT: dict[ReviewState, frozenset[ReviewState]] = {
    _S.PLANNED: frozenset({_S.ANNOUNCED, _S.CANCELLED}),
    _S.ANNOUNCED: frozenset({_S.SELF_REPORT_IN, _S.IN_SESSION, _S.NO_QUORUM, _S.CANCELLED}),
    _S.SELF_REPORT_IN: frozenset({_S.CHECKED, _S.IN_SESSION, _S.NO_QUORUM, _S.CANCELLED}),
    _S.CHECKED: frozenset({_S.IN_SESSION, _S.NO_QUORUM, _S.CANCELLED}),
    # Announced for another day, it stands where its report stands.
    _S.NO_QUORUM: frozenset({_S.ANNOUNCED, _S.SELF_REPORT_IN, _S.CHECKED, _S.CANCELLED}),
    _S.IN_SESSION: frozenset({_S.BALLOTING}),
    # A ballot that was called off or annulled is held once more.
    _S.BALLOTING: frozenset({_S.COUNTED, _S.IN_SESSION}),
    _S.COUNTED: frozenset({_S.RESULT_PUBLISHED, _S.IN_SESSION}),
    _S.RESULT_PUBLISHED: frozenset({_S.MINUTES_DRAFT}),
    _S.MINUTES_DRAFT: frozenset({_S.MINUTES_SIGNED}),
    _S.MINUTES_SIGNED: frozenset({_S.OPINION_SENT}),
    _S.OPINION_SENT: frozenset({_S.PLAN_DUE, _S.CLOSED}),
    _S.PLAN_DUE: frozenset({_S.PLAN_FILED}),
    _S.PLAN_FILED: frozenset({_S.RECTIFYING, _S.PLAN_DUE}),
    _S.RECTIFYING: frozenset({_S.RE_CHECKED}),
    _S.RE_CHECKED: frozenset({_S.CLOSED, _S.RECTIFYING}),
    _S.CLOSED: frozenset(),
    _S.CANCELLED: BEFORE,
}

LIFE = LifeCycle("review", NEXT, ReviewState.PLANNED)

TRACK: tuple[tuple[str, frozenset[ReviewState]], ...] = (
    ("prepare", frozenset({_S.PLANNED})),
    ("report", CALLED | {_S.NO_QUORUM}),
    ("meet", frozenset({_S.IN_SESSION, _S.BALLOTING})),
    ("result", frozenset({_S.COUNTED, _S.RESULT_PUBLISHED, _S.MINUTES_DRAFT, _S.MINUTES_SIGNED})),
    ("opinion", frozenset({_S.OPINION_SENT, _S.PLAN_DUE, _S.PLAN_FILED})),
    ("rectify", frozenset({_S.RECTIFYING, _S.RE_CHECKED})),
    ("close", frozenset({_S.CLOSED})),
)

STATIONS = {
    "prepare": _("Prepare"),
    "report": _("Self-report"),
    "meet": _("Meet"),
    "result": _("Result"),
    "opinion": _("Opinion"),
    "rectify": _("Put right"),
    "close": _("Closed"),
}

# What the committee owes. The report, its check, the plan and its steps are owed by others (reviews/services/owing.py).
OWED: dict[ReviewState, str] = {
    _S.PLANNED: "review.announce",
    _S.CHECKED: "review.begin",
    _S.NO_QUORUM: "review.announce",
    _S.IN_SESSION: "review.open_ballot",
    _S.RESULT_PUBLISHED: "review.draft_minutes",
    _S.MINUTES_DRAFT: "review.sign_minutes",
    _S.MINUTES_SIGNED: "review.send_opinion",
    _S.RE_CHECKED: "review.close",
}

COURSE = Course(
    LIFE,
    OWED,
    over=frozenset({_S.CLOSED, _S.CANCELLED}),
    ahead=BEFORE,
    track=TRACK,
    stations=STATIONS,
    by_the_meeting=frozenset({_S.CHECKED}),
    step="review.step_working_days",
)

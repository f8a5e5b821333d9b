"""The life of a summons of a department (约请), as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.meetings.states.course import Course


class SummonsState(TextChoices):
    """Where a summons stands."""

    DRAFTED = "drafted", _("being written")
    SENT = "sent", _("sent")
    RESCHEDULED = "rescheduled", _("another day proposed")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused to come")
    UNANSWERED = "unanswered", _("never answered")
    HELD = "held", _("they came")
    ABSENT = "absent", _("they did not come")
    UNDERTAKEN = "undertaken", _("undertakings made")
    REPORTED = "reported", _("reported")
    SOLVED = "solved", _("solved")
    UNSOLVED = "unsolved", _("not solved")
    RATED = "rated", _("judged by residents")
    CANCELLED = "cancelled", _("withdrawn")


S = SummonsState
NEXT: dict[SummonsState, frozenset[SummonsState]] = {
    S.DRAFTED: frozenset({S.SENT, S.CANCELLED}),
    S.SENT: frozenset({S.ACCEPTED, S.RESCHEDULED, S.REFUSED, S.UNANSWERED, S.CANCELLED}),
    S.RESCHEDULED: frozenset({S.ACCEPTED, S.SENT, S.CANCELLED}),
    S.ACCEPTED: frozenset({S.HELD, S.ABSENT, S.CANCELLED}),
    # The subdistrict calls the department in once more, or says that it stays as it is.
    S.REFUSED: frozenset({S.SENT, S.UNSOLVED}),
    # A late answer still counts.
    S.UNANSWERED: frozenset({S.ACCEPTED, S.RESCHEDULED, S.REFUSED, S.SENT, S.UNSOLVED}),
    S.ABSENT: frozenset({S.SENT, S.UNSOLVED}),
    S.HELD: frozenset({S.UNDERTAKEN, S.SOLVED, S.UNSOLVED}),
    S.UNDERTAKEN: frozenset({S.REPORTED}),
    S.REPORTED: frozenset({S.SOLVED, S.UNSOLVED}),
    S.SOLVED: frozenset({S.RATED}),
    S.UNSOLVED: frozenset({S.SENT, S.RATED}),
    S.RATED: frozenset(),
    S.CANCELLED: frozenset(),
}

LIFE = LifeCycle("summons", NEXT, S.DRAFTED)

OVER = frozenset({S.SOLVED, S.RATED, S.CANCELLED})
AHEAD = frozenset({S.DRAFTED, S.SENT, S.RESCHEDULED, S.ACCEPTED})
# What went wrong, and what went well, as a word beside its title is coloured.
RED = frozenset({S.REFUSED, S.UNANSWERED, S.ABSENT, S.UNSOLVED, S.CANCELLED})
JADE = frozenset({S.SOLVED, S.RATED})
# The department can do something by its link.
ANSWERABLE = frozenset({S.SENT, S.UNANSWERED})
# It waits for the subdistrict.
ESCALATED = frozenset({S.REFUSED, S.UNANSWERED, S.UNSOLVED})
# Residents judge what came of it.
JUDGED = frozenset({S.SOLVED, S.UNSOLVED})
# Its link is of use.
LINKED = frozenset(
    {S.SENT, S.UNANSWERED, S.RESCHEDULED, S.REFUSED, S.ACCEPTED, S.ABSENT, S.HELD, S.UNDERTAKEN, S.REPORTED}
)

TRACK: tuple[tuple[str, frozenset[SummonsState]], ...] = (
    ("write", frozenset({S.DRAFTED})),
    ("answer", frozenset({S.SENT, S.RESCHEDULED, S.REFUSED, S.UNANSWERED})),
    ("come", frozenset({S.ACCEPTED, S.HELD, S.ABSENT})),
    ("do", frozenset({S.UNDERTAKEN})),
    ("report", frozenset({S.REPORTED})),
    ("settle", frozenset({S.SOLVED, S.UNSOLVED})),
    ("judge", frozenset({S.RATED})),
)
STATIONS = {
    "write": _("Write"),
    "answer": _("Answer"),
    "come": _("On site"),
    "do": _("Undertake"),
    "report": _("Report back"),
    "settle": _("Result"),
    "judge": _("Judged"),
}

# What the committee owes; answer, report and what the subdistrict owes have clocks of their own (summons.clocks).
OWED: dict[SummonsState, str] = {
    S.DRAFTED: "summons.send",
    S.RESCHEDULED: "summons.agree",
    S.ACCEPTED: "summons.hold",
    S.ABSENT: "summons.again",
    S.HELD: "summons.undertake",
    S.REPORTED: "summons.conclude",
}

COURSE = Course(
    LIFE,
    OWED,
    over=OVER,
    ahead=AHEAD,
    track=TRACK,
    stations=STATIONS,
    by_the_meeting=frozenset({S.ACCEPTED}),
    step="meeting.step_working_days",
)

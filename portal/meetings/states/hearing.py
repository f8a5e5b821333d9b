"""The life of a hearing (听证会), as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.meetings.states.course import Course


class HearingState(TextChoices):
    """Where a hearing stands (听证会)."""

    PLANNED = "planned", _("planned")
    PANEL_SET = "panel_set", _("panel named")
    ANNOUNCED = "announced", _("announced")
    REGISTRATION = "registration", _("registration open")
    CONFIRMED = "confirmed", _("list published")
    IN_SESSION = "in_session", _("in session")
    ADJOURNED = "adjourned", _("adjourned")
    MINUTES_DRAFT = "minutes_draft", _("minutes being confirmed")
    MINUTES_SIGNED = "minutes_signed", _("minutes confirmed")
    OPINION_ISSUED = "opinion_issued", _("opinion issued")
    ANSWER_DUE = "answer_due", _("waiting for the answer")
    ANSWERED = "answered", _("answered")
    PUBLISHED = "published", _("published and filed")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


NEXT: dict[HearingState, frozenset[HearingState]] = {
    HearingState.PLANNED: frozenset({HearingState.PANEL_SET, HearingState.CANCELLED}),
    HearingState.PANEL_SET: frozenset({HearingState.ANNOUNCED, HearingState.CANCELLED}),
    HearingState.ANNOUNCED: frozenset(
        {HearingState.REGISTRATION, HearingState.POSTPONED, HearingState.CANCELLED}
    ),
    HearingState.REGISTRATION: frozenset(
        {HearingState.CONFIRMED, HearingState.POSTPONED, HearingState.CANCELLED}
    ),
    HearingState.CONFIRMED: frozenset(
        {HearingState.IN_SESSION, HearingState.POSTPONED, HearingState.CANCELLED}
    ),
    HearingState.IN_SESSION: frozenset({HearingState.ADJOURNED, HearingState.MINUTES_DRAFT}),
    HearingState.ADJOURNED: frozenset({HearingState.IN_SESSION, HearingState.CANCELLED}),
    HearingState.MINUTES_DRAFT: frozenset({HearingState.MINUTES_SIGNED}),
    HearingState.MINUTES_SIGNED: frozenset({HearingState.OPINION_ISSUED}),
    HearingState.OPINION_ISSUED: frozenset({HearingState.ANSWER_DUE}),
    HearingState.ANSWER_DUE: frozenset({HearingState.ANSWERED}),
    HearingState.ANSWERED: frozenset({HearingState.PUBLISHED}),
    HearingState.POSTPONED: frozenset({HearingState.ANNOUNCED, HearingState.CANCELLED}),
    HearingState.PUBLISHED: frozenset(),
    # Called off by mistake, it goes on where it stood.
    HearingState.CANCELLED: frozenset(
        {
            HearingState.PLANNED,
            HearingState.PANEL_SET,
            HearingState.ANNOUNCED,
            HearingState.REGISTRATION,
            HearingState.CONFIRMED,
            HearingState.ADJOURNED,
            HearingState.POSTPONED,
        }
    ),
}

LIFE = LifeCycle("hearing", NEXT, HearingState.PLANNED)

# Nothing more is to come.
OVER = frozenset({HearingState.PUBLISHED, HearingState.CANCELLED})
# The meeting itself lies ahead, or goes on.
AHEAD = frozenset(
    {
        HearingState.PLANNED,
        HearingState.PANEL_SET,
        HearingState.ANNOUNCED,
        HearingState.REGISTRATION,
        HearingState.CONFIRMED,
        HearingState.POSTPONED,
    }
)

# The stations drawn on a hearing's track, each with the states a hearing passes there.
TRACK: tuple[tuple[str, frozenset[HearingState]], ...] = (
    ("prepare", frozenset({HearingState.PLANNED, HearingState.PANEL_SET})),
    (
        "invite",
        frozenset(
            {
                HearingState.ANNOUNCED,
                HearingState.REGISTRATION,
                HearingState.CONFIRMED,
                HearingState.POSTPONED,
            }
        ),
    ),
    ("meet", frozenset({HearingState.IN_SESSION, HearingState.ADJOURNED})),
    ("minute", frozenset({HearingState.MINUTES_DRAFT, HearingState.MINUTES_SIGNED})),
    ("conclude", frozenset({HearingState.OPINION_ISSUED})),
    ("answer", frozenset({HearingState.ANSWER_DUE, HearingState.ANSWERED})),
    ("publish", frozenset({HearingState.PUBLISHED})),
)

STATIONS = {
    "prepare": _("Prepare"),
    "invite": _("Invite"),
    "meet": _("Meet"),
    "minute": _("Minutes"),
    "conclude": _("Opinion"),
    "answer": _("Answer"),
    "publish": _("Made public"),
}

# What the committee owes while a hearing stands somewhere. The answer is the decision-maker's own duty.
OWED: dict[HearingState, str] = {
    HearingState.PLANNED: "hearing.set_panel",
    HearingState.PANEL_SET: "hearing.announce",
    HearingState.ANNOUNCED: "hearing.open_registration",
    HearingState.REGISTRATION: "hearing.confirm_list",
    HearingState.CONFIRMED: "hearing.begin",
    HearingState.IN_SESSION: "hearing.draft_minutes",
    HearingState.ADJOURNED: "hearing.begin",
    HearingState.MINUTES_DRAFT: "hearing.sign_minutes",
    HearingState.MINUTES_SIGNED: "hearing.issue_opinion",
    HearingState.OPINION_ISSUED: "hearing.send_opinion",
    HearingState.ANSWERED: "hearing.publish",
    HearingState.POSTPONED: "hearing.announce",
}

COURSE = Course(
    LIFE,
    OWED,
    over=OVER,
    ahead=AHEAD,
    track=TRACK,
    stations=STATIONS,
    by_the_meeting=frozenset(
        {
            HearingState.ANNOUNCED,
            HearingState.REGISTRATION,
            HearingState.CONFIRMED,
            HearingState.ADJOURNED,
        }
    ),
)

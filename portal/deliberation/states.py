"""The life of a topic and of a hearing, as data. The track and the diagrams in docs/ are drawn from here."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a topic stands (domain: bottom-up topics, 自下而上议题)."""

    DRAFT = "draft", _("draft")
    SECONDING = "seconding", _("looking for seconders")
    SCREENING = "screening", _("screening")
    RETURNED = "returned", _("returned for completion")
    ANNOUNCED = "announced", _("public notice")
    DISCUSSING = "discussing", _("discussion")
    IN_FORUM = "in_forum", _("hearing")
    VOTING = "voting", _("vote")
    ADOPTED = "adopted", _("adopted")
    EXECUTING = "executing", _("being carried out")
    EVALUATING = "evaluating", _("evaluation")
    CLOSED = "closed", _("closed")
    NOT_ADOPTED = "not_adopted", _("not adopted")
    REJECTED = "rejected", _("not accepted")
    MERGED = "merged", _("merged")
    REDIRECTED = "redirected", _("redirected")
    EXPIRED = "expired", _("too few seconders")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUSPENDED = "suspended", _("suspended")


NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SECONDING, State.SCREENING, State.WITHDRAWN}),
    State.SECONDING: frozenset({State.SCREENING, State.EXPIRED, State.WITHDRAWN}),
    State.SCREENING: frozenset(
        {State.RETURNED, State.REJECTED, State.MERGED, State.REDIRECTED, State.ANNOUNCED, State.WITHDRAWN}
    ),
    State.RETURNED: frozenset({State.SCREENING, State.EXPIRED, State.WITHDRAWN}),
    State.ANNOUNCED: frozenset({State.DISCUSSING, State.WITHDRAWN}),
    State.DISCUSSING: frozenset({State.IN_FORUM, State.VOTING, State.SUSPENDED, State.WITHDRAWN}),
    State.IN_FORUM: frozenset(
        {State.DISCUSSING, State.VOTING, State.ADOPTED, State.NOT_ADOPTED, State.SUSPENDED, State.WITHDRAWN}
    ),
    State.VOTING: frozenset({State.ADOPTED, State.NOT_ADOPTED, State.DISCUSSING}),
    State.ADOPTED: frozenset({State.EXECUTING}),
    State.EXECUTING: frozenset({State.EVALUATING}),
    State.EVALUATING: frozenset({State.CLOSED, State.EXECUTING}),
    State.SUSPENDED: frozenset({State.DISCUSSING, State.IN_FORUM, State.WITHDRAWN}),
    State.REJECTED: frozenset({State.SCREENING}),
    State.CLOSED: frozenset(),
    State.NOT_ADOPTED: frozenset(),
    State.MERGED: frozenset(),
    State.REDIRECTED: frozenset(),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

ENDED = frozenset(
    {
        State.CLOSED,
        State.NOT_ADOPTED,
        State.REJECTED,
        State.MERGED,
        State.REDIRECTED,
        State.EXPIRED,
        State.WITHDRAWN,
    }
)

# The stations drawn on the track, each with the states a topic passes there.
TRACK: tuple[tuple[str, frozenset[State]], ...] = (
    ("raise", frozenset({State.DRAFT})),
    ("second", frozenset({State.SECONDING, State.EXPIRED})),
    ("screen", frozenset({State.SCREENING, State.RETURNED, State.REJECTED, State.MERGED, State.REDIRECTED})),
    ("discuss", frozenset({State.ANNOUNCED, State.DISCUSSING, State.SUSPENDED})),
    ("hear", frozenset({State.IN_FORUM})),
    ("vote", frozenset({State.VOTING, State.NOT_ADOPTED, State.ADOPTED})),
    ("act", frozenset({State.EXECUTING})),
    ("evaluate", frozenset({State.EVALUATING, State.CLOSED})),
)

STATIONS = {
    "raise": _("Raise"),
    "second": _("Second"),
    "screen": _("Screen"),
    "discuss": _("Discuss"),
    "hear": _("Hear"),
    "vote": _("Decide"),
    "act": _("Act"),
    "evaluate": _("Evaluate"),
}


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


HEARING_NEXT: dict[HearingState, frozenset[HearingState]] = {
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
    HearingState.CANCELLED: frozenset(),
}

# Nothing more is to come.
HEARING_OVER = frozenset({HearingState.PUBLISHED, HearingState.CANCELLED})
# The meeting itself lies ahead, or goes on.
HEARING_AHEAD = frozenset(
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
HEARING_TRACK: tuple[tuple[str, frozenset[HearingState]], ...] = (
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

HEARING_STATIONS = {
    "prepare": _("Prepare"),
    "invite": _("Invite"),
    "meet": _("Meet"),
    "minute": _("Minutes"),
    "conclude": _("Opinion"),
    "answer": _("Answer"),
    "publish": _("Made public"),
}

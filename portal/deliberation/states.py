"""The lives of a topic and of a step of its plan, as data. The track and the diagrams in docs/ are drawn from here."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


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
    State.ANNOUNCED: frozenset({State.DISCUSSING, State.SCREENING, State.WITHDRAWN}),
    State.DISCUSSING: frozenset(
        {State.IN_FORUM, State.VOTING, State.ADOPTED, State.NOT_ADOPTED, State.SUSPENDED, State.WITHDRAWN}
    ),
    State.IN_FORUM: frozenset(
        {State.DISCUSSING, State.VOTING, State.ADOPTED, State.NOT_ADOPTED, State.SUSPENDED, State.WITHDRAWN}
    ),
    State.VOTING: frozenset({State.ADOPTED, State.NOT_ADOPTED, State.DISCUSSING}),
    State.ADOPTED: frozenset({State.EXECUTING, State.DISCUSSING}),
    State.EXECUTING: frozenset({State.EVALUATING}),
    State.EVALUATING: frozenset({State.CLOSED, State.EXECUTING}),
    State.SUSPENDED: frozenset({State.DISCUSSING, State.IN_FORUM, State.WITHDRAWN}),
    State.REJECTED: frozenset({State.SCREENING}),
    State.CLOSED: frozenset({State.EVALUATING}),
    State.NOT_ADOPTED: frozenset({State.DISCUSSING}),
    State.MERGED: frozenset({State.SCREENING}),
    State.REDIRECTED: frozenset({State.SCREENING}),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

LIFE = LifeCycle("topic", NEXT, State.DRAFT)


class StepState(TextChoices):
    """Where a step of carrying out stands; it follows from when it was done."""

    OPEN = "open", _("to be done")
    DONE = "done", _("done")


STEP_NEXT: dict[StepState, frozenset[StepState]] = {
    StepState.OPEN: frozenset({StepState.DONE}),
    StepState.DONE: frozenset(),
}
STEP_LIFE = LifeCycle(
    "step", STEP_NEXT, StepState.OPEN, refusals={StepState.DONE: _("This step is done already.")}
)

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
# Nothing was decided about the matter yet, or it ended by itself.
UNDECIDED = frozenset(
    {
        State.SECONDING,
        State.SCREENING,
        State.RETURNED,
        State.ANNOUNCED,
        State.DISCUSSING,
        State.IN_FORUM,
        State.SUSPENDED,
        State.EXPIRED,
        State.WITHDRAWN,
    }
)
# From here on there is something to see.
CARRIED = frozenset({State.EXECUTING, State.EVALUATING, State.CLOSED})

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

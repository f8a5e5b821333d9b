"""The lives of a vote and of what belongs to it, as data. Where one stands follows from moments, never from a flag."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class Phase(TextChoices):
    """Where a vote stands."""

    COMING = "coming", _("voting not begun")
    OPEN = "open", _("voting now")
    CLOSED = "closed", _("being counted")
    COUNTED = "counted", _("result out")
    ANNULLED = "annulled", _("annulled")
    ABORTED = "aborted", _("called off")


# The clock opens and closes; a box whose key nobody tried closes without having opened.
NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.COMING: frozenset({Phase.OPEN, Phase.CLOSED, Phase.ABORTED}),
    Phase.OPEN: frozenset({Phase.CLOSED}),
    Phase.CLOSED: frozenset({Phase.COUNTED}),
    Phase.COUNTED: frozenset({Phase.ANNULLED}),
    Phase.ANNULLED: frozenset(),
    # Called off by mistake, it takes place after all, until it would have opened.
    Phase.ABORTED: frozenset({Phase.COMING}),
}
LIFE = LifeCycle("vote", NEXT, Phase.COMING, attribute="phase")
# As long as nobody's ballot is final.
BEFORE_END = frozenset({Phase.COMING, Phase.OPEN})


class LineState(TextChoices):
    """Where a line of the roll stands. When its vote ends, or is called off, it is final."""

    ACTIVE = "active", _("on the roll")
    STRUCK = "struck", _("taken off the roll")
    FINAL = "final", _("on the final roll")


LINE_LIFE = LifeCycle(
    "roll_line",
    {
        LineState.ACTIVE: frozenset({LineState.STRUCK, LineState.FINAL}),
        LineState.STRUCK: frozenset({LineState.ACTIVE}),
        LineState.FINAL: frozenset(),
    },
    LineState.ACTIVE,
)


class MandateState(TextChoices):
    """Where a mandate stands; whoever ended it, it does not come back."""

    ACTIVE = "active", _("valid")
    ENDED = "ended", _("ended")
    FINAL = "final", _("voting is over")


MANDATE_LIFE = LifeCycle(
    "mandate",
    {
        MandateState.ACTIVE: frozenset({MandateState.ENDED, MandateState.FINAL}),
        MandateState.ENDED: frozenset(),
        MandateState.FINAL: frozenset(),
    },
    MandateState.ACTIVE,
)


class ObjectionState(TextChoices):
    """Where an objection to the roll stands."""

    OPEN = "open", _("waiting for an answer")
    ANSWERED = "answered", _("answered")


OBJECTION_LIFE = LifeCycle(
    "roll_objection",
    {ObjectionState.OPEN: frozenset({ObjectionState.ANSWERED}), ObjectionState.ANSWERED: frozenset()},
    ObjectionState.OPEN,
)


class PaperState(TextChoices):
    """Where a ballot on paper, or an envelope, stands: read once, to be decided, doubted, and what came of it."""

    ENTERED = "entered", _("read once")
    DISPUTED = "disputed", _("to be decided by a third person")
    DOUBTED = "doubted", _("to be withdrawn or kept")
    TAKEN = "taken", _("taken")
    SET_ASIDE = "set_aside", _("set aside")
    WITHDRAWN = "withdrawn", _("withdrawn by two people")


SETTLED = frozenset({PaperState.TAKEN, PaperState.SET_ASIDE})
PAPER_LIFE = LifeCycle(
    "paper_ballot",
    {
        PaperState.ENTERED: SETTLED | {PaperState.DISPUTED, PaperState.DOUBTED},
        PaperState.DISPUTED: SETTLED | {PaperState.DOUBTED},
        PaperState.DOUBTED: SETTLED | {PaperState.ENTERED, PaperState.DISPUTED, PaperState.WITHDRAWN},
        PaperState.TAKEN: frozenset({PaperState.DOUBTED}),
        # What was set aside stands where the paper that went before it is withdrawn.
        PaperState.SET_ASIDE: frozenset({PaperState.DOUBTED, PaperState.TAKEN}),
        PaperState.WITHDRAWN: frozenset(),
    },
    PaperState.ENTERED,
)


class Moments(Protocol):
    """What the phase follows from. `key_ready`: a secret vote takes no ballot that nobody could open."""

    opens_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    counted_at: datetime | None
    annulled_at: datetime | None
    aborted_at: datetime | None

    @property
    def key_ready(self) -> bool: ...


def phase(now: datetime, vote: Moments) -> Phase:
    """The one place that decides it: open from `opens_at` until just before `closes_at`; what has ended stays so."""
    if vote.aborted_at is not None:
        return Phase.ABORTED
    if vote.counted_at is not None:
        return Phase.COUNTED if vote.annulled_at is None else Phase.ANNULLED
    if now >= vote.closes_at or vote.ended_at is not None:
        return Phase.CLOSED
    return Phase.OPEN if now >= vote.opens_at and vote.key_ready else Phase.COMING

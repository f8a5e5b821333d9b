"""The life of a post, as data. No state is stored: it follows from what happened to the post."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class State(TextChoices):
    """Where a post stands (domain: thread posts, and questions to a firm or the committee)."""

    VISIBLE = "visible", _("visible")
    ASKED = "asked", _("waiting for an official answer")
    ACKNOWLEDGED = "acknowledged", _("received; answer being prepared")
    ANSWERED = "answered", _("officially answered")
    HELD = "held", _("waits to be looked at")
    HIDDEN = "hidden", _("hidden")
    APPEALED = "appealed", _("hidden; the author has appealed")
    REMOVED = "removed", _("hidden; the appeal was decided")
    WITHDRAWN = "withdrawn", _("taken back by its author")


SHOWN = frozenset({State.VISIBLE, State.ASKED, State.ACKNOWLEDGED, State.ANSWERED})
AWAY = frozenset({State.HELD, State.HIDDEN, State.APPEALED, State.REMOVED, State.WITHDRAWN})

# Hiding keeps how far a question had come, so a post that is shown again is where it was.
NEXT: dict[State, frozenset[State]] = {
    State.VISIBLE: frozenset({State.ASKED, State.HIDDEN, State.WITHDRAWN}),
    # A question that was handed on waits anew; one that got more time is being prepared.
    State.ASKED: frozenset({State.ASKED, State.ACKNOWLEDGED, State.ANSWERED, State.HIDDEN, State.WITHDRAWN}),
    State.ACKNOWLEDGED: frozenset(
        {State.ASKED, State.ACKNOWLEDGED, State.ANSWERED, State.HIDDEN, State.WITHDRAWN}
    ),
    # It is open again when its answer is hidden; its answer may be spoken of, and followed by another.
    State.ANSWERED: frozenset({State.ANSWERED, State.ASKED, State.ACKNOWLEDGED, State.HIDDEN}),
    # Whoever looks at it shows it, as what it was written for, or hides it.
    State.HELD: frozenset({State.VISIBLE, State.ASKED, State.HIDDEN, State.WITHDRAWN}),
    State.HIDDEN: SHOWN | {State.APPEALED},
    State.APPEALED: SHOWN | {State.REMOVED},
    State.REMOVED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
LIFE = LifeCycle("post", NEXT, State.VISIBLE, also_first=(State.HELD,))

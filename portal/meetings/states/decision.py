"""The life of a decision of a meeting, as data."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class DecisionState(TextChoices):
    """Where a decision stands (决议事项)."""

    OWED = "owed", _("to be done")
    DONE = "done", _("done")
    DROPPED = "dropped", _("not done")


NEXT: dict[DecisionState, frozenset[DecisionState]] = {
    DecisionState.OWED: frozenset({DecisionState.DONE, DecisionState.DROPPED}),
    # Said to be done by mistake, or taken up after all.
    DecisionState.DONE: frozenset({DecisionState.OWED}),
    DecisionState.DROPPED: frozenset({DecisionState.OWED}),
}

LIFE = LifeCycle("decision", NEXT, DecisionState.OWED)

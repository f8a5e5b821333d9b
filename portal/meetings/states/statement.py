"""The life of a statement, as data. No state is stored: it follows from what happened to the statement."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class State(TextChoices):
    """Where a statement stands."""

    SHOWN = "shown", _("shown")
    TAKEN_DOWN = "taken_down", _("taken down")


NEXT: dict[State, frozenset[State]] = {
    State.SHOWN: frozenset({State.TAKEN_DOWN}),
    State.TAKEN_DOWN: frozenset({State.SHOWN}),
}
LIFE = LifeCycle("statement", NEXT, State.SHOWN)

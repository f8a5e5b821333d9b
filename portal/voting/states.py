"""The life of a vote, as data. Where it stands follows from the clock and the count, never from a flag."""

from __future__ import annotations

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    """Where a vote stands."""

    COMING = "coming", _("voting not begun")
    OPEN = "open", _("voting now")
    CLOSED = "closed", _("being counted")
    COUNTED = "counted", _("result out")


NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.COMING: frozenset({Phase.OPEN}),
    Phase.OPEN: frozenset({Phase.CLOSED}),
    Phase.CLOSED: frozenset({Phase.COUNTED}),
    Phase.COUNTED: frozenset(),
}


def phase(now: datetime, opens_at: datetime, closes_at: datetime, counted_at: datetime | None) -> Phase:
    """The one place that decides it: open from `opens_at` until just before `closes_at`."""
    if counted_at is not None:
        return Phase.COUNTED
    if now < opens_at:
        return Phase.COMING
    return Phase.OPEN if now < closes_at else Phase.CLOSED

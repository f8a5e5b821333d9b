"""The life of a vote, as data. Where it stands follows from the clock and the count, never from a flag."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    """Where a vote stands."""

    COMING = "coming", _("voting not begun")
    OPEN = "open", _("voting now")
    CLOSED = "closed", _("being counted")
    COUNTED = "counted", _("result out")
    ANNULLED = "annulled", _("annulled")
    ABORTED = "aborted", _("called off")


NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.COMING: frozenset({Phase.OPEN, Phase.CLOSED, Phase.ABORTED}),
    Phase.OPEN: frozenset({Phase.CLOSED}),
    Phase.CLOSED: frozenset({Phase.COUNTED}),
    Phase.COUNTED: frozenset({Phase.ANNULLED}),
    Phase.ANNULLED: frozenset(),
    Phase.ABORTED: frozenset(),
}


class Moments(Protocol):
    """What the phase follows from. `key_ready`: a secret vote takes no ballot that nobody could open."""

    opens_at: datetime
    closes_at: datetime
    counted_at: datetime | None
    annulled_at: datetime | None
    aborted_at: datetime | None

    @property
    def key_ready(self) -> bool: ...


def phase(now: datetime, vote: Moments) -> Phase:
    """The one place that decides it: open from `opens_at` until just before `closes_at`."""
    if vote.aborted_at is not None:
        return Phase.ABORTED
    if vote.counted_at is not None:
        return Phase.COUNTED if vote.annulled_at is None else Phase.ANNULLED
    if now >= vote.closes_at:
        return Phase.CLOSED
    return Phase.OPEN if now >= vote.opens_at and vote.key_ready else Phase.COMING

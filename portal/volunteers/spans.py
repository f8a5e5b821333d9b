"""Time served, as pure functions: whole minutes, rounded down to the step, inside the shift, never twice.

Domain 7 and 13.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """From a moment to a moment, both whole minutes in UTC; the end does not belong to it."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> int:
        """Whole minutes from start to end; 0 or less where there is nothing between them."""
        return (self.ends_at - self.starts_at) // MINUTE

    def overlaps(self, other: Span) -> bool:
        """Whether some moment belongs to both. One that begins where the other ends does not overlap."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def whole_minute(moment: datetime) -> datetime:
    """The minute a moment lies in."""
    return moment.replace(second=0, microsecond=0)


def within(span: Span, bounds: Span) -> Span:
    """The part of a span that lies inside bounds; its `length` is 0 or less where there is none."""
    return Span(max(span.starts_at, bounds.starts_at), min(span.ends_at, bounds.ends_at))


def credited(length: int, step: int) -> int:
    """Minutes that count: `length` rounded down to a multiple of `step` minutes; never negative."""
    return max(0, length) // step * step

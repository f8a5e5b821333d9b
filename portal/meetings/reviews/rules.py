"""The rules of reviews as pure functions: the level a ballot came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.meetings.models import Level


def leading(scale: Sequence[Level], counts: Mapping[Level, int]) -> Level | None:
    """The level with most ballots; of equals the lower one (`scale` has the best first). None where nobody chose."""
    most = max((counts.get(level, 0) for level in scale), default=0)
    return next((level for level in reversed(scale) if counts.get(level, 0) == most), None) if most else None

"""The public on-time figures: how many promises each post kept in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from portal.community.models import Area, Post
from portal.duties.models import LATE_FROM, Duty
from portal.kit import clock

PERIOD = timedelta(days=365)


@dataclass(frozen=True)
class Kept:
    """A post's promises of twelve months: those that came to an end, were kept in time, are overdue now."""

    post: str
    total: int
    kept: int
    overdue: int

    @property
    def label(self) -> str:
        """The post, in the reader's language."""
        return str(Post(self.post).label)


def kept_promises(neighbourhood: Area) -> list[Kept]:
    """The figures of every post that promised something here, of what was kept or ran out of time.

    In time is what was done before it counted as late: a pause of the portal is nobody's lateness.
    """
    promised = Duty.objects.filter(neighbourhood=neighbourhood).promised_since(clock.now() - PERIOD)
    rows = (
        promised.order_by("post")
        .values("post")
        .annotate(
            total=Count("pk"),
            kept=Count("pk", filter=Q(done_at__lt=LATE_FROM, level=0)),
            overdue=Count("pk", filter=Q(done_at=None)),
        )
    )
    return [Kept(**row) for row in rows]

"""What falls due about activities, sign-ups, hours and certificates."""

from __future__ import annotations

from portal.duties.tick import job
from portal.volunteers.services import hours


@job
def keep_hours() -> None:
    """Lists are owed, verified hours are posted, booked after their notice, and shifts settled."""
    hours.owe_lists()
    hours.post_verified()
    hours.book_due()
    hours.settle_due()

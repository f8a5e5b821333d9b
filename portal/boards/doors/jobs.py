"""What time does: what was noted at doors goes with the matter."""

from __future__ import annotations

from datetime import timedelta

from portal.boards.doors import services
from portal.duties.tick import beat, job, rests

HOUR = timedelta(hours=1)
FORGOTTEN = "boards.doors_forgotten"


@job
def forget_doors() -> None:
    """Nothing is kept of a round when its matter is over; once an hour, since each board is asked what is open."""
    if not rests(FORGOTTEN, HOUR):
        services.forget()
        beat(FORGOTTEN)

"""What falls due about meetings of all kinds."""

from __future__ import annotations

from portal.duties.tick import job
from portal.meetings.services import hearings, reminding


@job
def remind_of_meetings() -> None:
    """One reminder of each date to those who are expected; what waits to be mailed is judged again when it goes out."""
    for pk in list(reminding.near().values_list("pk", flat=True)):
        reminding.remind(pk)


@job
def open_registrations() -> None:
    """Registration for a hearing opens by its date."""
    hearings.open_due()

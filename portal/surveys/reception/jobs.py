"""What time does at the desk."""

from __future__ import annotations

from portal.duties.tick import job
from portal.surveys.reception.services import days, notes


@job
def keep_reception_days() -> None:
    """Those expected tomorrow are reminded; whoever heard says who came."""
    days.remind()
    days.owe_sheets()


@job
def go_through_notes() -> None:
    """Old open notes are one promise of the desk."""
    notes.go_through()

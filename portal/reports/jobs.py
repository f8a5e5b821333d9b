"""What time does to monthly reports: once a month is over, beginning its report is owed."""

from __future__ import annotations

from portal.kit.periodic import job
from portal.reports import owing


@job
def ask_for_reports() -> None:
    """The report of the month that ended is owed by itself."""
    for here in owing.missing():
        owing.owe(here)

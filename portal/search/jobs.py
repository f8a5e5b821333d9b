"""What time does to the index: mending what was missed."""

from __future__ import annotations

from portal.kit.periodic import job
from portal.search import services


@job
def mend_index() -> None:
    """Compare the next few things with their rows: so all are looked at in turn, however many there are."""
    services.mend()

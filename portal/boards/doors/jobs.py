"""What time does: what was noted at doors goes with the matter."""

from __future__ import annotations

from portal.boards.doors import services
from portal.duties.tick import job


@job
def forget_doors() -> None:
    """Nothing is kept of a round when its matter is over."""
    services.forget()

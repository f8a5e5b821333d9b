"""What time does: what was asked for is computed."""

from __future__ import annotations

from portal.duties.tick import job
from portal.funds.allocating import services


@job
def compute_allocations() -> None:
    """Compute the allocations that were asked for and are too large to be computed at once."""
    services.compute_waiting()

"""What time does to pages: those set for a moment appear, those that expire go."""

from __future__ import annotations

from portal.duties.tick import job
from portal.pages.scheduling import bring_out_due


@job
def publish_scheduled() -> None:
    """Publish and take down what editors set for a moment that has come, here or in the stock admin."""
    bring_out_due()

"""The periodic work on notices."""

from __future__ import annotations

from portal.kit.periodic import job
from portal.notifications import outbox


@job
def send_mail() -> None:
    """Mail what waits in the outbox."""
    outbox.send_due()

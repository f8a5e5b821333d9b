"""The periodic work on notices."""

from __future__ import annotations

from portal.notifications import outbox
from portal.record.periodic import job


@job
def send_mail() -> None:
    """Mail what waits in the outbox."""
    outbox.send_due()

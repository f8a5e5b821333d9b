"""The periodic work on notices."""

from __future__ import annotations

from portal.kit.periodic import job
from portal.notifications import delivery, outbox, parcels, texts


@job
def deliver_news() -> None:
    """Put news for many into their boxes, before any of it is mailed."""
    delivery.deliver_due()


@job
def send_mail() -> None:
    """Mail what waits in the outbox."""
    outbox.send_due()


@job
def send_texts() -> None:
    """Send the text messages that wait."""
    texts.send_due()


@job
def send_parcels() -> None:
    """Carry what goes out by other ways, or as the news of a day."""
    parcels.send_due()

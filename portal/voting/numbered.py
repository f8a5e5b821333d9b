"""Votes give out numbers: receipts, and the check codes of sealed ballots once they are counted."""

from __future__ import annotations

from portal.record import numbers
from portal.voting.models import Ballot, OpenedBallot


def knows(number: str) -> bool:
    """Whether a ballot was received under a number, or a sealed one counted under it."""
    opened = OpenedBallot.objects.filter(code=number, vote__counted_at__isnull=False)
    return Ballot.objects.filter(receipt=number).exists() or opened.exists()


numbers.register("vote", numbers.Keeper(knows, "portal.voting.views.reading.receipt"))

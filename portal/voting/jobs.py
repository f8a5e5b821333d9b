"""What falls due about votes: the reminder before the end, the count after it."""

from __future__ import annotations

from datetime import timedelta

from portal.duties.tick import job
from portal.record import clock
from portal.voting import services
from portal.voting.models import Vote

# A reminder comes two days before the end; in a shorter vote, once half of its time is over.
BEFORE_END = timedelta(days=2)


@job
def remind_voters() -> None:
    """One reminder to those who have not voted."""
    for vote in Vote.objects.open().filter(reminded_at=None):
        if vote.closes_at - clock.now() <= min(BEFORE_END, (vote.closes_at - vote.opens_at) / 2):
            services.remind(vote.pk)


@job
def count_votes() -> None:
    """The count of every vote whose time is over."""
    for pk in list(Vote.objects.to_close().values_list("pk", flat=True)):
        services.count(pk)

"""What falls due about votes: the frozen roll, the reminder before the end, the count after it."""

from __future__ import annotations

import logging
from datetime import timedelta

from portal.duties import services as duties
from portal.duties.models import Duty
from portal.duties.tick import job
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.voting import papers, services
from portal.voting.models import Candidate, Custody, Vote
from portal.voting.services import candidates, journal, opening, thirds

logger = logging.getLogger(__name__)

# A reminder comes two days before the end; in a shorter vote, once half of its time is over.
BEFORE_END = timedelta(days=2)


@job
def freeze_rolls() -> None:
    """The fingerprint of every roll whose notice is over."""
    posted = Vote.objects.filter(frozen_at__lte=clock.now(), roll_sha256="", counted_at=None, aborted_at=None)
    for pk in list(posted.values_list("pk", flat=True)):
        services.freeze_roll(pk)


@job
def end_introductions() -> None:
    """Introductions are owed until voting opens: nobody may write them then, nor for somebody who stands no more."""
    open_still = Candidate.objects.filter(fixed_from__gt=clock.now())
    owed = Duty.objects.active().filter(kind=candidates.DUTY)
    for subject in owed.values_list("subject", flat=True):
        if not open_still.filter(pk=subject.partition(":")[2]).exists():
            duties.drop(subject)


@job
def remind_voters() -> None:
    """One reminder to those who have not voted."""
    for vote in Vote.objects.open().filter(reminded_at=None):
        if vote.closes_at - clock.now() <= min(BEFORE_END, (vote.closes_at - vote.opens_at) / 2):
            services.remind(vote.pk)


@job
def end_votes() -> None:
    """That a vote has ended, for good."""
    services.end_votes()


@job
def count_votes() -> None:
    """The count of every vote whose time is over."""
    for vote in list(Vote.objects.to_close().select_related("scope")):
        if papers.missing(vote):
            services.owe_paper(vote.pk)
            continue
        try:
            services.count(vote.pk)
        except NotPossible as reason:
            # A lot, sheets or two custodians are awaited; the other votes are counted all the same.
            logger.info("vote %d is not counted yet: %s", vote.pk, reason)
            if vote.custody != Custody.CUSTODIANS or opening.is_open(vote):
                services.owe_count(vote.pk)


@job
def ask_custodians() -> None:
    """What only two custodians can open is a duty once voting is over."""
    for vote in list(Vote.objects.to_close().filter(custody=Custody.CUSTODIANS)):
        services.ask_to_open(vote.pk)


@job
def ask_thirds() -> None:
    """Somebody else decides where whoever was asked has left the post."""
    for model, pk in thirds.unnamed():
        thirds.rename(model, pk)


@job
def empty_journals() -> None:
    """Opened envelopes leave the journal of the database, as soon as nobody reads an older state."""
    journal.empty_due()


@job
def destroy_keys() -> None:
    """Keys whose time is over."""
    services.destroy_old_keys()

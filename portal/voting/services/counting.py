"""Counting a closed vote, once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.actions.lifecycles import advance
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.voting import papers, result, tally
from portal.voting.events import COUNTED
from portal.voting.models import Vote
from portal.voting.selectors import voters
from portal.voting.services import gate, opening
from portal.voting.states import Phase


def count(vote_pk: int) -> Vote:
    """Count a closed vote once, fix its outcome, and write its fingerprint to the record.

    The sealed ballots of a secret vote are opened first and stay open, whatever the count still waits for.
    Counting twice changes nothing. Raises NotPossible before the vote is closed, while paper is missing, and
    while two custodians are awaited.
    """
    opening.open_box(vote_pk)
    return _count(vote_pk)


@transaction.atomic
def _count(vote_pk: int) -> Vote:
    vote = Vote.objects.locked(vote_pk)
    if vote.phase in {Phase.COUNTED, Phase.ANNULLED}:
        return vote
    if vote.phase is not Phase.CLOSED:
        raise NotPossible(_("Votes are counted once the voting time is over."))
    if missing := papers.missing(vote):
        raise NotPossible(missing)
    # A ballot is now either finished, or finds the vote closed.
    gate.shut(vote.pk)
    if not opening.is_open(vote):
        raise NotPossible(
            _("A ballot came after the box was opened; nothing is counted before it is looked into.")
        )
    vote.totals = tally.take(vote)
    if tally.waits(vote):
        raise NotPossible(_("Some are equal at the last place: the lot has to be drawn before the count."))
    advance(vote, Phase.COUNTED, counted_at=clock.now(), outcome=tally.outcome_of(vote), also=["totals"])
    vote.result_sha256 = result.fingerprint(result.flowing(vote))
    told = {"outcome": vote.outcome, "sha256": vote.result_sha256, **tally.told(vote)}
    vote.record_sequence = log(COUNTED, vote, data=told).sequence
    vote.save(update_fields=["result_sha256", "record_sequence"])
    notify(COUNTED, vote, voters(vote), once_per=key(vote), outcome=vote.outcome)
    return vote

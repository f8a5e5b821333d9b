"""Counting a closed vote, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from portal.actions.events import log, notify
from portal.actions.lifecycles import advance
from portal.community.models import Post
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir
from portal.record.services import key
from portal.voting import papers, result, tally
from portal.voting.events import COUNTED
from portal.voting.matters import is_counted_only
from portal.voting.models import BallotChange, RollEntry, Service, Vote
from portal.voting.selectors import voters
from portal.voting.services import gate, opening
from portal.voting.states import Phase

DUTY = "vote.count"


def count(vote_pk: int) -> Vote:
    """Count a closed vote once, fix its outcome, and write its fingerprint to the record.

    The sealed ballots of a secret vote are opened first and stay open, whatever the count still waits for.
    Counting twice changes nothing. Raises NotPossible before the vote is closed, while paper is missing, and
    while two custodians are awaited.
    """
    opening.open_box(vote_pk)
    return _count(vote_pk, _added_up(vote_pk))


@transaction.atomic
def owe_count(vote_pk: int) -> None:
    """Let the committee owe what the count of a closed vote waits for: a lot, a key. Idempotent."""
    vote = Vote.objects.locked(vote_pk)
    if vote.phase is Phase.CLOSED:
        # From now: what it waits for may have shown itself only when all paper was in.
        now = clock.now()
        due = add_working_days(now, rule("voting.paper_days", vote.scope))
        if duties.open_duty(DUTY, vote, due=due, post=Post.DIRECTOR).opened_at >= now:
            # Who owes it stands on the vote's page.
            stir(vote.neighbourhood.slug)


@dataclass(frozen=True)
class Sums:
    """What a vote adds up to, and the state of its rows that this was taken from."""

    state: tuple[Any, ...]
    totals: dict[str, Any]
    outcome: str
    sha256: str


def _added_up(vote_pk: int) -> Sums | None:
    """The sums before the transaction that fixes them; None where the vote cannot be counted yet.

    Over the roll of a district they take seconds, in which nobody else could write.
    """
    vote = Vote.objects.select_related("neighbourhood").get(pk=vote_pk)
    if vote.phase is not Phase.CLOSED or papers.missing(vote) or not opening.is_open(vote):
        return None
    return _take(vote)


def _take(vote: Vote) -> Sums:
    state = _state_of(vote)
    vote.totals = tally.take(vote)
    if tally.waits(vote):
        raise NotPossible(_("Some are equal at the last place: the lot has to be drawn before the count."))
    vote.outcome = tally.outcome_of(vote)
    return Sums(state, vote.totals, vote.outcome, result.fingerprint(result.flowing(vote)))


def _state_of(vote: Vote) -> tuple[Any, ...]:
    """Another one as soon as a ballot, a line of the roll or the lot is: none of these changes without a row."""
    rows = (
        vote.ballots,
        vote.opened,
        vote.corrections,
        vote.papers,
        BallotChange.objects.filter(entry__vote=vote),
        Service.objects.filter(entry__vote=vote),
    )
    found = [each.aggregate(number=Count("pk"), last=Max("pk")) for each in rows]
    asked = RollEntry.objects.active().filter(vote=vote).count()
    return (vote.lot, asked, *(row[name] or 0 for row in found for name in ("number", "last")))


@transaction.atomic
def _count(vote_pk: int, before: Sums | None) -> Vote:
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
    sums = before if before and before.state == _state_of(vote) else _take(vote)
    vote.totals, vote.result_sha256 = sums.totals, sums.sha256
    # A clock that was set back since the end changes nothing.
    counted_at = max(clock.now(), vote.closes_at)
    advance(vote, Phase.COUNTED, counted_at=counted_at, outcome=sums.outcome, also=["totals"])
    duties.close(DUTY, vote)
    duties.drop(vote, "vote.paper")
    told = {"outcome": vote.outcome, "sha256": vote.result_sha256, **tally.told(vote)}
    vote.record_sequence = log(COUNTED, vote, data=told).sequence
    vote.save(update_fields=["result_sha256", "record_sequence"])
    result_word = "counted" if is_counted_only(vote.matter) else vote.outcome
    notify(COUNTED, vote, voters(vote), once_per=key(vote), outcome=result_word)
    return vote

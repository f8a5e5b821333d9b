"""Which of the ballots of one line stands where some came on paper: by the rule that was fixed when it was called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.actions.lifecycles import advance
from portal.record import numbers
from portal.voting import papers
from portal.voting.models import (
    Ballot,
    BallotChange,
    Channel,
    Duplicates,
    Envelope,
    OnPaper,
    PaperBallot,
    RollEntry,
    SetAside,
)
from portal.voting.services.casting import Content, replace, restore, set_aside
from portal.voting.states import PaperState

# What may stand again when a paper is withdrawn that went before it.
GAVE_WAY = (SetAside.DUPLICATE, SetAside.PRINCIPAL)


def locked_line(entry_pk: int) -> RollEntry:
    """A line, locked until commit, so that its voter's own ballot waits."""
    return RollEntry.objects.select_for_update(of=("self",)).get(pk=entry_pk)


def ballot_of(entry: RollEntry) -> Ballot | None:
    """The ballot that stands for a line."""
    return Ballot.objects.filter(entry=entry).select_related("vote", "entry").first()


def displaces(ballot: Ballot | None, received: datetime) -> bool:
    """Whether a paper received then takes the place of the ballot there is."""
    # What the owner wrote goes before what somebody else cast for the line, whichever came first.
    return ballot is not None and (ballot.mandate_id is not None or _goes_before(ballot, received))


def lies_before(ballot: Ballot | None, received: datetime) -> bool:
    """Whether a paper is said to have come before a ballot cast online that it would take the place of."""
    if ballot is None or ballot.channel != Channel.ONLINE or not displaces(ballot, received):
        return False
    return received < papers.first_cast(ballot)


def settle(paper: OnPaper, content: Content, *, wins: bool | None = None, **reading: Any) -> bool:
    """Let a paper that two people entered stand for its line, or set it aside; both ballots are kept.

    `wins`: a third person decided which of two stands; else the rule does. Returns whether there was something to
    decide: the line had another ballot, or was taken off the roll.
    """
    entry = locked_line(paper.entry_id or 0)
    ballot = ballot_of(entry)
    stands, kept = True, None
    if entry.struck_at is not None:
        stands, kept = False, _keep(entry, content, paper, SetAside.STRUCK)
    elif ballot is None:
        _create(entry, content, paper)
    elif wins is True or (wins is None and displaces(ballot, paper.received_at)):
        why = SetAside.PRINCIPAL if ballot.mandate_id else SetAside.DUPLICATE
        replace(ballot, content, paper.first_by, why, channel=Channel(paper.channel), whole=True)
        ballot.cast_at = paper.received_at
        ballot.save(update_fields=["cast_at"])
    else:
        stands, kept = False, _keep(entry, content, paper, SetAside.DUPLICATE)
    to = PaperState.TAKEN if stands else PaperState.SET_ASIDE
    advance(paper, to, stands=stands, kept=kept, **reading)
    return ballot is not None or not stands


def unsettle(paper: OnPaper) -> bool:
    """Take what a paper brought off its line again. Returns whether another ballot of the line stands in its place."""
    if paper.entry_id is None:
        return False
    entry = locked_line(paper.entry_id)
    ballot = ballot_of(entry)
    if ballot is None or paper not in papers.of_ballot(ballot):
        if paper.kept is not None:
            paper.kept.why = SetAside.WITHDRAWN
            paper.kept.save(update_fields=["why"])
        return False
    set_aside(ballot, SetAside.WITHDRAWN, whole=True)
    before = _stood_before(entry, ballot)
    if before is None:
        ballot.delete()
        return False
    bring_back(entry, before, ballot)
    return True


def bring_back(entry: RollEntry, kept: BallotChange, ballot: Ballot | None = None) -> None:
    """Let what was set aside stand again for a locked line; a paper it came from is taken then, too."""
    restore(entry, kept, ballot)
    for model in (PaperBallot, Envelope):
        for paper in model.objects.filter(kept=kept, stands=False):
            if paper.state is PaperState.SET_ASIDE:
                advance(paper, PaperState.TAKEN, stands=True, kept=None)


def _create(entry: RollEntry, content: Content, paper: OnPaper) -> Ballot:
    return Ballot.objects.create(
        vote_id=entry.vote_id,
        entry=entry,
        choice=content.choice,
        receipt=numbers.draw(),
        channel=paper.channel,
        cast_at=paper.received_at,
        cast_by=paper.first_by,
    )


def _goes_before(ballot: Ballot, received: datetime) -> bool:
    """Whether a paper received then stands before the ballot there is, by the rule fixed when the vote was called."""
    if ballot.vote.duplicates == Duplicates.LAST:
        return received > ballot.cast_at
    if ballot.vote.duplicates == Duplicates.PAPER and ballot.channel == Channel.ONLINE:
        return True
    return received < papers.first_cast(ballot)


def _stood_before(entry: RollEntry, ballot: Ballot) -> BallotChange | None:
    """What the rule lets stand, of all that gave way and still may."""
    kept = entry.set_aside.filter(why__in=GAVE_WAY, restored_at=None, mandate__revoked_at=None)
    if ballot.vote.secret:
        # Kept before envelopes were kept whole, an online ballot has nothing to stand with.
        kept = kept.exclude(channel=Channel.ONLINE, sealed=None)
    last = ballot.vote.duplicates == Duplicates.LAST
    paper_first = ballot.vote.duplicates == Duplicates.PAPER

    def rank(change: BallotChange) -> tuple[bool, bool, float]:
        when = change.cast_at.timestamp()
        online = paper_first and change.channel == Channel.ONLINE
        return change.mandate_id is not None, online, -when if last else when

    return min(kept, key=rank, default=None)


def _keep(entry: RollEntry, content: Content, paper: OnPaper, why: SetAside) -> BallotChange:
    return BallotChange.objects.create(
        entry=entry,
        choice=content.choice,
        channel=paper.channel,
        cast_at=paper.received_at,
        cast_by=paper.first_by,
        why=why,
    )

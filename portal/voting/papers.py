"""Where the paper of a vote stands: what was printed, entered, confirmed, and whether the count still waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.rules import rule
from portal.duties.calendar import Deadline, add_working_days
from portal.kit import clock
from portal.kit.periodic import counts_from
from portal.kit.wording import deadline
from portal.voting import methods
from portal.voting.models import Ballot, Channel, Envelope, Method, OnPaper, PaperBallot, RollEntry, Vote


@dataclass(frozen=True)
class Progress:
    """The paper of a vote in numbers. `envelopes` and `sheets` belong to secret votes."""

    asked: int
    unserved: int
    entered: int
    to_confirm: int
    to_judge: int
    doubted: int
    taken: int
    set_aside: int
    withdrawn: int
    envelopes: int
    secret: bool

    @property
    def open(self) -> int:
        """Entered, and not yet certain what they say or whether they belong there."""
        return self.to_confirm + self.to_judge + self.doubted

    @property
    def uneven(self) -> bool:
        """Whether the box of a secret vote holds more or fewer sheets than envelopes came."""
        return self.secret and self.taken != self.envelopes


# The states of papers and envelopes (states.PaperState) as conditions.
THERE = Q(withdrawn_at=None)
IN_DOUBT = THERE & Q(doubted_at__isnull=False, answered_at=None)
CERTAIN = THERE & (Q(doubted_at=None) | Q(answered_at__isnull=False))
TO_CONFIRM = CERTAIN & Q(second_at=None)
TO_JUDGE = CERTAIN & Q(second_at__isnull=False, taken_at=None)
UNCERTAIN = {
    "to_confirm": Count("pk", filter=TO_CONFIRM),
    "to_judge": Count("pk", filter=TO_JUDGE),
    "doubted": Count("pk", filter=IN_DOUBT),
}


def progress(vote: Vote) -> Progress:
    """How far the paper of a vote has come, in three queries, of a secret one in four."""
    papers = PaperBallot.objects.filter(vote=vote).aggregate(
        **UNCERTAIN,
        entered=Count("pk", filter=THERE),
        taken=Count("pk", filter=THERE & Q(stands=True)),
        set_aside=Count("pk", filter=THERE & Q(stands=False)),
        withdrawn=Count("pk", filter=~THERE),
    )
    if vote.secret:
        outer = Envelope.objects.filter(vote=vote).aggregate(
            **UNCERTAIN, withdrawn=Count("pk", filter=~THERE)
        )
        papers = {name: number + outer.get(name, 0) for name, number in papers.items()}
    lines = RollEntry.objects.active().filter(vote=vote)
    roll = lines.aggregate(asked=Count("pk"), unserved=Count("pk", filter=Q(served=False)))
    return Progress(**roll, **papers, envelopes=envelopes(vote), secret=vote.secret)


def of_ballot(ballot: Ballot) -> QuerySet[Any]:
    """The paper, or the envelope, that a ballot of a line came from; nothing for one cast online."""
    rows: QuerySet[Any] = Envelope.objects.all() if ballot.vote.secret else PaperBallot.objects.all()
    came = {"channel": ballot.channel, "received_at": ballot.cast_at, "first_by": ballot.cast_by_id}
    return rows.filter(THERE, entry=ballot.entry_id, stands=True, **came)


def of_line(entry: RollEntry) -> OnPaper | None:
    """The newest paper or envelope that was entered for a line, with what may be decided about it."""
    rows: QuerySet[Any] = entry.envelopes.all() if entry.vote.secret else entry.papers.all()
    newest: OnPaper | None = rows.order_by("-first_at", "-pk").first()
    return newest


def envelopes(vote: Vote) -> int:
    """How many lines of a secret vote came on paper and stand."""
    if not vote.secret:
        return 0
    return Ballot.objects.filter(vote=vote).exclude(channel=Channel.ONLINE).count()


def due(vote: Vote) -> Deadline:
    """When all paper has to be in: `voting.paper_days` working days after the end.

    Where the portal stood still at the end, after it noticed: the count must not come before anybody was asked.
    """
    since = counts_from(vote.closes_at, vote.ended_at or vote.closes_at)
    return add_working_days(since, rule("voting.paper_days", vote.scope))


def expected(vote: Vote) -> bool:
    """Whether paper exists that the count has to wait for."""
    if vote.paper_done_at is not None:
        return False
    exists = vote.printed_at is not None or PaperBallot.objects.filter(vote=vote).exists()
    return exists or (vote.secret and (envelopes(vote) > 0 or vote.paper_envelopes.exists()))


def missing(vote: Vote) -> str:
    """Why a closed vote cannot be counted yet, in words for the committee; empty where no paper is missing.

    After `due` a vote is counted without anybody's word that all paper is in, but never past an entry that two
    clerks have not agreed on, nor with more or fewer sheets than envelopes.
    """
    if not expected(vote):
        return ""
    now = progress(vote)
    if now.open:
        return ngettext(
            "%(number)d paper ballot is not confirmed yet.",
            "%(number)d paper ballots are not confirmed yet.",
            now.open,
        ) % {"number": now.open}
    if now.uneven:
        return uneven(now)
    if clock.now() < due(vote).at:
        return _("The paper ballots are still being entered.")
    return ""


def uneven(now: Progress) -> str:
    """That the sheets in the box are not as many as the envelopes."""
    return _("%(sheets)d sheets were entered, but %(envelopes)d envelopes were received.") % {
        "sheets": now.taken,
        "envelopes": now.envelopes,
    }


def waiting_sentence(vote: Vote, *, alone: bool = True) -> str:
    """That a closed vote waits for its paper, for everybody to read; empty where it does not.

    A day is said only where nothing but the paper that still comes holds the count (`alone`).
    """
    if not missing(vote):
        return ""
    now = progress(vote)
    if now.open or now.uneven or not alone:
        said = _("Voting ended %(closes)s. The votes are counted once what is listed here is done.")
        return said % {"closes": deadline(vote.closes_at)}
    texts = {"closes": deadline(vote.closes_at), "due": deadline(due(vote).at)}
    return (
        _(
            "Voting ended %(closes)s. The votes are counted once the paper ballots are in; that is due %(due)s."
        )
        % texts
    )


def how_to_mark(vote: Vote) -> str:
    """How a paper ballot is filled in, in one sentence."""
    most = _("Tick at most %(choose)s boxes; more make the ballot invalid, none abstains.")
    if methods.no_maximum(vote):
        return _("Tick as many boxes as you like; who ticks none abstains.")
    texts = {
        Method.RANKED: _("Write 1 into the box of your first choice, 2 into that of the second, and so on."),
        Method.SCORE: _("Write from 0 to %(points)s points into each box."),
        Method.APPROVAL: most,
        Method.ELECTION: most,
    }
    ticks = _("Tick one box. Two ticks make the ballot invalid; an empty one abstains.")
    return texts.get(vote.method, ticks) % {"choose": "", "points": "", **vote.rule}


def label_of(vote: Vote, option: str) -> str:
    """What an option is called where a paper is read: one that was withdrawn stands on what was printed before."""
    if option in vote.rule.get("withdrawn", []):
        return _("%(name)s (void)") % {"name": vote.label_of(option)}
    return vote.label_of(option)


def first_cast(ballot: Ballot) -> datetime:
    """When a line's standing ballot was received first; a voter who changed it online kept the place."""
    kept = ballot.entry.set_aside.filter(why="changed", channel=ballot.channel).order_by("cast_at")
    earliest = kept.values_list("cast_at", flat=True).first()
    return min(earliest, ballot.cast_at) if earliest else ballot.cast_at


def disputed(vote: Vote) -> int:
    """How many papers two clerks read differently, decided or not."""
    return (
        PaperBallot.objects.filter(THERE, vote=vote, second_at__isnull=False)
        .exclude(second_choice=F("first_choice"))
        .count()
    )

"""Ballots on paper, by telephone, at the counter: two people enter each, a third decides where they differ."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Post, User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline, moment
from portal.record import numbers
from portal.voting import methods, papers
from portal.voting.events import PAPER_DONE
from portal.voting.models import (
    INVALID,
    Ballot,
    BallotChange,
    Channel,
    Choice,
    Duplicates,
    Method,
    OpenedBallot,
    PaperBallot,
    RollEntry,
    SetAside,
    Vote,
)
from portal.voting.permissions import PAPERS, VOTES
from portal.voting.services.casting import Content, replace
from portal.voting.states import PaperState, Phase

DUTY = "vote.paper"


@transaction.atomic
def print_ballots(user: User, vote_pk: int) -> Vote:
    """Note that paper ballots exist, once: from now on the count waits for them.

    Raises PermissionDenied for others than those who run the vote, NotPossible after its end.
    """
    vote = VOTES.take(user, vote_pk, "print")
    if vote.printed_at is None:
        vote.printed_at = clock.now()
        vote.save(update_fields=["printed_at"])
    return vote


@transaction.atomic
def enter(
    user: User,
    vote_pk: int,
    code_or_sheet: str,
    choice: str,
    channel: str = Channel.PAPER,
    received_at: datetime | None = None,
    scan: UploadedFile[Any] | None = None,
) -> PaperBallot:
    """The first clerk's reading of one paper. Nothing counts before a second person has read the same.

    `code_or_sheet`: the code on a signed ballot (e12), or the number written on a sheet of a secret vote (empty:
    the next). `choice` as methods.py writes it; `invalid` for a paper that cannot be read; empty abstains.
    `received_at` (default now) is when the paper came in, or the voter spoke; a sheet of a secret vote has none.
    Raises NotPossible for an unknown code, a late paper, one that waits for its second clerk already, a sheet of
    a secret vote before the end, and once somebody said that all paper is in.
    """
    vote = VOTES.take(user, vote_pk, "enter")
    _require_entry(vote)
    written = read_choice(vote, choice)
    received = vote.closes_at if vote.secret else received_at or clock.now()
    entry = None if vote.secret else _line(vote, code_or_sheet)
    if vote.secret and vote.phase is not Phase.CLOSED:
        raise NotPossible(_("The envelopes of a secret vote are opened after its end, not before."))
    if entry is not None:
        _require_in_time(vote, received)
        if entry.papers.filter(taken_at=None).exists():
            raise NotPossible(_("This ballot was entered already; it waits for the second clerk."))
    return PaperBallot.objects.create(
        vote=vote,
        entry=entry,
        sheet=_sheet(vote, code_or_sheet if vote.secret else ""),
        channel=channel,
        received_at=received,
        scan=uploads.accept(user, vote.neighbourhood, scan) if scan else None,
        first_choice=written,
        first_by=user,
        first_at=clock.now(),
    )


@transaction.atomic
def confirm(user: User, paper_pk: int, choice: str) -> PaperBallot:
    """A second clerk's own reading. Where both agree the paper is taken; else a third person has to decide.

    Raises NotPossible for the clerk who entered it, and for a paper that was read twice already.
    """
    paper = PAPERS.take(user, paper_pk, "confirm")
    _require_entry(paper.vote)
    if paper.first_by_id == user.pk:
        raise NotPossible(_("You entered this ballot yourself: somebody else has to read it a second time."))
    read = read_choice(paper.vote, choice)
    reading: dict[str, Any] = {"second_choice": read, "second_by": user, "second_at": clock.now()}
    if read == paper.first_choice:
        return _take(paper, read, **reading)
    advance(paper, PaperState.DISPUTED, **reading)
    return paper


@transaction.atomic
def judge(user: User, paper_pk: int, choice: str) -> PaperBallot:
    """A third person's decision where two clerks read a paper differently; all three readings are kept.

    Raises NotPossible for either of the two clerks, and where there is nothing to decide.
    """
    paper = PAPERS.take(user, paper_pk, "judge")
    _require_entry(paper.vote)
    if user.pk in {paper.first_by_id, paper.second_by_id}:
        raise NotPossible(_("You have read this ballot yourself: a third person decides."))
    read = read_choice(paper.vote, choice)
    return _take(paper, read, judged_choice=read, judged_by=user, judged_at=clock.now())


@transaction.atomic
def receive_envelope(user: User, vote_pk: int, code: str, received_at: datetime | None = None) -> bool:
    """Note the outer envelope of a secret vote: its line has voted on paper; the sheet stays unread in the box.

    Which of two ballots of one line stands follows the vote's rule. Returns whether the envelope stands; one
    that does not is kept unopened, apart from the box. Raises NotPossible for an unknown code, a late envelope, one
    received before.
    """
    vote = VOTES.take(user, vote_pk, "envelope")
    _require_entry(vote)
    if not vote.secret:
        raise NotPossible(_("This vote has no envelopes: please enter the ballot by its code."))
    entry, received = _line(vote, code), received_at or clock.now()
    _require_in_time(vote, received)
    ballot = _ballot(entry)
    if ballot is not None and ballot.channel != Channel.ONLINE:
        raise NotPossible(_("The envelope of %(code)s was received before.") % {"code": entry.label})
    return _settle(entry, ballot, Content(), Channel.PAPER, received, user)


@transaction.atomic
def finish_paper(user: User, vote_pk: int) -> Vote:
    """Say that all paper of a closed vote is in; the count follows.

    Raises NotPossible before the end, while two clerks have not agreed on a paper, and where the sheets of a
    secret vote are not as many as its envelopes.
    """
    vote = VOTES.take(user, vote_pk, "finish")
    if vote.paper_done_at is not None:
        return vote
    now = papers.progress(vote)
    if now.open:
        raise NotPossible(papers.missing(vote))
    if now.uneven:
        raise NotPossible(papers.uneven(now))
    vote.paper_done_at = clock.now()
    vote.save(update_fields=["paper_done_at"])
    duties.close(DUTY, vote, by=user)
    _note_done(user, vote, now)
    return vote


@transaction.atomic
def owe_paper(vote_pk: int) -> None:
    """Let the committee owe the paper of a closed vote; nothing where none is expected. Idempotent."""
    vote = Vote.objects.locked(vote_pk)
    if vote.phase is Phase.CLOSED and papers.expected(vote):
        duties.open_duty(
            DUTY, vote, due=papers.due(vote), post=Post.WORKER, url=reverse("voting:paper", args=[vote.pk])
        )


def read_choice(vote: Vote, written: str) -> str:
    """What a paper says, as it is kept: two ticks are `invalid`, an empty motion abstains."""
    if written == INVALID:
        return INVALID
    if not written and vote.method is Method.MOTION:
        return Choice.ABSTAIN.value
    return methods.normal(vote, written)


def _require_entry(vote: Vote) -> None:
    """Beside what the phase allows: whether paper still comes in."""
    if vote.paper_done_at is not None:
        raise NotPossible(_("All paper of this vote is in; nothing can be added."))
    if vote.secret and OpenedBallot.objects.filter(vote=vote).exists():
        raise NotPossible(_("The box was opened; nothing can be added."))


def _require_in_time(vote: Vote, received: datetime) -> None:
    if received >= vote.closes_at:
        raise NotPossible(
            _("This ballot came after the end (%(when)s) and does not count. Please keep it apart, unopened.")
            % {"when": deadline(vote.closes_at)}
        )
    if not vote.opens_at <= received <= clock.now():
        raise NotPossible(
            _("A ballot is received between the opening (%(when)s) and now: please check day and time.")
            % {"when": moment(vote.opens_at)}
        )


def _line(vote: Vote, code: str) -> RollEntry:
    """The line of a code (e12, E12 or 12), locked until commit so that its voter's own ballot waits."""
    digits = code.strip().lower().removeprefix("e")
    known = digits.isascii() and digits.isdigit() and len(digits) < 10
    lines = RollEntry.objects.active().select_for_update(of=("self",)).filter(vote=vote)
    entry = lines.filter(number=int(digits)).first() if known else None
    if entry is None:
        raise NotPossible(_("No line of this roll has the code “%(code)s”.") % {"code": code.strip()})
    return entry


def _sheet(vote: Vote, number: str) -> int:
    if not number.strip():
        last = PaperBallot.objects.filter(vote=vote).aggregate(last=Max("sheet"))["last"]
        return (last or 0) + 1
    if not number.strip().isdecimal() or not 0 < int(number) < 10**6:
        raise NotPossible(_("Please type the number that stands on the sheet."))
    if PaperBallot.objects.filter(vote=vote, sheet=int(number)).exists():
        raise NotPossible(_("Sheet %(number)s was entered already.") % {"number": number.strip()})
    return int(number)


def _take(paper: PaperBallot, choice: str, **reading: Any) -> PaperBallot:
    """Two readings agree, or a third decided: the paper becomes its line's ballot, or is set aside by the rule."""
    stands = True
    if paper.entry_id is not None:
        entry = RollEntry.objects.select_for_update(of=("self",)).get(pk=paper.entry_id)
        content = Content(choice)
        channel = Channel(paper.channel)
        stands = _settle(entry, _ballot(entry), content, channel, paper.received_at, paper.first_by)
    to = PaperState.TAKEN if stands else PaperState.SET_ASIDE
    advance(paper, to, taken_at=clock.now(), stands=stands, **reading)
    return paper


def _ballot(entry: RollEntry) -> Ballot | None:
    return Ballot.objects.filter(entry=entry).select_related("vote", "entry").first()


def _settle(
    entry: RollEntry,
    ballot: Ballot | None,
    content: Content,
    channel: Channel,
    received: datetime,
    clerk: User,
) -> bool:
    """Let a paper stand for its line or set it aside; both ballots are kept. Returns whether it stands."""
    if entry.struck_at is not None:
        _keep(entry, content, channel, received, clerk, SetAside.STRUCK)
        return False
    if ballot is None:
        Ballot.objects.create(
            vote_id=entry.vote_id,
            entry=entry,
            choice=content.choice,
            receipt=numbers.draw(),
            channel=channel,
            cast_at=received,
            cast_by=clerk,
        )
        return True
    # What the owner wrote goes before what somebody else cast for the line, whichever came first.
    why = SetAside.PRINCIPAL if ballot.mandate_id else SetAside.DUPLICATE
    if not ballot.mandate_id and not _goes_before(ballot, received):
        _keep(entry, content, channel, received, clerk, SetAside.DUPLICATE)
        return False
    replace(ballot, content, clerk, why, channel=channel)
    ballot.cast_at = received
    ballot.save(update_fields=["cast_at"])
    return True


def _goes_before(ballot: Ballot, received: datetime) -> bool:
    """Whether a paper received then stands before the ballot there is, by the rule fixed when the vote was called."""
    if ballot.vote.duplicates == Duplicates.LAST:
        return received > ballot.cast_at
    if ballot.vote.duplicates == Duplicates.PAPER and ballot.channel == Channel.ONLINE:
        return True
    return received < papers.first_cast(ballot)


def _keep(
    entry: RollEntry, content: Content, channel: Channel, received: datetime, clerk: User, why: SetAside
) -> BallotChange:
    return BallotChange.objects.create(
        entry=entry, choice=content.choice, channel=channel, cast_at=received, cast_by=clerk, why=why
    )


def _note_done(user: User, vote: Vote, now: papers.Progress) -> None:
    data = {
        "entered": now.entered,
        "taken": now.taken,
        "set_aside": now.set_aside,
        "decided_by_a_third": papers.disputed(vote),
    }
    sealed = {"envelopes": now.envelopes} if vote.secret else {}
    log(PAPER_DONE, vote, by=user, data={**data, **sealed})

"""Ballots on paper, by telephone, at the counter: two people enter each, a third decides where they differ."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Post, Upload, User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.kit.wording import deadline, moment
from portal.record.fragments import stir
from portal.voting import methods, papers
from portal.voting.events import PAPER_DONE
from portal.voting.models import (
    INVALID,
    Channel,
    Choice,
    Method,
    OpenedBallot,
    PaperBallot,
    RollEntry,
    Vote,
)
from portal.voting.permissions import NO_ENTRY, PAPERS, VOTES
from portal.voting.services import telling, thirds
from portal.voting.services.casting import Content, require_voice
from portal.voting.services.settling import settle
from portal.voting.states import PaperState, Phase

DUTY = "vote.paper"
STILL_TO_COME = gettext_lazy("This moment is still to come: please check day and time.")


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
    require_entry(vote)
    received = vote.closes_at if vote.secret else received_at or clock.now()
    entry = None if vote.secret else line_of(vote, code_or_sheet)
    if vote.secret and vote.phase is not Phase.CLOSED:
        raise NotPossible(_("The envelopes of a secret vote are opened after its end, not before."))
    if entry is not None:
        require_in_time(vote, received)
    sheet = _sheet(vote, code_or_sheet if vote.secret else "")
    kept = uploads.accept(user, vote.neighbourhood, scan) if scan else None
    return note_first(
        user, vote, entry, choice, channel=channel, received_at=received, sheet=sheet, scan=kept
    )


def note_first(
    user: User,
    vote: Vote,
    entry: RollEntry | None,
    choice: str,
    *,
    channel: str,
    received_at: datetime,
    sheet: int,
    scan: Upload | None = None,
) -> PaperBallot:
    """The first reading for a locked line, or of a sheet of a secret vote (None). The voter is told.

    Raises NotPossible for a line whose paper waits for its second clerk, or that has no voice in the hall.
    """
    written = read_choice(vote, choice)
    if entry is not None:
        entry.vote = vote
        require_voice(entry)
        if entry.papers.filter(papers.THERE, taken_at=None).exists():
            raise NotPossible(_("This ballot was entered already; it waits for the second clerk."))
    paper = PaperBallot.objects.create(
        vote=vote,
        entry=entry,
        sheet=sheet,
        channel=channel,
        received_at=received_at,
        scan=scan,
        first_choice=written,
        first_by=user,
        first_at=clock.now(),
    )
    if entry is not None:
        telling.entered(paper)
    return paper


@transaction.atomic
def confirm(user: User, paper_pk: int, choice: str) -> PaperBallot:
    """A second clerk's own reading. Where both agree the paper is taken; else a third person has to decide.

    Raises NotPossible for the clerk who entered it, and for a paper that was read twice already.
    """
    paper = PAPERS.take(user, paper_pk, "confirm")
    require_entry(paper.vote)
    if paper.first_by_id == user.pk:
        raise NotPossible(_("You entered this ballot yourself: somebody else has to read it a second time."))
    read = read_choice(paper.vote, choice)
    reading: dict[str, Any] = {"second_choice": read, "second_by": user, "second_at": clock.now()}
    if read == paper.first_choice:
        return _take(paper, read, **reading)
    advance(paper, PaperState.DISPUTED, **reading)
    thirds.name(paper)
    return paper


@transaction.atomic
def judge(user: User, paper_pk: int, choice: str) -> PaperBallot:
    """A third person's decision where two clerks read a paper differently; all three readings are kept.

    Raises NotPossible for either of the two clerks, and where there is nothing to decide.
    """
    paper = PAPERS.take(user, paper_pk, "judge")
    require_entry(paper.vote)
    if user.pk in {paper.first_by_id, paper.second_by_id}:
        raise NotPossible(_("You have read this ballot yourself: a third person decides."))
    read = read_choice(paper.vote, choice)
    duties.close(thirds.DUTY, paper, by=user)
    stir(paper.vote.neighbourhood.slug)
    return _take(paper, read, judged_choice=read, judged_by=user, judged_at=clock.now())


def require_certain(vote: Vote) -> papers.Progress:
    """Refuse while two clerks have not agreed on a paper, or sheets and envelopes are not as many: NotPossible."""
    now = papers.progress(vote)
    if now.open:
        raise NotPossible(papers.missing(vote))
    if now.uneven:
        raise NotPossible(papers.uneven(now))
    return now


@transaction.atomic
def finish_paper(user: User, vote_pk: int) -> Vote:
    """Say that all paper of a closed vote is in; the count follows.

    Raises NotPossible before the end, while two clerks have not agreed on a paper, and where the sheets of a
    secret vote are not as many as its envelopes.
    """
    vote = VOTES.take(user, vote_pk, "finish")
    if vote.paper_done_at is not None:
        return vote
    now = require_certain(vote)
    vote.paper_done_at = clock.now()
    vote.save(update_fields=["paper_done_at"])
    duties.close(DUTY, vote, by=user)
    note_done(user, vote, now)
    return vote


@transaction.atomic
def owe_paper(vote_pk: int) -> None:
    """Let the committee owe the paper of a closed vote; nothing where none is expected. Idempotent."""
    vote = Vote.objects.locked(vote_pk)
    if vote.phase is Phase.CLOSED and papers.expected(vote):
        now, page = clock.now(), reverse("voting:paper", args=[vote.pk])
        duty = duties.open_duty(DUTY, vote, due=papers.due(vote), post=Post.WORKER, url=page)
        if duty.opened_at >= now:
            # Who owes it stands on the vote's page.
            stir(vote.neighbourhood.slug)


def read_choice(vote: Vote, written: str) -> str:
    """What a paper says, as it is kept: two ticks are `invalid`, an empty motion abstains."""
    if written == INVALID:
        return INVALID
    if not written and vote.method is Method.MOTION:
        return Choice.ABSTAIN.value
    return methods.normal(vote, written)


def why_closed(vote: Vote) -> str:
    """Why paper neither comes in nor goes any more, or not yet; empty while it does."""
    if vote.phase not in {Phase.OPEN, Phase.CLOSED}:
        return str(NO_ENTRY)
    if vote.paper_done_at is not None:
        return _("All paper of this vote is in; nothing can be added.")
    if vote.secret and OpenedBallot.objects.filter(vote=vote).exists():
        return _("The box was opened; nothing can be added.")
    return ""


def require_entry(vote: Vote) -> None:
    """Beside what the phase allows: whether paper still comes in, or goes."""
    if reason := why_closed(vote):
        raise NotPossible(reason)


def require_in_time(vote: Vote, received: datetime) -> None:
    """Refuse what is still to come, came at the end or later, or before the opening: NotPossible.

    A moment is typed to the minute, so the minute of the opening is in time.
    """
    if received > clock.now():
        raise NotPossible(str(STILL_TO_COME))
    if received >= vote.closes_at:
        raise NotPossible(
            _("This ballot came after the end (%(when)s) and does not count. Please keep it apart, unopened.")
            % {"when": deadline(vote.closes_at)}
        )
    if received < vote.opens_at.replace(second=0, microsecond=0):
        raise NotPossible(
            _("This would be before the opening (%(when)s): please check day and time.")
            % {"when": moment(vote.opens_at)}
        )


def line_of(vote: Vote, code: str, *, lock: bool = True) -> RollEntry:
    """The line of a code (e12, E12 or 12), locked until commit so that its voter's own ballot waits.

    Raises NotPossible for a code that is not on the roll.
    """
    digits = code.strip().lower().removeprefix("e")
    known = digits.isascii() and digits.isdigit() and len(digits) < 10
    lines = RollEntry.objects.active().filter(vote=vote).select_related("person", "building")
    lines = lines.select_for_update(of=("self",)) if lock else lines
    entry = lines.filter(number=int(digits)).first() if known else None
    if entry is None:
        raise NotPossible(_("No line of this roll has the code “%(code)s”.") % {"code": code.strip()})
    return entry


def next_sheet(vote: Vote) -> int:
    """The number of the next paper of a locked vote."""
    last = PaperBallot.objects.filter(vote=vote).aggregate(last=Max("sheet"))["last"]
    return (last or 0) + 1


def _sheet(vote: Vote, number: str) -> int:
    if blank(number):
        return next_sheet(vote)
    if not number.strip().isdecimal() or not 0 < int(number) < 10**6:
        raise NotPossible(_("Please type the number that stands on the sheet."))
    if PaperBallot.objects.filter(papers.THERE, vote=vote, sheet=int(number)).exists():
        raise NotPossible(_("Sheet %(number)s was entered already.") % {"number": number.strip()})
    return int(number)


def _take(paper: PaperBallot, choice: str, **reading: Any) -> PaperBallot:
    """Two readings agree, or a third decided: the paper becomes its line's ballot, or is set aside by the rule."""
    reading["taken_at"] = clock.now()
    if paper.entry_id is None:
        advance(paper, PaperState.TAKEN, stands=True, **reading)
        return paper
    beside = settle(paper, Content(choice), **reading)
    telling.settled(paper, beside=beside, ruled="judged_by" in reading)
    return paper


def note_done(user: User, vote: Vote, now: papers.Progress) -> None:
    """Write down that all paper of a vote is in, and what became of it, in numbers."""
    data = {
        "entered": now.entered,
        "taken": now.taken,
        "set_aside": now.set_aside,
        "decided_by_a_third": papers.disputed(vote),
    }
    withdrawn = {"withdrawn": now.withdrawn} if now.withdrawn else {}
    sealed = {"envelopes": now.envelopes} if vote.secret else {}
    log(PAPER_DONE, vote, by=user, data={**data, **withdrawn, **sealed})

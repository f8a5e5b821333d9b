"""What a reader of a vote is shown: the ballot, the turnout, the result, each in its moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.actions.actions import offers
from portal.community.models import Visitor
from portal.community.web import typed_before
from portal.voting import meters, methods, papers, result, sealing, sentences
from portal.voting.actions.course import COURSE
from portal.voting.candidates import Standing, standing
from portal.voting.forms import BallotForm, SealedForm
from portal.voting.hall import Presence, heard, presence
from portal.voting.hooks import ballot_notes, ballot_page
from portal.voting.matters import is_counted_only
from portal.voting.meters import Chosen, Drop, Meter, Stand, Way
from portal.voting.models import (
    Ballot,
    BallotChange,
    Channel,
    Fault,
    Mandate,
    OnPaper,
    RollEntry,
    SetAside,
    Vote,
)
from portal.voting.permissions import VOTES, Line, lines_of
from portal.voting.services.casting import why_fixed
from portal.voting.services.paper import DUTY as PAPER
from portal.voting.states import SETTLED, PaperState, Phase
from portal.voting.turnout import NOTHING_YET, TurnoutThen, turnout_of
from portal.voting.waits import Wait, waits
from portal.voting.waits import about as waits_about


@dataclass(frozen=True)
class VoteContext:
    """What the fragments of a vote show to one reader.

    `lines` are the lines of the roll the reader may cast, `entry` the one in hand (`?line=12`), `mandate` what
    makes it theirs if it is another's; `ballot` is that line's. `may`: what the reader may do about the vote.
    """

    vote: Vote
    phase: Phase
    lines: list[Line]
    entry: RollEntry | None
    mandate: Mandate | None
    ballot: Ballot | None
    form: BallotForm | None
    turnout: TurnoutThen
    running: list[Meter]
    meters: list[Meter]
    choices: list[Chosen]
    channels: list[Way]
    standings: list[Stand]
    rounds: list[Drop]
    may: list[str]
    words: dict[str, str]
    decided: list[OnPaper]
    user: Visitor

    @property
    def line(self) -> int | None:
        """The number by which forms name the line in hand; None for somebody who has only the own one."""
        needed = self.entry is not None and (self.mandate is not None or len(self.lines) > 1)
        return self.entry.number if self.entry and needed else None

    @property
    def counted_only(self) -> bool:
        """Whether what follows from the ballots is worked out elsewhere."""
        return is_counted_only(self.vote.matter)

    @cached_property
    def hall(self) -> Presence | None:
        """Who was there when a vote in the hall was opened, in numbers; None elsewhere."""
        return presence(self.vote) if self.vote.in_hall else None

    @property
    def room(self) -> int:
        """How many bytes the browser fills an envelope up to."""
        return sealing.room(len(self.vote.options))

    @cached_property
    def waits(self) -> list[Wait]:
        """What the count waits for, by whom and until when."""
        return waits(self.vote)

    @property
    def waiting(self) -> str:
        """That a closed vote waits for its paper, in one sentence; empty where it does not."""
        if self.phase is not Phase.CLOSED:
            return ""
        return papers.waiting_sentence(self.vote, alone=all(each.kind == PAPER for each in self.waits))

    @cached_property
    def paper(self) -> OnPaper | None:
        """What was entered on paper for the line in hand, as long as it may still change."""
        if self.entry is None or self.phase not in {Phase.OPEN, Phase.CLOSED}:
            return None
        self.entry.vote = self.vote
        paper = papers.of_line(self.entry)
        if paper is not None:
            paper.vote, paper.entry = self.vote, self.entry
        return paper

    @cached_property
    def paper_due(self) -> datetime | None:
        """By when somebody reads the paper in hand a second time, or decides about it."""
        if self.paper is None or self.paper.state in SETTLED | {PaperState.WITHDRAWN}:
            return None
        if self.paper.state is PaperState.ENTERED:
            return papers.due(self.vote).at
        owed = waits_about([self.paper])
        return next((wait.due_at for wait in owed.values()), None)

    @property
    def paper_stands(self) -> bool:
        """Whether the ballot that stands for the line is the one that came on paper."""
        return self.ballot is not None and self.ballot.channel != Channel.ONLINE

    @property
    def fixed(self) -> str:
        """Why the ballot in hand cannot be changed online; empty where it can, or where there is none."""
        return why_fixed(self.ballot, self.mandate) if self.ballot else ""

    @cached_property
    def set_aside(self) -> list[tuple[BallotChange, str]]:
        """What came for the reader's own line beside the ballot that stands, and its choice where that is signed.

        What a voter only changed online is not listed: that ballot is the same.
        """
        if self.entry is None or self.mandate is not None:
            return []
        kept = self.entry.set_aside.filter(restored_at=None)
        other = kept.exclude(why=SetAside.CHANGED, channel=Channel.ONLINE)
        return [
            (each, "" if self.vote.secret else methods.words(self.vote, each.choice))
            for each in other.order_by("-at", "-pk")
        ]

    @property
    def in_doubt(self) -> bool:
        """Whether the ballot that stands is one on paper that somebody doubts."""
        return self.paper_stands and self.paper is not None and self.paper.state is PaperState.DOUBTED

    @property
    def paper_page(self) -> str:
        """Where whoever handed in no paper says so."""
        return reverse(self.paper.route, args=[self.paper.pk, "doubt"]) if self.paper else ""

    @property
    def may_deny(self) -> bool:
        """Whether the reader may say that the paper is not theirs: of the own line, before the count, once."""
        paper = self.paper
        if paper is None or self.mandate is not None or paper.vote.paper_done_at is not None:
            return False
        denied = paper.fault == Fault.DENIED and paper.answered_at is not None
        return paper.state not in {PaperState.DOUBTED, PaperState.WITHDRAWN} and not denied

    @cached_property
    def candidates(self) -> list[Standing]:
        """Who stands in an election, in the ballot's order, once somebody was named; introduced or not."""
        return standing(self.vote, self.user, may_run="name_candidate" in self.may)

    @property
    def record_hash(self) -> str:
        """The hash of the public record's entry about the count of a counted vote."""
        return str(result.place(self.vote)["hash"])

    @property
    def received(self) -> int:
        """How many ballots came, by all channels together."""
        return sum(way.count for way in self.channels)

    @property
    def choice(self) -> str:
        """What the reader chose, in words; a sealed ballot tells nobody."""
        if self.ballot is None or self.ballot.vote.secret:
            return ""
        return methods.words(self.ballot.vote, self.ballot.choice)


def vote_context(request: HttpRequest, vote: Vote) -> dict[str, Any]:
    """What the fragments `voting/_*.html` need on any page: `vote` and `voting`."""
    return {"vote": vote, "voting": context_of(request, vote)}


def show(
    request: HttpRequest, found: Vote, form: BallotForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a vote that was opened by its door, with a form that was refused if there is one."""
    voting = context_of(request, found, form)
    context = {
        "vote": found,
        "voting": voting,
        "notes": ballot_notes(found),
        "course": offers(request, VOTES, COURSE, found, "voting:act"),
    }
    own = ballot_page(found)
    if own is None or voting.form is None or voting.entry is None or voting.phase is not Phase.OPEN:
        return render(request, "voting/vote.html", context, status=status)
    return render(request, own.template, {**context, **own.read(found, voting.form)}, status=status)


def context_of(request: HttpRequest, found: Vote, form: BallotForm | None = None) -> VoteContext:
    """All a reader's fragments of a vote need, in a number of queries that does not depend on the roll."""
    phase, lines = found.phase, heard(found, lines_of(request.user, found.pk))
    entry, mandate = _in_hand(request, lines)
    turnout = NOTHING_YET if phase is Phase.COMING else turnout_of(found)
    context = VoteContext(
        vote=found,
        phase=phase,
        lines=lines,
        entry=entry,
        mandate=mandate,
        ballot=Ballot.objects.filter(entry=entry).select_related("vote").first() if entry else None,
        form=form,
        turnout=turnout,
        running=meters.running(found, turnout.together) if phase is Phase.OPEN else [],
        meters=meters.meters(found),
        choices=meters.choices(found),
        channels=meters.channels(found),
        standings=meters.standings(found),
        rounds=meters.rounds(found),
        may=VOTES.allowed(request.user, found),
        words=_words(found),
        decided=[] if entry else _decided(request.user, found),
        user=request.user,
    )
    if form is None and entry is not None and phase is Phase.OPEN:
        return replace(context, form=_form(request, found, context.line))
    return context


def _decided(user: Visitor, found: Vote) -> list[OnPaper]:
    """What somebody outside the roll was asked to decide about the paper of a vote, and did."""
    if not user.is_authenticated or found.phase not in {Phase.OPEN, Phase.CLOSED}:
        return []
    kinds: list[Any] = [found.papers, found.paper_envelopes] if found.secret else [found.papers]
    done = Q(judged_by=user.pk) | Q(answered_by=user.pk) | Q(withdrawn_by=user.pk)
    return [row for kind in kinds for row in kind.filter(done, third=user.pk).select_related("entry")]


def _in_hand(request: HttpRequest, lines: list[Line]) -> Line | tuple[None, None]:
    wanted = _wanted(request)
    chosen = [line for line in lines if str(line[0].number) == wanted]
    return next(iter(chosen or lines), (None, None))


def is_own_line(request: HttpRequest, lines: list[Line]) -> bool:
    """Whether the line a page or form is about is one the reader may cast; without a number it is the first one."""
    wanted = _wanted(request)
    return not wanted or wanted in {str(entry.number) for entry, _mandate in lines}


def line_in_hand(request: HttpRequest) -> int | None:
    """The number of the line a page or form is about; None for the reader's first."""
    wanted = _wanted(request)
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None


def page_of_line(pk: int, number: int | None, name: str = "voting:vote") -> str:
    """The page of a vote, or another of its pages, with a line in hand."""
    return reverse(name, args=[pk]) + (f"?line={number}" if number else "")


def _wanted(request: HttpRequest) -> str:
    return request.POST.get("line") or request.GET.get("line", "")


def _form(request: HttpRequest, found: Vote, number: int | None) -> BallotForm:
    """The empty ballot, or with the choice that was sent when the session had expired."""
    if found.secret:
        return SealedForm(found)
    waiting = typed_before(request, page_of_line(found.pk, number))
    typed = {name: waiting[name] for name in waiting if name.startswith(("rank_", "score_"))}
    choice = waiting.get("choice")
    several = found.method in methods.SEVERAL and isinstance(choice, str)
    return BallotForm(found, initial={"choice": [choice] if several else choice, **typed})


def _words(found: Vote) -> dict[str, str]:
    counted = found.counted_at is not None
    return {
        "rule": sentences.rule_sentence(found),
        "silence": sentences.silence_sentence(found),
        "extension": sentences.extension_sentence(found),
        "secrecy": sentences.secrecy_sentence(found),
        "duplicates": sentences.duplicates_sentence(found),
        "source": sentences.source(found),
        "withdrawn": sentences.withdrawn_sentence(found),
        "seal": sentences.seal(found) if counted else "",
        "why": sentences.why(found) if counted else "",
        "without": sentences.without(found) if counted else "",
    }

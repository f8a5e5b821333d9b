"""What a reader of a vote is shown: the ballot, the turnout, the result, each in its moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.community.models import Area
from portal.community.requests import set_here
from portal.community.web import typed_before
from portal.voting import meters, methods, papers, sentences, tally
from portal.voting.course import available
from portal.voting.forms import BallotForm
from portal.voting.hooks import ballot_notes
from portal.voting.meters import Chosen, Drop, Meter, Stand, Way
from portal.voting.models import Ballot, Mandate, RollEntry, Vote
from portal.voting.permissions import VOTES, Line, lines_of
from portal.voting.states import Phase


@dataclass(frozen=True)
class VoteContext:
    """What the fragments of a vote show to one reader.

    `lines` are the lines of the roll the reader may cast, `entry` the one in hand (`?line=12`), `mandate` what
    makes it theirs if it is another's; `ballot` is that line's. `may`: what the reader may do about the vote.
    """

    phase: Phase
    lines: list[Line]
    entry: RollEntry | None
    mandate: Mandate | None
    ballot: Ballot | None
    form: BallotForm | None
    buildings: list[tally.Turnout]
    running: list[Meter]
    meters: list[Meter]
    choices: list[Chosen]
    channels: list[Way]
    standings: list[Stand]
    rounds: list[Drop]
    may: list[str]
    words: dict[str, str]

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
    """The page of a vote, with a form that was refused if there is one."""
    stand_in(request, found.neighbourhood)
    box = context_of(request, found, form)
    context = {
        "vote": found,
        "voting": box,
        "notes": ballot_notes(found),
        "course": available(found, box.may),
    }
    return render(request, "voting/vote.html", context, status=status)


def context_of(request: HttpRequest, found: Vote, form: BallotForm | None = None) -> VoteContext:
    """All a reader's fragments of a vote need, in a number of queries that does not depend on the roll."""
    phase, lines = found.phase, lines_of(request.user, found.pk)
    entry, mandate = _in_hand(request, lines)
    buildings = [] if phase is Phase.COMING else tally.turnout(found)
    casting = entry is not None and phase is Phase.OPEN
    return VoteContext(
        phase=phase,
        lines=lines,
        entry=entry,
        mandate=mandate,
        ballot=Ballot.objects.filter(entry=entry).select_related("vote").first() if entry else None,
        form=form or (_form(request, found) if casting else None),
        buildings=tally.shown(found, buildings),
        running=meters.running(found, tally.together(buildings)) if phase is Phase.OPEN else [],
        meters=meters.meters(found),
        choices=meters.choices(found),
        channels=meters.channels(found),
        standings=meters.standings(found),
        rounds=meters.rounds(found),
        may=VOTES.allowed(request.user, found),
        words=_words(found),
    )


def _in_hand(request: HttpRequest, lines: list[Line]) -> Line | tuple[None, None]:
    wanted = request.POST.get("line") or request.GET.get("line", "")
    chosen = [line for line in lines if str(line[0].number) == wanted]
    return next(iter(chosen or lines), (None, None))


def line_in_hand(request: HttpRequest) -> int | None:
    """The number of the line a form was sent for; None for the reader's first."""
    wanted = request.POST.get("line", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None


def page_of_line(request: HttpRequest, pk: int) -> str:
    """The page of the vote, with the same line in hand as the form that was sent."""
    number = line_in_hand(request)
    return reverse("voting:vote", args=[pk]) + (f"?line={number}" if number else "")


def _form(request: HttpRequest, found: Vote) -> BallotForm:
    """The empty ballot, or with the choice that was sent when the session had expired."""
    waiting = typed_before(request, reverse("voting:check", args=[found.pk]))
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
        "waits": papers.waiting_sentence(found) if found.phase is Phase.CLOSED else "",
        "seal": sentences.seal(found) if counted else "",
        "why": sentences.why(found) if counted else "",
        "without": sentences.without(found) if counted else "",
    }


def stand_in(request: HttpRequest, neighbourhood: Area) -> None:
    """The page belongs to this neighbourhood, wherever the reader came from."""
    set_here(request, neighbourhood)

"""The page on which ballots on paper are printed, entered by two people, decided by a third, taken out, closed off."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.web import account
from portal.kit.paging import paged
from portal.record.services import key
from portal.voting import papers, sentences
from portal.voting.actions.papers import ENVELOPE, PAPER, READING
from portal.voting.forms_paper import CodeForm
from portal.voting.forms_staff import PrintForm
from portal.voting.models import Channel, OnPaper, RollEntry, Vote
from portal.voting.permissions import ENVELOPES, PAPERS, VOTES
from portal.voting.services.handing_over import looked
from portal.voting.states import Phase
from portal.voting.waits import about

WAITING = 50
PRINTED = 200

paper_act = action_view(VOTES, PAPER)
paper_reading = action_view(PAPERS, READING)
envelope_act = action_view(ENVELOPES, ENVELOPE)


@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the paper has come, what is next, and a line for the next code."""
    vote = VOTES.open(request, pk, "see_paper")
    user = account(request)
    offered = {offer.name: offer for offer in offers(request, VOTES, PAPER, vote, "voting:paper_act")}
    again, deciding, doubted = (
        _waiting(vote, which) for which in (papers.TO_CONFIRM, papers.TO_JUDGE, papers.IN_DOUBT)
    )
    _date([*deciding, *doubted])
    context = {
        "vote": vote,
        "progress": papers.progress(vote),
        "missing": papers.missing(vote),
        "due": papers.due(vote).at,
        "to_confirm": [paper for paper in again if paper.first_by_id != user.pk],
        "own": sum(paper.first_by_id == user.pk for paper in again),
        "to_judge": [paper for paper in deciding if user.pk not in _readers(paper)],
        "doubted": [paper for paper in doubted if paper.doubted_by_id != user.pk],
        "deciding": deciding,
        "all_doubted": doubted,
        "entered": paged(request, _entered(vote)),
        "sheets": paged(request, vote.papers.order_by("-sheet"), param="sheets") if vote.secret else (),
        "envelopes": _envelopes(vote),
        "closed": vote.phase is Phase.CLOSED,
        "complete": "finish" in offered,
        "entering": VOTES.fits("enter", vote) and vote.paper_done_at is None,
        "code_form": CodeForm(),
        "offers": offered,
    }
    return render(request, "voting/paper.html", context)


@require_safe
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballots themselves, to print; that names and flats were shown is kept."""
    vote = VOTES.open(request, pk, "see_paper")
    if vote.printed_at is None:
        return redirect("voting:paper_act", pk, "print")
    form = PrintForm(request.GET, thing=vote, user=account(request))
    which = form.cleaned_data if form.is_valid() else {}
    page = Paginator(_to_print(vote, which), PRINTED).get_page(request.GET.get("page"))
    looked(account(request), vote, page)
    gone = vote.rule.get("withdrawn", [])
    context = {
        "vote": vote,
        "page": page,
        "small": which.get("small", False),
        "options": [(option, vote.label_of(option)) for option in vote.options if option not in gone],
        "how": papers.how_to_mark(vote),
        "rule": sentences.rule_sentence(vote),
        "silence": sentences.silence_sentence(vote),
        "duplicates": sentences.duplicates_sentence(vote),
    }
    return render(request, "voting/print_ballots.html", context)


def _waiting(vote: Vote, which: Q) -> list[OnPaper]:
    """Papers, and of a secret vote envelopes, that wait for somebody; the first ones."""
    rows: list[OnPaper] = list(vote.papers.filter(which).select_related("entry")[:WAITING])
    if vote.secret:
        rows += vote.paper_envelopes.filter(which).select_related("entry")[:WAITING]
    return rows


def _date(rows: list[OnPaper]) -> None:
    """Say of each who decides about it and by when."""
    owed = about(rows)
    for paper in rows:
        paper.owed = owed.get(key(paper))


def _readers(paper: OnPaper) -> set[int | None]:
    return {paper.first_by_id, paper.second_by_id}


def _entered(vote: Vote) -> QuerySet[Any]:
    """What was entered, newest first: of a secret vote the envelopes, which have a line."""
    rows: QuerySet[Any] = vote.paper_envelopes.all() if vote.secret else vote.papers.all()
    return rows.select_related("entry").order_by("-first_at", "-pk")


def _envelopes(vote: Vote) -> list[str]:
    """The codes of the envelopes that stand, so that after the end exactly these are opened."""
    if not vote.secret:
        return []
    lines = RollEntry.objects.filter(vote=vote, ballot__isnull=False).exclude(ballot__channel=Channel.ONLINE)
    return [entry.label for entry in lines.order_by("number")]


def _to_print(vote: Vote, data: dict[str, Any]) -> QuerySet[RollEntry]:
    lines = vote.roll.active().select_related("building", "person")
    if data.get("building"):
        lines = lines.filter(building=data["building"])
    if data.get("who") == "unserved":
        lines = lines.filter(served=False)
    return lines.order_by("building__path", "where", "number")

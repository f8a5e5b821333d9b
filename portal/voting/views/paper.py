"""The page on which ballots on paper are printed, entered by two people, decided by a third, and closed off."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.web import account
from portal.voting import papers, sentences
from portal.voting.actions.papers import PAPER, READING
from portal.voting.forms_staff import PrintForm
from portal.voting.models import Channel, RollEntry, Vote
from portal.voting.permissions import PAPERS, VOTES
from portal.voting.services.handing_over import looked
from portal.voting.states import Phase

WAITING = 50
PRINTED = 200

paper_act = action_view(VOTES, PAPER)
paper_reading = action_view(PAPERS, READING)


@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the paper has come, what is next, and a line for the next code."""
    vote = VOTES.open(request, pk, "see_paper")
    user, waiting = account(request), vote.papers.filter(taken_at=None).select_related("entry")
    again, decide = waiting.filter(second_at=None), waiting.filter(second_at__isnull=False)
    offered = {offer.name: offer for offer in offers(request, VOTES, PAPER, vote, "voting:paper_act")}
    context = {
        "vote": vote,
        "progress": papers.progress(vote),
        "missing": papers.missing(vote),
        "due": papers.due(vote).at,
        "to_confirm": again.exclude(first_by=user)[:WAITING],
        "own": again.filter(first_by=user).count(),
        "to_judge": decide.exclude(first_by=user).exclude(second_by=user)[:WAITING],
        "envelopes": _envelopes(vote),
        "closed": vote.phase is Phase.CLOSED,
        "complete": "finish" in offered,
        "entering": VOTES.fits("enter", vote) and vote.paper_done_at is None,
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

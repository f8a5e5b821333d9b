"""What the ballot shows in other places: the vote's page, the page of the round, that of a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.actions import Offer, offers
from portal.actions.shelves import Panel
from portal.funds.ballot import services
from portal.funds.ballot.actions import CALL_ACTIONS, PROJECT_ACTIONS
from portal.funds.ballot.permissions import CALLS, PROJECTS
from portal.funds.ballot.reading import page
from portal.funds.ballot.selectors import annulment, has_voted, on_ballot, rivals, standing
from portal.funds.models import Application, Call
from portal.funds.shelves import CALLS as CALL_SHELF
from portal.funds.shelves import PROJECTS as PROJECT_SHELF
from portal.funds.states import ApplicationState
from portal.voting.hooks import (
    BallotNote,
    BallotPage,
    ComesBack,
    register_ballot_notes,
    register_ballot_page,
    register_comes_back,
)
from portal.voting.models import Vote
from portal.voting.states import Phase

KIND = "call"


def _notes(vote: Vote) -> list[BallotNote]:
    call = Call.objects.filter(vote=vote).first()
    if call is None:
        return []
    drawn = _("The order on the ballot is a lot, drawn by this text: %(text)s") % {
        "text": vote.rule.get("order", "")
    }
    return [*_result_of(call), BallotNote(_("The round of the fund"), drawn, url=call.get_absolute_url())]


def _result_of(call: Call) -> list[BallotNote]:
    """Once the ballots are computed: which projects are paid stands on a page of its own."""
    if not call.allocations.exists():
        return []
    said = _("Which projects are paid, and why, stands on the page of the result.")
    return [BallotNote(_("The result"), said, url=reverse("funds:result", args=[call.pk]))]


def _comes_back(pk: int) -> ComesBack:
    call = Call.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if call is None:
        return lambda user, vote: None
    return lambda user, vote: services.vote_came_back(call, user, vote)


def _of_call(request: HttpRequest, call: Call) -> list[Offer]:
    return offers(request, CALLS, CALL_ACTIONS, call, "funds:ballot_act")


def _of_project(request: HttpRequest, project: Application) -> list[Offer]:
    return offers(request, PROJECTS, PROJECT_ACTIONS, project, "funds:ballot_project_act")


def _ballot_of(request: HttpRequest, call: Call) -> Mapping[str, Any] | None:
    if call.vote is None or call.vote.aborted_at is not None:
        return None
    rows = on_ballot(call, call.vote)
    return {
        "vote": call.vote,
        "rows": standing(rows),
        "void": [row for row in rows if row.void],
        "rivals": rivals(standing(rows)),
        "order": call.vote.rule.get("order", ""),
    }


def _running(request: HttpRequest, call: Call) -> Mapping[str, Any] | None:
    """While the vote runs, the way to the ballot; for whoever has voted, that it was received, never what."""
    vote = call.vote
    if vote is None or vote.phase != Phase.OPEN:
        return None
    return {"vote": vote, "voted": has_voted(request.user, vote)}


def _annulled(request: HttpRequest, call: Call) -> Mapping[str, Any] | None:
    """That the vote behind a decided round was annulled, and what follows."""
    found = annulment(call)
    return {"annulment": found} if found else None


def _annulled_of(request: HttpRequest, project: Application) -> Mapping[str, Any] | None:
    return _annulled(request, project.call) if project.option else None


def _back(request: HttpRequest, project: Application) -> Mapping[str, Any] | None:
    """The way back to the ballot that a project stands on, while the vote runs."""
    vote = project.call.vote
    if vote is None or vote.phase != Phase.OPEN or project.state != ApplicationState.VOTING:
        return None
    return {"vote": vote}


def _void(request: HttpRequest, project: Application) -> Mapping[str, Any] | None:
    return {"why": project.struck_why} if project.struck_why else None


register_ballot_notes(KIND, _notes)
register_ballot_page(KIND, BallotPage("funds/ballot/ballot.html", page))
register_comes_back(KIND, _comes_back)
CALL_SHELF.register_offers(_of_call)
CALL_SHELF.register_panel(Panel("funds/ballot/_annulled.html", _annulled, place=4))
PROJECT_SHELF.register_panel(Panel("funds/ballot/_annulled.html", _annulled_of, place=4))
CALL_SHELF.register_panel(Panel("funds/ballot/_running.html", _running, place=5))
CALL_SHELF.register_panel(Panel("funds/ballot/_panel.html", _ballot_of, place=30))
PROJECT_SHELF.register_offers(_of_project)
PROJECT_SHELF.register_panel(Panel("funds/ballot/_back.html", _back, place=5))
PROJECT_SHELF.register_panel(Panel("funds/ballot/_void.html", _void, place=10))

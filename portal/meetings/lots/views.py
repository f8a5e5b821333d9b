"""A draw as everybody reads it, and what is needed to repeat it."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.permissions import COMMITTEE
from portal.meetings.lots import redraw as program
from portal.meetings.lots import showing
from portal.meetings.lots.actions import ACTIONS, ROUTE
from portal.meetings.lots.permissions import DRAWS, roles_towards
from portal.meetings.models import PanelDraw
from portal.meetings.states.lots import LotState
from portal.record import services as record

act = action_view(DRAWS, ACTIONS)


@require_safe
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a draw: seats, who signed up as numbers, tickets and chances, the seed and what followed."""
    draw = DRAWS.open(request, pk)
    person = getattr(request.user, "person_id", None)
    mine = draw.volunteers.filter(person=person).first() if person else None
    works = not COMMITTEE.isdisjoint(roles_towards(request.user, draw))
    context = {
        "draw": draw,
        "state": LotState(draw.state),
        "offers": offers(request, DRAWS, ACTIONS, draw, ROUTE),
        "seats": showing.seats(draw),
        "people": draw.volunteers.count(),
        "trial": showing.trial(draw) if works else None,
        "chances": showing.chances(draw),
        "mine": mine,
        "chance": showing.chance_of(draw, mine),
        "history": record.history([record.key(draw)]),
    }
    return render(request, "meetings/lot.html", context)


@require_safe
def tickets(request: HttpRequest, pk: int) -> HttpResponse:
    """The tickets, byte for byte what was hashed. 404 before they are published."""
    return _file(DRAWS.get(request.user, pk), "tickets", "application/json", f"lot-{pk}-tickets.json")


@require_safe
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of codes, byte for byte what was hashed. 404 before it is published."""
    return _file(DRAWS.get(request.user, pk), "pool", "text/csv", f"lot-{pk}-list.csv")


@require_safe
def redraw(request: HttpRequest) -> HttpResponse:
    """The program that repeats a draw, as it runs here."""
    content = Path(program.__file__).read_bytes()
    return _attached(content, "text/x-python", "redraw.py")


def _file(draw: PanelDraw, what: str, kind: str, name: str) -> HttpResponse:
    content = getattr(draw, what)
    if not content:
        raise Http404
    return _attached(content.encode(), kind, name)


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""Pages of funds: the list, the one page of a fund, of a line of its money, and of a round."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.models import Area
from portal.community.permissions import NEIGHBOUR, Role
from portal.community.views import given
from portal.community.web import signed_in
from portal.funds import shelves
from portal.funds.calls import reading, selectors
from portal.funds.calls.actions import (
    CALL_ACTIONS,
    FUND_ACTIONS,
    LINE_ACTIONS,
    PLACE_ACTIONS,
    SOURCE_ACTIONS,
)
from portal.funds.calls.freezing import SHORT, rules_of, still_stands
from portal.funds.calls.permissions import CALLS, FUNDS, LINES, PLACE, SOURCES
from portal.funds.models import Call
from portal.kit import clock
from portal.kit.paging import paged
from portal.ledger.models import Entry, Receipt

place_act = action_view(PLACE, PLACE_ACTIONS)
fund_act = action_view(FUNDS, FUND_ACTIONS)
source_act = action_view(SOURCES, SOURCE_ACTIONS)
line_act = action_view(LINES, LINE_ACTIONS)
act = action_view(CALLS, CALL_ACTIONS)


@require_safe
def funds(request: HttpRequest, slug: str) -> HttpResponse:
    """The funds of a neighbourhood, with the rounds that run."""
    here = PLACE.open(request, slug)
    context = {
        "page": paged(request, reading.funds_of(request.user, here)),
        "offers": _place_offers(request, here),
    }
    return render(request, "funds/calls/funds.html", context)


@require_safe
def fund(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a fund: what it has, where that comes from, its rounds, and the office's part."""
    found = FUNDS.open(request, pk)
    offered = shelves.FUNDS.offers_on(request, found)
    context = {
        "fund": found,
        "money": selectors.money(found),
        "sources": reading.source_rows(request, found),
        "page": paged(request, selectors.listed(request.user, found)),
        "sees_office": FUNDS.may(request.user, "office", found),
        "main": [offer for offer in offered if offer.main],
        "offers": [offer for offer in offered if not offer.main],
    }
    return render(request, "funds/calls/fund.html", context | shelves.FUNDS.parts_on(request, found))


@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a round: what it gives to whom by which rules, how it stands, and what the reader can do."""
    found = CALLS.open(request, pk)
    offered = shelves.CALLS.offers_on(request, found)
    context = {
        "call": found,
        "track": reading.track(found),
        "applicants": reading.applicants(found),
        # Neighbours, visitors and newcomers, who read how to join; not who serves here without living here.
        "shows_applying": not request.user.is_authenticated or _is_neighbour_or_new(request, found),
        "criteria": found.criteria.all(),
        "plan": found.plan.all(),
        "costs": found.cost_classes.all(),
        "not_yet": found.opens_at is not None and not clock.passed(found.opens_at),
        "short": found.fingerprint[:SHORT],
        "stands": still_stands(found),
        "main": [offer for offer in offered if offer.main],
        "offers": [offer for offer in offered if not offer.main],
    }
    return render(request, "funds/calls/call.html", context | shelves.CALLS.parts_on(request, found))


@require_safe
def rules(request: HttpRequest, pk: int) -> JsonResponse:
    """Everything that decides in a round, as data: what its fingerprint is over."""
    found = CALLS.open(request, pk)
    return JsonResponse(rules_of(found), json_dumps_params={"ensure_ascii": False, "sort_keys": True})


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of the fund's own money, with its papers for those who may look at them."""
    found = LINES.open(request, pk)
    allowed = LINES.allowed(request.user, found)
    papers = found.receipts.select_related("upload")
    context = {
        "line": found,
        "fund": found.book.fund,
        "amount": reading.at_hand_of(found),
        "source": reading.source_of(found),
        "reversed_by": getattr(found, "reversed_by", None),
        "papers": list(papers),
        "sees_papers": "papers" in allowed,
        "offers": offers(request, LINES, LINE_ACTIONS, found, "funds:calls_line_act", allowed),
    }
    return render(request, "funds/calls/line.html", context)


@signed_in
@require_safe
def paper(request: HttpRequest, pk: int, upload: UUID) -> HttpResponseBase:
    """A paper of a line, for neighbours who are signed in."""
    found: Entry = LINES.open(request, pk, "papers")
    kept = Receipt.objects.select_related("upload")
    return given(request, get_object_or_404(kept, entry=found, upload=upload).upload)


def _is_neighbour_or_new(request: HttpRequest, call: Call) -> bool:
    roles = CALLS.roles(request.user, call)
    return not roles or not roles.isdisjoint(NEIGHBOUR | {Role.BUILDING_HEAD})


def _place_offers(request: HttpRequest, here: Area) -> list[Any]:
    return [
        {"url": reverse("funds:calls_place_act", args=[here.slug, name.replace("_", "-")]), "action": action}
        for name, action in PLACE_ACTIONS.items()
        if PLACE.may(request.user, name, here)
    ]

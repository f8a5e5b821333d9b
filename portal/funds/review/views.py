"""Pages of a review: how far it is, for the office and the reviewers, and the scoring of one application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.views import action_view
from portal.community.web import signed_in
from portal.funds.models import Objection
from portal.funds.review import reading, selectors
from portal.funds.review.actions import ACTIONS, CALL_ACTIONS, OBJECTION_ACTIONS, REVIEWER_ACTIONS
from portal.funds.review.permissions import APPLICATIONS, CALLS, OBJECTIONS, REVIEWERS

call_act = action_view(CALLS, CALL_ACTIONS)
act = action_view(APPLICATIONS, ACTIONS)
reviewer_act = action_view(REVIEWERS, REVIEWER_ACTIONS)
objection_act = action_view(OBJECTIONS, OBJECTION_ACTIONS)


@signed_in
@require_safe
def reviewing(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the review of a round is: for the office what is owed, for a reviewer what to score next."""
    call = CALLS.open(request, pk, "follow")
    office = reading.is_office(request.user, call)
    offered = reading.on_call(request, call)
    context = {
        "call": call,
        "office": office,
        "own": reading.own_part(request, call),
        "rows": reading.rows(request.user, call) if office else [],
        "bench": reading.bench_of(request, call) if office else [],
        "least": selectors.bench(call),
        "again": selectors.reopened(call) and not selectors.all_in(call),
        "ranked": reading.readable_ranking(request.user, call),
        "answers": reading.answers(request, Objection.objects.filter(application__call=call))
        if office
        else [],
        "step": reading.next_step(call),
        "main": [offer for offer in offered if offer.main],
        "offers": [offer for offer in offered if not offer.main],
    }
    return render(request, "funds/review/reviewing.html", context)


def scoring(request: HttpRequest, pk: int) -> HttpResponse:
    """One application to score, on one page."""
    return act(request, pk, "score")

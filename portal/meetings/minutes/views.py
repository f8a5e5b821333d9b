"""The minutes as a sheet to sign or hang up and as a file whose hash is recorded; and the pages of decisions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.requests import set_here, visitor
from portal.meetings import kinds
from portal.meetings.minutes.actions import DECISION_ACTIONS
from portal.meetings.minutes.permissions import DECISIONS
from portal.meetings.minutes.reading import readable, what_came_of
from portal.meetings.minutes.services import minutes_body
from portal.meetings.models import Meeting
from portal.record.hashing import canonical

act = action_view(DECISIONS, DECISION_ACTIONS)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes on A4: with lines to sign while they are laid before people, with the seal once they are closed."""
    meeting = _open(request, pk)
    if not meeting.minutes or not readable(meeting, visitor(request)):
        raise Http404
    return render(
        request,
        "meetings/minutes/sheet.html",
        {"meeting": meeting, **what_came_of(meeting, visitor(request))},
    )


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The closed minutes as the file whose SHA-256 stands in the record."""
    meeting = kinds.get(visitor(request), pk)
    if not meeting.minutes_hash or not readable(meeting, visitor(request)):
        raise Http404
    body = canonical(minutes_body(meeting, list(meeting.participants.order_by("pk"))))
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    name = kinds.kind_of(meeting).name
    response["Content-Disposition"] = f'attachment; filename="{name}-{pk}-minutes.json"'
    return response


@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: whose it is, until when, and what was done."""
    found = DECISIONS.open(request, pk)
    context = {
        "decision": found,
        "offers": offers(request, DECISIONS, DECISION_ACTIONS, found, "meetings:decision_act"),
    }
    return render(request, "meetings/minutes/decision.html", context)


def _open(request: HttpRequest, pk: int) -> Meeting:
    meeting = kinds.get(visitor(request), pk)
    set_here(request, meeting.neighbourhood)
    return meeting

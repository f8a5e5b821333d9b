"""The papers of a meeting on A4: notice, agenda, sign-in sheet; and its entry for a calendar. For every kind."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.actions.dates import entries
from portal.community.permissions import COMMITTEE, roles_in
from portal.community.requests import visitor
from portal.community.web import signed_in
from portal.duties.next_step import body_of
from portal.kit.calendar_file import attached
from portal.meetings import hooks
from portal.meetings.dates import line_of
from portal.meetings.kinds import Kind, called, kind_of, visible_to
from portal.meetings.papers.reading import BLANK_LINES, facts_of, lines, points


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice for the boards, with a QR code to the page and the place for the seal."""
    meeting = _dated(request, pk)
    about = hooks.kind_of(meeting.subject)
    context = {
        "panel": list(meeting.participants.sitting().select_related("person")),
        "subject_name": about.name if about else "",
        "decision_maker": body_of(meeting.decision_maker) if hasattr(meeting, "decision_maker") else "",
        "facts": facts_of(meeting),
    }
    return _sheet(request, "notice", meeting, context)


@require_safe
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda to lay out at the door, with room to write."""
    meeting = _dated(request, pk)
    return _sheet(request, "agenda", meeting, {"points": points(meeting)})


@never_cache
@signed_in
@require_safe
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet on which whoever comes signs: real names, so for the committee alone."""
    meeting = _dated(request, pk)
    if COMMITTEE.isdisjoint(roles_in(visitor(request), meeting.neighbourhood)):
        raise PermissionDenied("sign_in")
    context = {"lines": lines(meeting), "blank": range(BLANK_LINES)}
    return _sheet(request, "sign_in", meeting, context)


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as an entry for one's own calendar; put off or cancelled it keeps the date it had."""
    line = line_of(_found(request, pk)[0])
    if line is None:
        raise Http404("no date")
    return attached(entries(request.build_absolute_uri, [line]), f"meeting-{pk}")


def _sheet(request: HttpRequest, name: str, meeting: Any, context: dict[str, Any]) -> HttpResponse:
    return render(
        request, f"meetings/papers/{name}.html", {"meeting": meeting, "called": called(meeting), **context}
    )


def _dated(request: HttpRequest, pk: int) -> Any:
    """A meeting with a date: without one there is nothing to print, and nothing hangs out of what is not public."""
    meeting, kind = _found(request, pk)
    if meeting.starts_at is None or kind.closed:
        raise Http404("no date")
    return meeting


def _found(request: HttpRequest, pk: int) -> tuple[Any, Kind]:
    """A meeting that the visitor may know of, with its kind; the page is about its neighbourhood from now on."""
    known = visible_to(visitor(request)).select_related("neighbourhood", "chair", "notice")
    meeting = known.filter(pk=pk).first()
    if meeting is None:
        raise Http404("meeting")
    kind = kind_of(meeting)
    return kind.door.enter(request, meeting), kind

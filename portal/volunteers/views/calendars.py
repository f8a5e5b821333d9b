"""Times of activities as files for one's own calendar; the month of them stands in the neighbourhood's calendar."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.actions.dates import entries
from portal.kit.calendar_file import attached
from portal.meetings.calendar.feeds import feed_of
from portal.volunteers.dates import line_of
from portal.volunteers.permissions import PLACES, SHIFTS


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The calendar of activities moved into the one of the neighbourhood; old addresses lead there."""
    month = {"month": request.GET["month"]} if "month" in request.GET else {}
    wanted = urlencode({"kind": "activity", **month})
    return redirect(f"{reverse('meetings:calendar', args=[slug])}?{wanted}")


@require_safe
def calendar_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The activities of the neighbourhood's calendar, for phones that subscribed to this address."""
    return feed_of(request, PLACES.open(request, slug), "activity")


@require_safe
def shift_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift for one's own calendar."""
    return attached(
        entries(request.build_absolute_uri, [line_of(SHIFTS.get(request.user, pk))]), f"shift-{pk}"
    )

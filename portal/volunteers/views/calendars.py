"""The month of a neighbourhood, and its activities as files for one's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.kit import clock
from portal.kit.calendar_file import Event, attached, written
from portal.volunteers.listing import MOST, month, month_of
from portal.volunteers.models import Shift
from portal.volunteers.permissions import PLACES, SHIFTS

# What was held lately stays in a subscribed calendar.
KEPT = timedelta(days=31)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A month: a table on a wide screen, a list of days on a phone."""
    here = PLACES.open(request, slug)
    shown = month(here, request.user, month_of(request.GET.get("month", "")))
    return render(request, "volunteers/calendar.html", {"month": shown, "today": clock.today()})


@require_safe
def calendar_file(request: HttpRequest, slug: str) -> HttpResponse:
    """What is ahead, to subscribe to: what the reader may see, which without a sign-in is what everybody reads."""
    here = PLACES.open(request, slug)
    found = Shift.objects.visible_to(request.user).filter(
        activity__neighbourhood=here, activity__approved_at__isnull=False, ends_at__gt=clock.now() - KEPT
    )
    shifts = found.select_related("activity__team").order_by("starts_at", "pk")[:MOST]
    name = _("Volunteering · %(place)s") % {"place": here.name}
    return _file(request, shifts, f"volunteering-{here.slug}", name)


@require_safe
def shift_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift for one's own calendar."""
    return _file(request, [SHIFTS.get(request.user, pk)], f"shift-{pk}")


def _file(request: HttpRequest, shifts: Iterable[Shift], file: str, name: str = "") -> HttpResponse:
    text = written((_event(request, shift) for shift in shifts), product="volunteering", name=name)
    return attached(text, file)


def _event(request: HttpRequest, shift: Shift) -> Event:
    activity = shift.activity
    return Event(
        uid=f"shift-{shift.pk}@{request.get_host()}",
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        title=activity.title,
        place=shift.where,
        text="\n".join(filter(None, [activity.team.name, activity.bring, activity.risks])),
        page=request.build_absolute_uri(shift.get_absolute_url()),
        cancelled=shift.cancelled_at is not None,
    )

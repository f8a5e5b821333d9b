"""Activities: the list, the page of one, its sheet, and the form of a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Upload
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock
from portal.kit.paging import at_once, paged
from portal.record.services import history, key
from portal.volunteers import about
from portal.volunteers.actions import ACTIVITY_ACTIONS
from portal.volunteers.forms.activities import ListForm, NewActivityForm
from portal.volunteers.forms.times import TimesForm
from portal.volunteers.listing import listed, of_activity, with_own
from portal.volunteers.models import Activity, Team, TeamRole
from portal.volunteers.permissions import ACTIVITIES, PLACES, TEAMS
from portal.volunteers.selectors import signatures
from portal.volunteers.services import activities as services

HISTORY = 8


@require_safe
def activities(request: HttpRequest, slug: str) -> HttpResponse:
    """What is ahead in a neighbourhood, by day; or what fits the reader."""
    here = PLACES.open(request, slug)
    form = ListForm(request.GET, here=here)
    wish = form.wish()
    found = listed(here, request.user, wish, request.GET.get("page"), at_once(request))
    return render(request, "volunteers/activities.html", {"form": form, "wish": wish, "listed": found})


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """All of an activity, and what this reader can do with it."""
    found = ACTIVITIES.open(request, pk)
    shown = _shown(request, found)
    context = {
        **shown,
        "offers": offers(request, ACTIVITIES, ACTIVITY_ACTIONS, found, "volunteers:activity_act"),
        "history": history([key(found), *(key(shift) for shift in shown["shifts"])], limit=HISTORY),
    }
    context["may"] = {offer.name for offer in context["offers"]}
    context["posts"] = ACTIVITIES.entitled(request.user, "approve", found)
    return render(request, "volunteers/activity.html", context)


@require_safe
def activity_print(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet for the notice board."""
    found = ACTIVITIES.open(request, pk)
    return render(request, "volunteers/activity_print.html", _shown(request, found))


@signed_in
@once
def activity_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an activity with its first time or series."""
    team, old = TEAMS.open(request, pk, "write"), typed_before(request)
    times = TimesForm(sent(request), initial=old)
    form = NewActivityForm(
        sent(request),
        request.FILES or None,
        initial=old,
        here=team.neighbourhood,
        key=request.GET.get("about", ""),
        times=times,
    )
    return handle_form(
        request,
        form,
        lambda form: _drafted(request, team, form),
        "volunteers/activity_new.html",
        {"times": times, "team": team},
    )


def _drafted(request: HttpRequest, team: Team, form: NewActivityForm) -> str:
    """The draft with its times; another place belongs to the times only."""
    times, place = form.times.times(), form.times.cleaned_data["where"]
    made = services.draft(account(request), team.pk, form.cleaned_data, times, place)
    messages.success(request, _("Kept as a draft. Read it once more, then send it."))
    return made.get_absolute_url()


def _shown(request: HttpRequest, found: Activity) -> dict[str, Any]:
    page = paged(request, of_activity(found))
    shifts = with_own(page.object_list, getattr(request.user, "person_id", None))
    for shift in shifts:
        shift.activity = found
    held = found.team.memberships.active().filter(role=TeamRole.LEADER)
    return {
        "activity": found,
        "team": found.team,
        "shifts": shifts,
        "page": page,
        "over": found.shifts.filter(ends_at__lte=clock.now()).count(),
        "matter": about.matter_of(found.about) if found.about else None,
        "leaders": signatures(held, found.neighbourhood),
        "photos": list(found.photos.filter(pk__in=Upload.objects.visible_to(request.user).values("pk"))),
    }

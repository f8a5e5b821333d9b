"""The tree of places, and the page of one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.administration.actions import PLACES
from portal.administration.forms import SearchForm
from portal.administration.permissions import AREAS, WITH_RULES, areas_run_by
from portal.community.models import Appointment, Area, Contact, Kind, Post
from portal.community.places import ancestors
from portal.community.requests import set_here
from portal.community.web import account, signed_in
from portal.kit import clock
from portal.kit.paging import paged
from portal.register.permissions import operator_gives
from portal.threads.permissions import runs_it_all

SHOWN = 50
WIDE = (Kind.DISTRICT, Kind.SUBDISTRICT, Kind.NEIGHBOURHOOD)

area_act = action_view(AREAS, PLACES)


@require_safe
@signed_in
def areas(request: HttpRequest) -> HttpResponse:
    """The districts, subdistricts and neighbourhoods one runs the portal for; by name, also estates and buildings."""
    run = areas_run_by(account(request))
    form = SearchForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    words = wanted.get("q", "").strip()
    found = run.filter(name__icontains=words) if words else run.filter(kind__in=WIDE)
    found = found.exclude(retired_on=None) if wanted.get("retired") else found.filter(retired_on=None)
    page = paged(request, with_gaps(found.order_by("path")), SHOWN)
    if not page.object_list and not run.exists():
        raise Http404
    set_here(request, None)
    context = {"form": form, "page": page, "rows": _with_those_around(list(page)), "words": words}
    context["keeps_words"] = runs_it_all(request.user)
    return render(request, "administration/areas.html", context)


@require_safe
@signed_in
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: what is in it, who holds which post for it, and what was done to it."""
    found = AREAS.open(request, pk, "see")
    run = areas_run_by(account(request))
    above = list(run.filter(path__in=ancestors(found.path)).order_by("path"))
    parts = with_gaps(found.get_children().order_by("path"))
    gives = operator_gives(found)
    held = Appointment.objects.standing().filter(area=found, post__in=gives).select_related("person")
    context = {
        "area": found,
        "above": above,
        "page": paged(request, parts, SHOWN),
        "offers": offers(request, AREAS, PLACES, found, "administration:area_act"),
        "gives": gives,
        "held": held.order_by("post", "since", "pk")[:SHOWN],
        "contact": Contact.objects.filter(area=found).first() if found.is_neighbourhood else None,
        "has_rules": found.kind in WITH_RULES,
        "changes": found.changes.select_related("by__person")[:20],
    }
    return render(request, "administration/area.html", context)


def with_gaps(found: QuerySet[Area]) -> QuerySet[Area]:
    """Places, each with how it is reached and whether it is led: what a neighbourhood lacks is shown beside it."""
    directors = Appointment.objects.on(clock.today()).filter(area=OuterRef("pk"), post=Post.DIRECTOR)
    return found.select_related("contact").annotate(led=Exists(directors))


def _with_those_around(rows: list[Area]) -> list[tuple[Area, str]]:
    """Each with the names of the places around it; one query."""
    paths = {path for row in rows for path in ancestors(row.path)}
    names = dict(Area.objects.filter(path__in=paths).values_list("path", "name"))
    return [(row, " › ".join(names[path] for path in ancestors(row.path) if path in names)) for row in rows]

"""The workbench of those who owe something, the public figures, and public notices."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community import rules
from portal.community.places import neighbourhood_or_404
from portal.community.web import signed_in
from portal.duties import services, tiles
from portal.duties.actions import ACTIONS
from portal.duties.forms import WhoseForm
from portal.duties.levels import LEVELS
from portal.duties.models import Duty, DutyQuerySet
from portal.duties.permissions import NOTICES, WORKBENCH, duties_for, overseen
from portal.duties.trends import LEAST, last_months
from portal.kit.paging import paged

PAGE = 50


@require_safe
@signed_in
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """What is owed here, the most urgent first: one's own, and for those who watch over it everybody's."""
    here = WORKBENCH.open(request, slug, "work")
    watching = WORKBENCH.may(request.user, "see_all", here)
    form = WhoseForm(request.GET or None)
    own = services.waiting_for(request.user)
    everybody = watching and form.is_valid() and form.cleaned_data["whose"] == "all"
    duties = duties_for(request.user, here, own) if everybody else own.filter(neighbourhood=here)
    page = Paginator(_shown(duties), PAGE).get_page(request.GET.get("page", "1"))
    context = {
        "here": here,
        "form": form if watching else None,
        "everybody": everybody,
        "page": page,
        "rows": _rows(list(page)),
        "overdue": duties.overdue().count(),
        "steps": [days for days in rules.rule(LEVELS, here) if days],
        "elsewhere": own.exclude(neighbourhood=here).count(),
    }
    return render(request, "duties/workbench.html", context)


@require_safe
@signed_in
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of six months; who serves the whole subdistrict sees its neighbourhoods beside each other."""
    here = WORKBENCH.open(request, slug, "see_all")
    around, places = overseen(request.user, here)
    context = {
        "here": here,
        "tiles": tiles.tiles(here),
        "months": [tiles.month_name(month) for month in last_months()],
        "least": rules.rule(LEAST, here),
        "around": around,
        "lines": tiles.compare(places, here, {place.pk for place in places}) if places else [],
    }
    return render(request, "duties/figures/figures.html", context)


@require_safe
def promises(request: HttpRequest, slug: str) -> HttpResponse:
    """How many promises each post kept in time in the last twelve months."""
    here = neighbourhood_or_404(slug)
    figures = services.kept_promises(here)
    context = {
        "here": here,
        "tab": "home",
        "figures": figures,
        "kept": sum(figure.kept for figure in figures),
        "total": sum(figure.total for figure in figures),
        "overdue": sum(figure.overdue for figure in figures),
    }
    return render(request, "duties/promises.html", context)


@require_safe
def public_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A public notice as it is posted and printed, with what was objected to it."""
    notice = NOTICES.open(request, pk)
    context = {
        "tab": "home",
        "notice": notice,
        "page": paged(request, notice.objections.select_related("person").order_by("-at", "-pk")),
        "offers": offers(request, NOTICES, ACTIONS, notice, "duties:act"),
        "outsider": request.user.is_authenticated and not NOTICES.may(request.user, "object", notice),
        "mine": getattr(request.user, "person_id", None),
    }
    return render(request, "duties/public_notice.html", context)


act = action_view(NOTICES, ACTIONS)


def _shown(duties: DutyQuerySet) -> DutyQuerySet:
    return duties.select_related("person", "area", "neighbourhood").order_by("due_at", "pk")


def _rows(duties: list[Duty]) -> list[dict[str, Any]]:
    owers = services.who_owes(duties)
    return [{"duty": duty, "who": owers[duty.pk]} for duty in duties]

"""Choosing the neighbourhood one wants to see."""

from __future__ import annotations

from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.community import context, places
from portal.community.models import Area, Kind

# From here on a page of buttons is too long to read, and a search helps.
MANY = 12


def choose(request: HttpRequest) -> HttpResponse:
    """All neighbourhoods by subdistrict; those whose name holds the words typed."""
    if request.method == "POST":
        context.choose(request, places.neighbourhood_or_404(request.POST.get("slug", "")))
        return redirect("home")
    words = request.GET.get("q", "").strip()[:40]
    everywhere = Area.objects.filter(kind=Kind.NEIGHBOURHOOD)
    found = everywhere.filter(name__icontains=words) if words else everywhere
    page = {
        "groups": _by_subdistrict(found),
        "words": words,
        "many": bool(words) or everywhere.count() > MANY,
        "tab": "home",
    }
    return render(request, "community/choose.html", page)


def _by_subdistrict(found: QuerySet[Area]) -> list[tuple[str, list[Area]]]:
    names = dict(Area.objects.filter(kind=Kind.SUBDISTRICT).values_list("path", "name"))

    def above(area: Area) -> str:
        return next((names[path] for path in reversed(places.ancestors(area.path)) if path in names), "")

    return [(name, list(group)) for name, group in groupby(found.order_by("path"), above)]

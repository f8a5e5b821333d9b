"""Choosing the neighbourhood one wants to see, and giving out files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.community import places, requests
from portal.community.models import Area, Kind, Upload
from portal.community.permissions import operated
from portal.kit.paging import paged

# From here on a page of buttons is too long to read, and a search helps.
MANY = 12
SHOWN = 40
# Pictures never change under their address, but may be taken back: the reader's own browser keeps them a while.
KEPT = "private, max-age=3600"
UNPUBLISHED = "private, no-store"


def choose(request: HttpRequest) -> HttpResponse:
    """The neighbourhoods by subdistrict, a page at a time; those whose name holds the words typed."""
    if request.method == "POST":
        requests.choose(request, places.neighbourhood_or_404(request.POST.get("slug", "")))
        return redirect("home")
    words = request.GET.get("q", "").strip()[:40]
    everywhere = Area.objects.filter(kind=Kind.NEIGHBOURHOOD, retired_on=None)
    found = everywhere.filter(name__icontains=words) if words else everywhere
    listed = paged(request, found.order_by("path"), SHOWN)
    page = {
        "groups": _by_subdistrict(listed),
        "listed": listed,
        "words": words,
        "many": bool(words) or listed.paginator.count > MANY,
        "runs_portal": bool(operated(request.user)),
        "tab": "home",
    }
    return render(request, "community/choose.html", page)


@require_safe
def upload(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file, for those who may see it: pictures in the page, papers as downloads, nothing that could run."""
    return given(request, get_object_or_404(Upload.objects.visible_to(request.user), pk=pk))


def given(request: HttpRequest, found: Upload) -> FileResponse:
    """A file whose reader may see it."""
    small = bool(request.GET.get("w")) and bool(found.thumbnail)
    response = FileResponse(
        (found.thumbnail if small else found.file).open(),
        as_attachment=not found.is_image,
        filename=found.name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = KEPT if found.public else UNPUBLISHED
    return response


def _by_subdistrict(found: Iterable[Area]) -> list[tuple[str, list[Area]]]:
    names = dict(Area.objects.filter(kind=Kind.SUBDISTRICT).values_list("path", "name"))

    def above(area: Area) -> str:
        return next((names[path] for path in reversed(places.ancestors(area.path)) if path in names), "")

    return [(name, list(group)) for name, group in groupby(found, above)]

"""Rosters that were handed in: their list, one with its rows, the way back; and the register as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.community.models import Person
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock
from portal.kit.paging import paged
from portal.register.actions import IMPORT
from portal.register.changes import Change
from portal.register.exporting import FORMATS
from portal.register.forms import ExportForm
from portal.register.models import Import, ImportedRow
from portal.register.permissions import DESK, IMPORTS
from portal.register.roster import Problem, grouped
from portal.register.services import desk
from portal.register.services.taking_back import WHY

TAKEN = "register-file"
ROWS = 50

import_act = action_view(IMPORTS, IMPORT)


@require_safe
@signed_in
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """All rosters that were handed in, the newest first, with what became of them."""
    here = DESK.open(request, slug, "roster")
    found = Import.objects.filter(neighbourhood=here).select_related("by__person").defer("content", "made")
    page = paged(request, found)
    for one in page:
        one.neighbourhood = here
    return render(request, "register/imports.html", {"page": page, "neighbourhood": here})


@require_safe
@signed_in
def import_(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One roster: who handed it in and who confirmed it, each row it changed, and the way back."""
    here = DESK.open(request, slug, "roster")
    found = Import.objects.filter(neighbourhood=here)
    kept = get_object_or_404(
        found.select_related("by__person", "decided_by__person", "taken_back_by__person"), pk=pk
    )
    page = paged(request, kept.rows.order_by("line"), ROWS)
    context = {
        "import": kept,
        "offers": offers(request, IMPORTS, IMPORT, kept, "register:import_act"),
        "page": page,
        "rows": _named(list(page)),
        "problems": grouped(Problem(line, said) for line, said in kept.problems),
        "stayed": kept.rows.exclude(why="").count(),
        "neighbourhood": here,
    }
    return render(request, "register/import.html", context)


@signed_in
def roster_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the register along: what for, in which form. That somebody does is kept for the auditor."""
    here = DESK.open(request, slug, "look")

    def take(form: ExportForm) -> str:
        desk.look_at_all(account(request), here, form.cleaned_data["reason"])
        request.session[TAKEN] = [here.pk, form.cleaned_data["form"]]
        return reverse("register:roster_file", args=[here.slug])

    form = ExportForm(sent(request), initial=typed_before(request))
    return handle_form(request, form, take, "register/roster_export.html", {"neighbourhood": here})


@require_safe
@signed_in
def roster_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The file, once after saying what for."""
    here = DESK.open(request, slug, "look")
    taken = request.session.pop(TAKEN, None)
    if taken is None or taken[0] != here.pk:
        return redirect("register:roster_export", here.slug)
    write, kind = FORMATS[taken[1]]
    response = HttpResponse(write(here), content_type=kind)
    name = f"roster-{here.slug}-{clock.today():%Y%m%d}.{taken[1]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _named(rows: list[ImportedRow]) -> list[tuple[ImportedRow, list[Change], list[str], list[str], str]]:
    """Rows with what changed, the names of who lost and who got a title, and why a row stayed; one query."""
    keys = {pk for row in rows for pk in [*row.lost, *row.gained]}
    names = dict(Person.objects.filter(pk__in=keys).values_list("pk", "real_name"))
    return [
        (
            row,
            [Change(*change) for change in row.changes],
            [names[pk] for pk in row.lost if pk in names],
            [names[pk] for pk in row.gained if pk in names],
            str(WHY.get(row.why, "")),
        )
        for row in rows
    ]

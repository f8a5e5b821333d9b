"""Hours from a table, and booked hours as a table for the city's volunteer site."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from portal.actions.web import once, refused
from portal.community.models import Area
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in
from portal.kit.errors import NotPossible
from portal.kit.sheets import MAX_BYTES
from portal.kit.streams import streamed
from portal.volunteers import exporting
from portal.volunteers.forms.hours import ExportForm, TableForm
from portal.volunteers.hourtable import COLUMNS, Problem
from portal.volunteers.models import Team
from portal.volunteers.permissions import may_here, team_for
from portal.volunteers.services import volunteers
from portal.volunteers.services.importing import Refused, import_hours


@signed_in
@once
def hours_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table of hours in, or say by line why not."""
    team = team_for(request.user, pk, "record")
    set_here(request, team.neighbourhood)
    form, status = TableForm(sent(request), request.FILES or None), 422 if request.method == "POST" else 200
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = import_hours(account(request), pk, form.cleaned_data["file"].read(MAX_BYTES + 1))
        except NotPossible as refusal:
            problems = refusal.problems if isinstance(refusal, Refused) else []
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _taken(len(made)))
            return redirect("volunteers:team_hours", pk)
    context = {"team": team, "form": form, "problems": problems, "columns": COLUMNS}
    return render(request, "volunteers/hours_import.html", context, status=status)


@signed_in
def hours_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose days and kind; the answer to the form is the file. `?team=` for those who keep only a team's hours."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    team = _team(request, here)
    form = ExportForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "team": team, "fields": exporting.FIELDS}
        return render(
            request, "volunteers/hours_export.html", context, status=422 if request.method == "POST" else 200
        )
    data = form.cleaned_data
    mutual_aid = data["what"] == ExportForm.MUTUAL_AID
    records = volunteers.export(
        account(request), here, data["since"], data["until"], mutual_aid=mutual_aid, team=team
    )
    response = streamed(request, exporting.lines(records), "text/csv")
    name = f"{here.slug}-{data['what']}-{data['since']}-{data['until']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    # A streamed answer is not called HttpResponse in Django, though it is answered like one.
    return cast(HttpResponse, response)


def _team(request: HttpRequest, here: Area) -> Team | None:
    """The team whose hours are meant; None for the whole neighbourhood, which is for staff and auditors."""
    wanted = request.GET.get("team", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        team = team_for(request.user, int(wanted), "export")
        if team.neighbourhood_id == here.pk:
            return team
    if not may_here(request.user, "export", here):
        raise PermissionDenied("export")
    return None


def _taken(number: int) -> str:
    return ngettext(
        "%(number)d record was taken in. Another keeper verifies it.",
        "%(number)d records were taken in. Another keeper verifies them.",
        number,
    ) % {"number": number}

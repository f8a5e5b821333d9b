"""Hours from a table, and booked hours as a table for the city's volunteer site."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.web import account, sent, signed_in
from portal.kit.sheets import MAX_BYTES
from portal.kit.streams import streamed
from portal.volunteers import exporting
from portal.volunteers.forms.hours import ExportForm, TableForm
from portal.volunteers.hourtable import COLUMNS
from portal.volunteers.models import Team
from portal.volunteers.permissions import PLACES, TEAMS
from portal.volunteers.services import volunteers
from portal.volunteers.services.importing import Refused, import_hours


@signed_in
@once
def hours_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table of hours in, or say by line why not."""
    team = TEAMS.open(request, pk, "keep_hours")
    context: dict[str, Any] = {"team": team, "problems": [], "columns": COLUMNS}

    def take_in(form: TableForm) -> str:
        try:
            made = import_hours(account(request), pk, form.cleaned_data["file"].read(MAX_BYTES + 1))
        except Refused as refusal:
            context["problems"] = refusal.problems
            raise
        messages.success(request, _taken(len(made)))
        return reverse("volunteers:team_hours", args=[pk])

    form = TableForm(sent(request), request.FILES or None)
    return handle_form(request, form, take_in, "volunteers/hours_import.html", context)


@signed_in
def hours_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose days and kind; the answer to the form is the file. `?team=` for those who keep only a team's hours."""
    here, team = _whose(request, slug)
    form = ExportForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "team": team, "fields": exporting.FIELDS}
        status = 422 if request.method == "POST" else 200
        return render(request, "volunteers/hours_export.html", context, status=status)
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


def _whose(request: HttpRequest, slug: str) -> tuple[Area, Team | None]:
    """The neighbourhood, which is for staff and auditors, or a team of it whose hours are meant."""
    wanted = request.GET.get("team", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        team = TEAMS.open(request, int(wanted), "export")
        if team.neighbourhood.slug == slug:
            return team.neighbourhood, team
    return PLACES.open(request, slug, "export"), None


def _taken(number: int) -> str:
    return ngettext(
        "%(number)d record was taken in. Another keeper verifies it.",
        "%(number)d records were taken in. Another keeper verifies them.",
        number,
    ) % {"number": number}

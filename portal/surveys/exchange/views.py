"""Files of answers: asked for, waited for, fetched."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.views import action_view
from portal.community.web import signed_in
from portal.kit import streams
from portal.kit.sheets import XLSX
from portal.surveys.exchange import exports
from portal.surveys.exchange.actions import ACTIONS
from portal.surveys.exchange.permissions import EXPORTS, FILES
from portal.surveys.exchange.services import KEPT

act = action_view(EXPORTS, ACTIONS)
TYPES = {
    "zip": "application/zip",
    "json": "application/json",
    "xlsx": XLSX,
}


@signed_in
@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is; the page loads itself anew until it is there."""
    file = FILES.open(request, pk, "fetch")
    context = {
        "file": file,
        "survey": file.survey,
        "failed": file.failed >= exports.TRIES,
        "until": file.asked_at + KEPT,
        "tab": "part",
    }
    return render(request, "surveys/exchange/file.html", context)


@signed_in
@require_safe
def export_content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, to whoever asked for it."""
    file = FILES.open(request, pk, "fetch")
    try:
        response = streams.lying(request, exports.path_of(file), TYPES[file.ending])
    except FileNotFoundError as error:
        raise Http404(str(file)) from error
    response["Content-Disposition"] = f'attachment; filename="survey-{file.survey_id}-answers.{file.ending}"'
    return response

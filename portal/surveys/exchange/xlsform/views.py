"""Questions out as XLSForm, and in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.actions.views import action_view
from portal.community.web import signed_in
from portal.kit.sheets import XLSX
from portal.surveys.definition import definition_of
from portal.surveys.exchange.xlsform import writing
from portal.surveys.exchange.xlsform.actions import ACTIONS
from portal.surveys.exchange.xlsform.permissions import FORMS

act = action_view(FORMS, ACTIONS)


@require_safe
@signed_in
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The survey's questions as a workbook for Kobo and ODK."""
    survey = FORMS.open(request, pk, "take_out")
    response = HttpResponse(writing.workbook(definition_of(survey)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="survey-{pk}-xlsform.xlsx"'
    return response

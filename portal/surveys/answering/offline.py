"""Without a network: the whole questionnaire as one page that an installed page keeps, and the worker that shows it."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.surveys.answering.pages import Asked
from portal.surveys.answering.permissions import SURVEYS
from portal.surveys.answering.reading import found_by
from portal.surveys.definition import questions_of

WORKER = "js/surveyworker.js"


@never_cache
@require_safe
def whole(request: HttpRequest, pk: int) -> HttpResponse:
    """All questions at once, of which a script shows one after the other; asked for in time and kept on the device."""
    survey = SURVEYS.open(request, pk)
    response = found_by(request, survey)
    if response is None or not survey.takes_answers:
        return redirect("surveys:answer", pk)
    definition = questions_of(survey)
    asked = [Asked(definition, one, response) for one in definition.questions]
    context = {
        "survey": survey,
        "asked": asked,
        "total": len(asked),
        "whose": response.pk,
        "by_letter": response.account_id is None,
    }
    return render(request, "surveys/answering/whole.html", context)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its address says that it speaks for everything below /surveys/."""
    path = finders.find(WORKER)
    with open(str(path), encoding="utf-8") as file:
        return HttpResponse(
            file.read(), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
        )

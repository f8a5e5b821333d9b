"""Results: the page of a survey's and of a wave's, and the same numbers as files."""

from __future__ import annotations

from functools import partial

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.community import places
from portal.kit import printing
from portal.kit.limits import HOUR, Limit, allow
from portal.surveys.models import Snapshot, Survey, Wave
from portal.surveys.showing import pictures, press, reading, tables
from portal.surveys.showing.permissions import RESULTS
from portal.surveys.showing.shapes import Page

# A report takes seconds to be drawn the first time, and everybody may ask for it.
REPORTS = Limit(30, HOUR)


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """What was answered and what became of it (`?number=`: an earlier edition); before that, when it comes."""
    survey = RESULTS.open(request, pk)
    number = request.GET.get("number", "")
    snapshot = reading.newest(survey, int(number) if number.isdecimal() and len(number) < 5 else None)
    if snapshot is None and number:
        raise Http404(number)
    if snapshot is None:
        return render(request, "surveys/showing/waiting.html", {"survey": survey, "tab": "part"})
    newest = snapshot if not number else reading.newest(survey)
    context = {
        "survey": survey,
        "snapshot": snapshot,
        "newest": newest,
        "state": _state(survey),
        "page": partial(_page, survey, snapshot),
        "can_print": printing.can_print(),
        "tab": "part",
    }
    return render(request, "surveys/showing/results.html", context)


@require_safe
def results_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The published numbers as CSV, XLSX, JSON, or the report as PDF."""
    survey = RESULTS.open(request, pk)
    snapshot = reading.newest(survey)
    if snapshot is None or form not in {*tables.FORMS, "pdf"}:
        raise Http404(form)
    if form == "pdf":
        return _report(request, survey, snapshot)
    make, content_type = tables.FORMS[form]
    response = HttpResponse(make(snapshot.payload), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="survey-{pk}-{snapshot.number}.{form}"'
    return response


@require_safe
def wave_results(request: HttpRequest, pk: int) -> HttpResponse:
    """What was answered in all neighbourhoods of a wave together, and where each neighbourhood's results are."""
    wave = get_object_or_404(Wave.objects.select_related("area"), pk=pk)
    found = reading.read_wave(wave)
    if found is None:
        raise Http404(pk)
    snapshot, published = found
    joined = wave.surveys.filter(snapshots__isnull=False).select_related("neighbourhood").distinct()
    context = {
        "wave": wave,
        "snapshot": snapshot,
        "page": partial(pictures.wave_page, published),
        "surveys": joined.order_by("neighbourhood__path"),
        "tab": "part",
    }
    return render(request, "surveys/showing/wave.html", context)


def _page(survey: Survey, snapshot: Snapshot) -> Page:
    return pictures.page_of(reading.read(survey, snapshot))


def _state(survey: Survey) -> str:
    """The name of the state its neighbourhood is in: what became of a demand changes it."""
    here = places.find(survey.neighbourhood.slug)
    return str(getattr(here, "mark", ""))


def _report(request: HttpRequest, survey: Survey, snapshot: Snapshot) -> HttpResponse:
    if not printing.can_print():
        messages.info(request, _("This portal makes no PDF files. Print this page instead."))
        return redirect("surveys:results", survey.pk)
    url = request.build_absolute_uri(reverse("surveys:results", args=[survey.pk]))
    html = press.report(_page(survey, snapshot), url)
    path = press.path_of(snapshot, html)
    if not path.is_file():
        if not allow("survey-report", get_ip(request), REPORTS):
            return render(request, "429.html", status=429)
        press.apart(html, path)
    response = HttpResponse(path.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="survey-{survey.pk}-{snapshot.number}.pdf"'
    return response

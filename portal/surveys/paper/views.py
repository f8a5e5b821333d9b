"""Pages about the paper of a survey: the desk, an entry, the list of who collects, and what is printed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.models import Area
from portal.community.web import account, signed_in
from portal.kit import clock, printing
from portal.kit.errors import NotPossible
from portal.kit.paging import paged
from portal.kit.streams import streamed
from portal.surveys.models import PaperEntry, Survey
from portal.surveys.paper import codes, lists, papers, press, traces
from portal.surveys.paper.actions import ACTIONS, ENTRY_ACTIONS, step_url
from portal.surveys.paper.permissions import ENTRIES, PAPERS

Printed = Callable[..., HttpResponseBase]
act = action_view(PAPERS, ACTIONS)
entry_act = action_view(ENTRIES, ENTRY_ACTIONS)


def _or_back(view: Printed) -> Printed:
    """Where there is nothing to print yet, or no more, the desk of the papers says why."""

    @wraps(view)
    def wrapped(request: HttpRequest, pk: int, **more: Any) -> HttpResponseBase:
        try:
            return view(request, pk, **more)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("surveys:papers", pk)

    return wrapped


@signed_in
@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What is printed, what waits for whom, and the entries, newest first where there are names."""
    survey = PAPERS.open(request, pk, "see")
    user, allowed = account(request), PAPERS.allowed(request.user, survey)
    mine = papers.waiting_for(user, survey)
    context = {
        "survey": survey,
        "offers": offers(request, PAPERS, ACTIONS, survey, "surveys:paper_act", allowed),
        "allowed": allowed,
        "progress": papers.progress(survey),
        "next_entry": mine[0] if mine else None,
        "compare": PaperEntry.objects.filter(papers.DIFFERING, survey=survey, second_by=user).first(),
        "page": paged(request, lists.entries(survey)),
        "buildings": lists.buildings(survey),
        "can_print": printing.can_print(),
        "version": papers.version_of(survey),
        "traces": traces.of_marks(survey)[:20],
    }
    return render(request, "surveys/paper/desk.html", context)


@signed_in
@require_safe
def paper(request: HttpRequest, pk: Any) -> HttpResponse:
    """One entry: where it stands and what can be done; never what was read."""
    entry = ENTRIES.open(request, pk, "look")
    context = {
        "entry": entry,
        "survey": entry.survey,
        "step": step_url(entry),
        "traces": traces.of_entry(entry),
        "offers": offers(request, ENTRIES, ENTRY_ACTIONS, entry, "surveys:paper_entry_act"),
    }
    return render(request, "surveys/paper/entry.html", context)


@signed_in
@require_safe
def collection(request: HttpRequest, pk: int, building: int) -> HttpResponse:
    """The list of one building to print, for whoever collects: flats with a box, who handed in as of today."""
    survey = PAPERS.open(request, pk, "see")
    place, doors = _doors(survey, building)
    context = {"survey": survey, "building": place, "doors": doors, "today": clock.today()}
    return render(request, "surveys/paper/collection.html", context)


@signed_in
@require_safe
@_or_back
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire as PDF with a blank for the code; `?large=1` in large print."""
    survey = _printable(request, pk, "print")
    large = "large" in request.GET
    name = "questionnaire-large" if large else "questionnaire"
    return _pdf(press.questionnaire(survey, large=large), survey, name)


@signed_in
@require_safe
@_or_back
def letters(request: HttpRequest, pk: int, building: int) -> HttpResponse:
    """The letters to a building as PDF, sorted by doors; `?form=1` each with its questionnaire."""
    survey = _printable(request, pk, "print_letters")
    codes.mint(survey)
    place, doors = _doors(survey, building)
    units = [unit for bag in doors for unit in bag.units if unit.handed_in_on is None]
    if not units:
        raise Http404("nobody is left to write to")
    for unit in units:
        unit.survey = survey
    origin = f"{request.scheme}://{request.get_host()}"
    drawn = press.letters(survey, units, origin, with_form="form" in request.GET)
    return _pdf(drawn, survey, f"letters-{place.pk}")


@signed_in
@require_safe
@_or_back
def all_letters(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letters to all who have not handed in, a PDF a building in one archive, sent while they are drawn.

    No file with codes lies anywhere on the server.
    """
    survey = _printable(request, pk, "print_letters")
    codes.mint(survey)
    units = list(lists.units_of(survey).filter(handed_in_on=None))
    if not units:
        raise Http404("nobody is left to write to")
    origin = f"{request.scheme}://{request.get_host()}"
    response = streamed(request, press.archive(survey, units, origin), "application/zip")
    response["Content-Disposition"] = f'attachment; filename="letters-{survey.pk}.zip"'
    response["Cache-Control"] = "no-store"
    return response


def _printable(request: HttpRequest, pk: int, action: str) -> Survey:
    """The survey whose paper may be printed in its present state. Raises Http404 where this computer makes no PDF."""
    survey = PAPERS.open(request, pk, action)
    if not printing.can_print():
        raise Http404("no PDF")
    PAPERS.require(action, survey)
    return survey


def _doors(survey: Survey, building: int) -> tuple[Area, list[press.Bag]]:
    units = list(lists.units_of(survey, building))
    if not units:
        raise Http404(f"building {building}")
    return units[0].dwelling.building, press.bags(units)


def _pdf(drawn: bytes, survey: Survey, name: str) -> HttpResponse:
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{survey.pk}.pdf"'
    response["Cache-Control"] = "no-store"
    return response

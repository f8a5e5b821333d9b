"""Pages of surveys: the list, the one page, who has not answered, what looks odd, waves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.web import account, signed_in
from portal.kit import clock
from portal.kit.paging import paged
from portal.surveys.course import figures, reading, selectors, services
from portal.surveys.course.actions import ACTIONS, ODD_ACTIONS, PLACE_ACTIONS, WAVE_ACTIONS
from portal.surveys.course.audiences import with_account
from portal.surveys.course.forms import NOTED, NOTHING_NOTED, MarkForm
from portal.surveys.course.permissions import PLACE, RESPONSES, SURVEYS, WAVES
from portal.surveys.course.track import track
from portal.surveys.models import Disposition, Survey, Wave
from portal.surveys.shelves import SURVEYS as SHELF
from portal.surveys.states import SurveyState

act = action_view(SURVEYS, ACTIONS)
odd_act = action_view(RESPONSES, ODD_ACTIONS)
wave_act = action_view(WAVES, WAVE_ACTIONS)
place_act = action_view(PLACE, PLACE_ACTIONS)
PAGE = 50


@require_safe
def surveys(request: HttpRequest, slug: str) -> HttpResponse:
    """The surveys of a neighbourhood: those that are open first."""
    here = PLACE.open(request, slug)
    context = {
        "page": paged(request, selectors.listed(request.user, here)),
        "offers": _place_offers(request, here, "call"),
        "sees_waves": PLACE.may(request.user, "waves", here),
    }
    return render(request, "surveys/course/surveys.html", context)


@require_safe
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a survey: what it is for, how it stands, what the reader can do, and the office's part."""
    found = SURVEYS.open(request, pk)
    offered, parts = SHELF.offers_on(request, found), SHELF.parts_on(request, found)
    context = {
        **parts,
        "survey": found,
        "track": track(found),
        "minutes": selectors.minutes(found),
        "approval": reading.approval(found) if found.state == SurveyState.DRAFT else None,
        "questions": found.questions.count(),
        "office": parts["office"] if SURVEYS.may(request.user, "progress", found) else [],
        "main": [offer for offer in offered if offer.action.main],
        "offers": [offer for offer in offered if not offer.action.main],
    }
    return render(request, "surveys/course/survey.html", context)


@signed_in
@once
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Who handed nothing in, for the committee to ask again and note what became of it; never what was answered."""
    found = SURVEYS.open(request, pk, "units")
    listed = reading.listed_units(found, request.GET)
    context = _units(request, found, paged(request, listed, PAGE))
    form = MarkForm(request.POST if request.method == "POST" else None, thing=found, user=account(request))
    return handle_form(
        request, form, lambda filled: _noted(request, found, filled), "surveys/course/units.html", context
    )


@signed_in
@require_safe
def units_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a sheet for the building head: flats that handed nothing in, with room to note."""
    found = SURVEYS.open(request, pk, "units")
    context = {"survey": found, "units": reading.listed_units(found, request.GET), "today": clock.today()}
    return render(request, "surveys/course/units_sheet.html", context)


@signed_in
@require_safe
def odd(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers that look odd, and those that were left out."""
    found = SURVEYS.open(request, pk, "odd")
    page = paged(request, reading.odd_ones(found), PAGE)
    offered = offers(request, SURVEYS, ACTIONS, found, "surveys:course_act")
    context = {
        "survey": found,
        "page": page,
        "rows": [(response, reading.why_odd(response)) for response in page],
        "offers": [offer for offer in offered if offer.name in ("look", "clean")],
    }
    return render(request, "surveys/course/odd.html", context)


@signed_in
@require_safe
def odd_answer(request: HttpRequest, pk: Any) -> HttpResponse:
    """One answer that looks odd, as far as it has to be judged; never whose it is."""
    found = RESPONSES.open(request, pk, "read")
    context = {
        "response": found,
        "survey": found.survey,
        "why": reading.why_odd(found),
        "answers": reading.answers_of(found),
        "offers": offers(request, RESPONSES, ODD_ACTIONS, found, "surveys:odd_act"),
    }
    return render(request, "surveys/course/odd_answer.html", context)


@signed_in
@require_safe
def waves(request: HttpRequest, slug: str) -> HttpResponse:
    """Waves that this neighbourhood belongs to, for the office."""
    here = PLACE.open(request, slug, "waves")
    above = [here.path[:end] for end in range(here.steplen, len(here.path) + 1, here.steplen)]
    held = Wave.objects.filter(area__path__in=above).select_related("area").order_by("-called_at", "-pk")
    context = {"page": paged(request, held), "offers": _place_offers(request, here, "call_wave")}
    return render(request, "surveys/course/waves.html", context)


@signed_in
@require_safe
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    """A wave: who joined, and how far each is."""
    found = WAVES.open(request, pk, "read")
    rows = reading.joined(found)
    context = {
        "wave": found,
        "rows": rows,
        "asked": sum(rate.base for _survey, rate in rows),
        "complete": sum(rate.complete for _survey, rate in rows),
        "offers": offers(request, WAVES, WAVE_ACTIONS, found, "surveys:wave_act"),
    }
    return render(request, "surveys/course/wave.html", context)


def _place_offers(request: HttpRequest, here: Any, name: str) -> list[Any]:
    found = []
    if PLACE.may(request.user, name, here):
        url = reverse("surveys:course_place_act", args=[here.slug, name.replace("_", "-")])
        found.append({"url": url, "action": PLACE_ACTIONS[name]})
    return found


def _units(request: HttpRequest, survey: Survey, page: Any) -> dict[str, Any]:
    reached = set(
        survey.units.filter(with_account(survey), pk__in=[unit.pk for unit in page]).values_list(
            "pk", flat=True
        )
    )
    return {
        "survey": survey,
        "page": page,
        "rows": [(unit, unit.pk in reached) for unit in page],
        "strata": [name for name, _came, _asked in figures.strata(survey) if name],
        "noted": [(NOTHING_NOTED, Disposition.NONE.label), *NOTED],
        "now": {name: request.GET.get(name, "") for name in ("stratum", "noted")},
        "query": request.GET.urlencode(),
    }


def _noted(request: HttpRequest, survey: Survey, form: MarkForm) -> str:
    count = services.mark(account(request), survey.pk, **form.values())
    messages.success(request, reading.marked(count))
    query = request.GET.urlencode()
    return reverse("surveys:units", args=[survey.pk]) + (f"?{query}" if query else "")

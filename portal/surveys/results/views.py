"""Pages of the office: tables that are not published, and what people wrote."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.web import account, signed_in
from portal.kit.errors import NotPossible
from portal.kit.paging import paged
from portal.surveys.definition import questions_of
from portal.surveys.least import least_cell
from portal.surveys.results import tables as tabulating
from portal.surveys.results import texts as writing
from portal.surveys.results.actions import ACTIONS, WAVE_ACTIONS
from portal.surveys.results.permissions import RESULTS, WAVE_RESULTS

act = action_view(RESULTS, ACTIONS)
wave_act = action_view(WAVE_RESULTS, WAVE_ACTIONS)
LAST = 10
TEXTS = {name: ACTIONS[name] for name in ("group", "release", "hide")}


@signed_in
@require_safe
def tables(request: HttpRequest, pk: int) -> HttpResponse:
    """Any question by any other, for the office; each look is written down and stands below."""
    survey = RESULTS.open(request, pk, "tables")
    asked = tabulating.askable(questions_of(survey))
    chosen = [_chosen(asked, request.GET.get(name, "")) for name in ("first", "second")]
    context: dict[str, Any] = {
        "survey": survey,
        "questions": asked,
        "chosen": chosen,
        "least": least_cell(survey.neighbourhood),
    }
    try:
        RESULTS.require("tables", survey)
        if chosen[0] and chosen[1] and chosen[0] != chosen[1]:
            context["table"] = tabulating.look(account(request), pk, chosen[0], chosen[1], context["least"])
    except NotPossible as refusal:
        context["refusal"] = str(refusal)
    context["looks"] = survey.looks.all()[:LAST]
    return render(request, "surveys/results/tables.html", context)


@signed_in
@require_safe
def table_looks(request: HttpRequest, pk: int) -> HttpResponse:
    """Who looked at which table when, for the office and for those who look after it."""
    survey = RESULTS.open(request, pk, "looks")
    context = {"survey": survey, "page": paged(request, survey.looks.all())}
    return render(request, "surveys/results/looks.html", context)


@signed_in
@require_safe
def open_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """What people wrote, by question and heading; beside it what everybody reads."""
    survey = RESULTS.open(request, pk, "open_answers")
    context: dict[str, Any] = {"survey": survey}
    if RESULTS.fits("open_answers", survey):
        rows = writing.readable(survey)
        groups = sorted(
            {group for group in rows.order_by().values_list("group", flat=True).distinct() if group}
        )
        chosen = request.GET.get("group", "")
        offered = offers(request, RESULTS, TEXTS, survey, "surveys:results_act")
        page = paged(request, rows.filter(group=chosen) if chosen in groups else rows)
        context |= {"page": page, "groups": groups, "chosen": chosen, "offers": offered}
    else:
        context["refusal"] = _("Nobody sees answers while they still come in.")
    return render(request, "surveys/results/open_answers.html", context)


def _chosen(asked: list[Any], key: str) -> Any:
    return next((question for question in asked if question.key == key), None)

"""Pages where a questionnaire is written: the list of its questions beside a phone, and the whole as people see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.web import signed_in
from portal.surveys.building.actions import QUESTION_ACTIONS, SECTION_ACTIONS, SURVEY_ACTIONS
from portal.surveys.building.checking import unfinished
from portal.surveys.building.data import as_data
from portal.surveys.building.laying import current
from portal.surveys.building.permissions import BUILDS, QUESTIONS, SECTIONS
from portal.surveys.building.preview import asked_of
from portal.surveys.building.services import undoable
from portal.surveys.definition import Definition, definition_of
from portal.surveys.models import KINDS, Section

act = action_view(BUILDS, SURVEY_ACTIONS)
section_act = action_view(SECTIONS, SECTION_ACTIONS)
question_act = action_view(QUESTIONS, QUESTION_ACTIONS)
OTHER_OFFERS = ("choose", "add_section", "lay_ready", "copy_last")


@signed_in
@require_safe
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """All sections and questions with what can be done to each; beside them one section as on a phone."""
    survey = BUILDS.open(request, pk, "build")
    definition = definition_of(survey)
    offered = offers(request, BUILDS, SURVEY_ACTIONS, survey, "surveys:build_act")
    section = _chosen(request, definition)
    context = {
        "survey": survey,
        "parts": _parts(definition),
        "kinds": [(kind, model.label) for kind, model in KINDS.items()],
        "writes": survey.can_be_written and BUILDS.may(request.user, "add_question", survey),
        "offers": {offer.name: offer for offer in offered},
        "others": [offer for offer in offered if offer.name in OTHER_OFFERS],
        "last": undoable(survey) or current(survey),
        "unfinished": unfinished(as_data(definition)),
        "section": section,
        "asked": asked_of(definition, definition.of_section(section)) if section else [],
        "tab": "part",
    }
    return render(request, "surveys/building/build.html", context)


@signed_in
@require_safe
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole questionnaire as those who answer see it."""
    survey = BUILDS.open(request, pk, "build")
    definition = definition_of(survey)
    parts = [
        (section, asked_of(definition, definition.of_section(section))) for section in definition.sections
    ]
    return render(request, "surveys/building/look.html", {"survey": survey, "parts": parts, "tab": "part"})


def _parts(definition: Definition) -> list[dict[str, Any]]:
    return [
        {
            "section": section,
            "questions": [
                {"question": question, "condition": definition.condition_of(question)}
                for question in definition.of_section(section)
            ],
        }
        for section in definition.sections
    ]


def _chosen(request: HttpRequest, definition: Definition) -> Section | None:
    """The section of the address, else the first."""
    said = request.GET.get("section", "")
    named = [section for section in definition.sections if str(section.pk) == said]
    return next(iter([*named, *definition.sections]), None)

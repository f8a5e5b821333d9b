"""The results of a survey as they are published, as plain JSON (docs/surveys.md describes it)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Count
from django.utils import timezone

from portal.kit import clock
from portal.record.hashing import canonical
from portal.surveys.course.figures import RR, response_rate
from portal.surveys.definition import Definition, definition_of
from portal.surveys.least import least_cell
from portal.surveys.models import Survey
from portal.surveys.results import catalogue, counting, families, raking, telling, weighting
from portal.surveys.results.catalogue import Shown
from portal.surveys.states import ResponseState

FORMAT = "portal-survey-result/1"


def shown_of(survey: Survey, definition: Definition, least: int) -> list[Shown]:
    """The questions with their merged cells, unweighted."""
    counted = counting.count(survey)
    return catalogue.shown_of(definition, counted, least, families.withheld(definition, least))


def payload_of(survey: Survey) -> dict[str, Any]:
    """All that is published of a survey, counted now."""
    definition, least = definition_of(survey), least_cell(survey.neighbourhood)
    shown = shown_of(survey, definition, least)
    weights = weighting.weights_of(survey)
    weighted = len(weights) > 1 and weighting.put_in(shown, counting.weigh_up(survey), weights, least)
    tables = catalogue.cross(shown, definition, least)
    rate = response_rate(survey)
    return {
        **_head(survey, rate, least),
        "least": least,
        "weighted": weighted,
        "effective_n": raking.effective(weights) if weighted else None,
        "questions": [telling.question_json(one, least, tables[one.question.key]) for one in shown],
        "demands": telling.demands(shown, least),
    }


def fingerprint(payload: dict[str, Any]) -> str:
    """SHA-256 of the canonical text of a payload, in hexadecimal."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def _head(survey: Survey, rate: RR, least: int) -> dict[str, Any]:
    names = ("complete", "partial", "refused", "not_reached", "other", "unknown", "empty")
    return {
        "format": FORMAT,
        "survey": survey.pk,
        "title": survey.title,
        "neighbourhood": survey.neighbourhood.name,
        "opened_on": _day(survey.opened_at),
        "closed_on": _day(survey.closed_at or survey.closes_at),
        "finalised_on": clock.today().isoformat(),
        "named": survey.is_named,
        "unit": survey.unit,
        "n": survey.responses.filter(state=ResponseState.HANDED_IN).count(),
        "frame": rate.frame,
        "rr1": list(rate.rr1),
        "dispositions": {name: getattr(rate, name) for name in names},
        "channels": _channels(survey, least),
    }


def _day(moment: Any) -> str | None:
    return timezone.localdate(moment).isoformat() if moment else None


def _channels(survey: Survey, least: int) -> dict[str, int]:
    """How answers came, where no way stands for fewer than the least; else nothing is said of it."""
    counted = survey.responses.filter(state=ResponseState.HANDED_IN).order_by("channel")
    ways = dict(counted.values_list("channel").annotate(times=Count("pk")))
    return ways if all(times >= least for times in ways.values()) else {}

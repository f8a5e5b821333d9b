"""Answers weighted to who lives here, by age and by owner or tenant, as far as the committee wrote that down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, PositiveIntegerField, Value, When
from django.utils.translation import gettext as _

from portal.surveys.definition import Definition, definition_of
from portal.surveys.models import Answer, Background, Option, Question, Response, Survey
from portal.surveys.results import merging, raking
from portal.surveys.results.catalogue import CROSSED, Shown
from portal.surveys.results.counting import Counted
from portal.surveys.states import ResponseState

PLAIN = 1000
MARGINS = (Background.AGE, Background.TENURE)
# In what steps a weighted percent may be told, finest first.
STEPS = (1, 5)


def weigh(survey: Survey) -> str:
    """Write the weight of each answer down, in thousandths. Returns why they are not weighted; empty: they are.

    Who left age or tenure out counts as one.
    """
    survey.responses.exclude(weight=PLAIN).update(weight=PLAIN)
    definition = definition_of(survey)
    age, tenure = (margin_question(definition, name) for name in MARGINS)
    if age is None or tenure is None or not all(survey.margins.get(name) for name in MARGINS):
        return _("How many people of each age, and owners and tenants, live here is not written down.")
    try:
        found = raking.rake(_classes(survey, age, tenure), *(_wanted(survey, each) for each in (age, tenure)))
    except (ValueError, ZeroDivisionError):
        return _("Of a group that lives here nobody answered; so the answers are not weighted.")
    _write(survey, age, tenure, found)
    return ""


def margin_question(definition: Definition, background: str) -> Question | None:
    """The question that tells a background, if everybody is asked it as one choice."""
    fits = (
        question
        for question in definition.questions
        if question.background == background and question.kind == "single" and question.condition is None
    )
    return next(fits, None)


def weights_of(survey: Survey) -> list[tuple[int, int]]:
    """Each weight with how many answers have it, lightest first."""
    counted = survey.responses.filter(state=ResponseState.HANDED_IN).order_by("weight")
    return list(counted.values_list("weight").annotate(times=Count("pk")))


def put_in(
    shown: list[Shown], weighed: dict[int, Counted], weights: Sequence[tuple[int, int]], least: int
) -> bool:
    """Give questions weighted percents where these tell no more of few people; whether any got them."""
    for one in shown:
        if not one.withheld and one.question.condition is None and one.question.pk in weighed:
            _percents(one, weighed[one.question.pk], weights, least)
    return any(one.step for one in shown)


def _percents(one: Shown, own: Counted, weights: Sequence[tuple[int, int]], least: int) -> None:
    if one.question.kind not in CROSSED:
        return
    summary = one.question.summarise(own.counts, own.base)
    by_key = {str(key): part for key, part in (summary.values or summary.options).items()}
    left = own.base - sum(by_key.values())
    parts = [
        (one.line.sum_of(group), sum(by_key.get(one.line.keys[at], left) for at in group))
        for group in ([(at,) for at in one.ticked] if one.question.kind == "multiple" else one.line.parts())
    ]
    whole = own.base if one.question.kind == "multiple" else sum(weight for _count, weight in parts)
    for step in STEPS:
        told = _told([weight for _count, weight in parts], whole, step, one.question.kind == "multiple")
        edges = [(2 * percent - step, 2 * percent + step) for percent in told]
        if all(
            raking.blurred(weights, count, whole, edge, least)
            for (count, _weight), edge in zip(parts, edges, strict=True)
        ):
            one.step, one.percents = step, told
            return


def _told(parts: list[int], whole: int, step: int, multiple: bool) -> list[int]:
    if multiple:
        return [step * ((200 * part + step * whole) // (2 * step * whole)) for part in parts]
    return [step * share for share in merging.whole_percents(parts, 100 // step)]


def _wanted(survey: Survey, question: Question) -> list[float]:
    held: dict[str, Any] = survey.margins[question.background]
    return [float(held.get(option.key, 0)) for option in question.choices()]


def _classes(survey: Survey, age: Question, tenure: Question) -> list[list[int]]:
    rows = (
        Answer.objects.filter(
            survey=survey,
            question=age,
            base=True,
            response__answers__question=tenure,
            response__answers__base=True,
        )
        .order_by()
        .values_list("option", "response__answers__option")
        .annotate(times=Count("pk"))
    )
    held = {(first, second): times for first, second, times in rows}
    return [[held.get((row.pk, column.pk), 0) for column in tenure.choices()] for row in age.choices()]


def _write(survey: Survey, age: Question, tenure: Question, found: raking.Raked) -> None:
    """One statement for all answers."""
    classes = [
        When(_in(row) & _in(column), then=Value(round(PLAIN * float(found.weights[at, to]))))
        for at, row in enumerate(age.choices())
        for to, column in enumerate(tenure.choices())
    ]
    counted = Response.objects.filter(survey=survey, state=ResponseState.HANDED_IN)
    counted.update(weight=Case(*classes, default=Value(PLAIN), output_field=PositiveIntegerField()))


def _in(option: Option) -> Any:
    return Exists(
        Answer.objects.filter(response=OuterRef("pk"), question=option.question_id, base=True, option=option)
    )

"""What the neighbourhoods of a wave found together, told so that nobody can take all but one away from it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.definition import definition_of
from portal.surveys.least import least_cell
from portal.surveys.models import Survey, Wave
from portal.surveys.results import merging, telling
from portal.surveys.results.catalogue import CROSSED, Line, Shown
from portal.surveys.results.counting import Counted
from portal.surveys.results.payload import FORMAT, shown_of
from portal.surveys.states import OUT


def counted(wave: Wave) -> QuerySet[Survey]:
    """The surveys of a wave that were published; others are no part of what is told together."""
    return wave.surveys.filter(state__in=OUT).select_related("neighbourhood").order_by("pk")


def payload_of(wave: Wave) -> dict[str, Any]:
    """The common questions, added up. NotPossible: fewer than two places were published."""
    surveys = list(counted(wave))
    if len(surveys) < 2:
        raise NotPossible(_("At least two neighbourhoods have to be published first."))
    least = least_cell(wave.area)
    each = [(survey, shown_of(survey, definition_of(survey), least)) for survey in surveys]
    pattern = [one for one in each[0][1] if one.question.common or one.question.key in _everywhere(each)]
    questions = [_summed(one, each, least) for one in pattern if one.question.kind in CROSSED]
    return {
        "format": FORMAT,
        "wave": wave.pk,
        "title": wave.title,
        "neighbourhood": wave.area.name,
        "neighbourhoods": [survey.neighbourhood.name for survey in surveys],
        "finalised_on": clock.today().isoformat(),
        "n": sum(_answers(shown) for _survey, shown in each),
        "least": least,
        "weighted": False,
        "effective_n": None,
        "questions": questions,
        "demands": _demands(questions),
    }


def _everywhere(each: list[tuple[Survey, list[Shown]]]) -> set[str]:
    keys = [{one.question.key for one in shown} for _survey, shown in each]
    return set.intersection(*keys)


def _answers(shown: list[Shown]) -> int:
    """Everybody is asked the first question."""
    return max((one.counted.base for one in shown), default=0)


def _summed(pattern: Shown, each: list[tuple[Survey, list[Shown]]], least: int) -> dict[str, Any]:
    """One question of all places; where a place shows less than the others, so do all together."""
    own = [
        next((one for one in shown if one.question.key == pattern.question.key), None) for _at, shown in each
    ]
    held = [one for one in own if one is not None]
    total = Shown(pattern.question, pattern.summary, Counted(base=sum(one.counted.base for one in held)))
    keys = [key for key in pattern.line.keys if key]
    counts = [_counts(one, keys) for one in held]
    bases = [one.counted.base for one in held]
    if pattern.question.condition is not None:
        total.withheld = True
    elif pattern.question.kind == "multiple":
        _sum_ticks(total, held, keys, counts, bases, least)
    else:
        _sum_cells(total, held, keys, counts, bases, least)
    return telling.question_json(total, least, [])


def _counts(one: Shown, keys: list[str]) -> list[int]:
    held = dict(zip(one.line.keys, one.line.counts, strict=True))
    return [held.get(key, 0) for key in keys]


def _sum_cells(
    total: Shown,
    held: list[Shown],
    keys: list[str],
    counts: list[list[int]],
    bases: list[int],
    least: int,
) -> None:
    left = [base - sum(own) for own, base in zip(counts, bases, strict=True)]
    texts = [total.line.texts[total.line.keys.index(key)] for key in keys] if total.lines else []
    texts = texts or [dict(total.question.pairs()).get(key, key) for key in keys]
    cells = [[*own, rest] for own, rest in zip(counts, left, strict=True)]
    whole = [sum(column) for column in zip(*cells, strict=True)]
    places = [_groups(one, [*keys, ""]) for one in held]
    line = Line([*keys, ""], [*texts, _("no answer")], whole)
    if not any(left):
        line, cells = Line(keys, texts, whole[:-1]), [own[:-1] for own in cells]
    line.groups = merging.told_by_area(line.counts, places, cells, least)
    total.lines, total.withheld = {"": line}, line.groups is None


def _groups(one: Shown, keys: list[str]) -> merging.Groups | None:
    """How a place shows the cells, in the order of `keys`; a cell that nobody is in is told by itself."""
    if one.withheld or one.line.groups is None:
        return None
    shown = [tuple(keys.index(one.line.keys[at]) for at in group) for group in one.line.groups]
    rest = set(range(len(keys))) - {at for group in shown for at in group}
    return (*shown, *((at,) for at in sorted(rest)))


def _sum_ticks(
    total: Shown,
    held: list[Shown],
    keys: list[str],
    counts: list[list[int]],
    bases: list[int],
    least: int,
) -> None:
    texts = dict(total.question.pairs())
    sums = [sum(column) for column in zip(*counts, strict=True)]
    shown = []
    for at, key in enumerate(keys):
        pairs = [[own[at], base - own[at]] for own, base in zip(counts, bases, strict=True)]
        places = [
            ((0,), (1,))
            if not one.withheld and key in {one.line.keys[place] for place in one.ticked}
            else None
            for one in held
        ]
        if merging.told_by_area([sum(column) for column in zip(*pairs, strict=True)], places, pairs, least):
            shown.append(at)
    total.lines = {"": Line(keys, [texts.get(key, key) for key in keys], sums)}
    total.ticked, total.withheld = shown, not shown


def _demands(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [
        {
            "key": one["key"],
            "text": one["text"],
            "group": one["group"],
            "base": one["answered"],
            "needed": one["options"][0]["count"],
            "percent": one["options"][0]["percent"],
        }
        for one in questions
        if one["kind"] == "demand" and not one["withheld"]
    ]
    return telling.ranked(found)

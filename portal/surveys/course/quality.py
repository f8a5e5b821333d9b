"""What looks odd about answers: too quick, the same mark everywhere, the same twice. Flags judge nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.surveys.definition import Definition, definition_of
from portal.surveys.models import Response, Survey
from portal.surveys.models.kinds import median
from portal.surveys.states import ResponseState

QUICK, STRAIGHT, TWICE = "quick", "straight", "twice"
LABELS: dict[str, str | Promise] = {
    QUICK: _("answered in less than a third of the usual time"),
    STRAIGHT: _("the same mark in all tables and scales"),
    TWICE: _("word for word the same as another"),
}
# From how many marks on it is odd that all are the same; from how many answers on, that two are alike.
LEAST_MARKS, LEAST_ANSWERS, LONG_TEXT = 4, 12, 8
BATCH = 500
Found = tuple[UUID, dict[str, Any], int | None, list[str]]


def flag(survey: Survey) -> int:
    """Flag the answers of a survey that look odd; returns how many.

    One pass over all answers, of which 16 bytes and the key are kept for each, and only those are written whose flags
    changed. Quick: in less than a third of the median time. Straight: all marks of tables and scales are the same.
    Twice: all answers are the same, texts included, where there are many or a longer text.
    """
    third, marked = _third(survey), _marked(definition_of(survey))
    changes: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    firsts: dict[bytes, tuple[UUID, list[str], list[str]]] = {}
    odd = 0
    doubles: set[UUID] = set()
    for pk, values, seconds, was in _answers(survey):
        flags = [QUICK] if third is not None and seconds is not None and seconds * 3 < third else []
        flags += [STRAIGHT] if is_straight(values, marked) else []
        if (seen := fingerprint(values)) is not None:
            if seen in firsts:
                flags.append(TWICE)
                doubles.add(firsts[seen][0])
            else:
                firsts[seen] = (pk, flags, was)
                continue
        odd += bool(flags)
        if flags != was:
            changes[tuple(flags)].append(pk)
    for pk, flags, was in firsts.values():
        now = [*flags, TWICE] if pk in doubles else flags
        odd += bool(now)
        if now != was:
            changes[tuple(now)].append(pk)
    _write(changes)
    return odd


def is_straight(values: Mapping[str, Any], marked: frozenset[str]) -> bool:
    """Whether all marks of tables and scales are one and the same within each, and there are enough of them."""
    tables = [list(values[key].values()) for key in marked if isinstance(values.get(key), dict)]
    scales = [values[key] for key in marked if isinstance(values.get(key), int)]
    groups = [marks for marks in (*tables, scales) if marks]
    return sum(map(len, groups)) >= LEAST_MARKS and all(len(set(marks)) == 1 for marks in groups)


def fingerprint(values: Mapping[str, Any]) -> bytes | None:
    """By what equal answers are found; None where they are so few and short that two may well be alike."""
    long = any(isinstance(value, str) and len(value) >= LONG_TEXT for value in values.values())
    if len(values) < LEAST_ANSWERS and not long:
        return None
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).digest()


def _third(survey: Survey) -> int | None:
    times = survey.responses.filter(state=ResponseState.HANDED_IN, seconds__isnull=False)
    every = times.order_by().values_list("seconds").annotate(n=Count("pk"))
    return median({value: count for value, count in every if value is not None})


def _marked(definition: Definition) -> frozenset[str]:
    return frozenset(
        question.key for question in definition.questions if question.kind in ("matrix", "scale")
    )


def _answers(survey: Survey) -> Iterator[Found]:
    handed_in = survey.responses.filter(state=ResponseState.HANDED_IN).order_by("pk")
    yield from handed_in.values_list("pk", "values", "seconds", "flags").iterator(chunk_size=BATCH)


def _write(changes: Mapping[tuple[str, ...], list[UUID]]) -> None:
    for flags, keys in changes.items():
        for start in range(0, len(keys), BATCH):
            Response.objects.filter(pk__in=keys[start : start + BATCH]).update(flags=list(flags))

"""Tables that only the office reads: any question by any other, with who looked written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from portal.community.models import User
from portal.kit.charts import share
from portal.surveys import looks
from portal.surveys.definition import Definition
from portal.surveys.kept import require_kept
from portal.surveys.models import Question, Survey
from portal.surveys.results.counting import Key, ticked_with
from portal.surveys.results.permissions import RESULTS

CROSSED = frozenset({"single", "demand", "multiple", "scale", "matrix", "number"})
MOST = 30


@dataclass(frozen=True)
class Cell:
    """How many, and their whole percent of the row; None: fewer than the least."""

    count: int | None
    percent: int | None


@dataclass(frozen=True)
class Cross:
    """A table: the heads of its columns, its rows with their sum, and of how many answers it is."""

    columns: list[str]
    rows: list[tuple[str, int | None, list[Cell]]]
    n: int


def askable(definition: Definition) -> list[Question]:
    """The questions that can stand in a table."""
    return [question for question in definition.questions if question.kind in CROSSED]


@transaction.atomic
def look(user: User, pk: int, first: Question, second: Question, least: int) -> Cross:
    """Read a table and write down who did, with which post. Raises Http404, PermissionDenied, NotPossible."""
    survey = RESULTS.take(user, pk, "tables")
    require_kept(survey)
    looks.write_down(user, survey, f"{first.text} × {second.text}")
    return cross(survey, first, second, least)


def cross(survey: Survey, first: Question, second: Question, least: int) -> Cross:
    """Rows of the one question by columns of the other, unweighted, among those who answered both."""
    counted = ticked_with(survey, first, second)
    rows, columns = _labels(first, [a for a, _b in counted]), _labels(second, [b for _a, b in counted])
    held = [(text, [counted.get((row, column), 0) for column in columns]) for row, text in rows.items()]
    return Cross(
        list(columns.values()),
        [(text, _told(sum(counts), least), _cells(counts, least)) for text, counts in held],
        sum(sum(counts) for _text, counts in held),
    )


def _cells(counts: list[int], least: int) -> list[Cell]:
    whole = sum(counts)
    return [Cell(_told(count, least), share(count, whole) if count >= least else None) for count in counts]


def _told(count: int, least: int) -> int | None:
    return count if count >= least else None


def _labels(question: Question, given: list[Key]) -> Mapping[Key, str]:
    if question.kind == "number":
        values = sorted({key[2] for key in given if key[2] is not None})[:MOST]
        return {("", "", value): str(value) for value in values}
    if question.kind == "scale":
        return {("", "", mark): str(mark) for mark in getattr(question, "marks")()}  # noqa: B009 - of this kind alone
    options = question.pairs()
    rows = question.pairs(rows=True) if question.has_rows else [("", "")]
    return {
        (row, key, None): f"{words}：{text}" if words else text
        for row, words in rows
        for key, text in options
    }

"""The answers of a whole survey counted at once: one grouped query over the index, and one for each background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from portal.surveys.models import Answer, Option, Question, Response, Survey

Key = tuple[str, str, int | None]
# Who did not tell the background.
UNTOLD = ""


@dataclass
class Counted:
    """What was answered to one question: how many were shown it, and how often each (row, option, number) came."""

    base: int = 0
    counts: Counter[Key] = field(default_factory=Counter)


def count(survey: Survey) -> dict[int, Counted]:
    """All questions of a survey by key of the row, in one query that reads the index alone."""
    return _sorted_in(_grouped(Answer.objects.filter(survey=survey)), _keys(survey))


def weigh_up(survey: Survey) -> dict[int, Counted]:
    """The same with each answer counted as its weight, in thousandths."""
    # From each response to its answers, for the same reason as below; one without answers comes with nothing.
    rows = _grouped(Response.objects.filter(survey=survey), Sum("weight"), of="answers__")
    return _sorted_in((row for row in rows if row[0] is not None), _keys(survey))


def by_background(
    survey: Survey, background: Question, among: Iterable[Question]
) -> dict[str, dict[int, Counted]]:
    """The same for each band of a background, of the questions named; UNTOLD: those who left it out."""
    # From the one answer of each to their others: the other way round SQLite looks the band up two million times.
    answers = Answer.objects.filter(
        survey=survey,
        response__survey=survey,
        question=background,
        base=True,
        response__answers__question__in=[question.pk for question in among],
    )
    keys, found = _keys(survey), dict[str, dict[int, Counted]]()
    for band, *row in _grouped(answers, lead="option_id", of="response__answers__"):
        _add(found.setdefault(keys[band] or UNTOLD, {}), row, keys)
    return found


def ticked_with(survey: Survey, question: Question, other: Question) -> Counter[tuple[Key, Key]]:
    """How often an answer to one question came with one to another, among those who were shown both.

    An answer left out is ("", "", None).
    """
    rows = (
        _answers(survey, question)
        .filter(_answered(other, "response__answers__"), response__answers__question=other)
        .order_by()
        .values_list(
            "row_id",
            "option_id",
            "number",
            "response__answers__row_id",
            "response__answers__option_id",
            "response__answers__number",
        )
        .annotate(times=Count("pk"))
    )
    keys, found = _keys(survey), Counter[tuple[Key, Key]]()
    for row, option, number, row2, option2, number2, times in rows:
        found[_key(row, option, number, keys), _key(row2, option2, number2, keys)] += times
    return found


def _answers(survey: Survey, question: Question) -> QuerySet[Answer]:
    return Answer.objects.filter(_answered(question), survey=survey, question=question)


def _answered(question: Question, prefix: str = "") -> Q:
    """Of kinds with several answers the rows of these alone; of the others the one row."""
    several = question.kind in ("multiple", "matrix", "ranking")
    return Q(**{f"{prefix}base": not several})


def _grouped(
    answers: QuerySet[Any], how: Any = None, lead: str = "", of: str = ""
) -> Iterable[tuple[Any, ...]]:
    """Rows of `lead`, if there is one, then of `of` what was answered, and how often."""
    fields = [f"{of}{name}" for name in ("question_id", "base", "row_id", "option_id", "number")]
    rows = answers.order_by().values_list(*([lead] if lead else []), *fields)
    # Not of a column: so that the index is enough. Not by iterator(): there are few rows, and PostgreSQL plans a cursor
    # for its first row and in one process, which takes several times as long.
    return rows.annotate(times=how or Count("*"))


def _keys(survey: Survey) -> dict[int | None, str]:
    options = Option.objects.filter(question__survey=survey).values_list("pk", "key")
    return {None: "", **dict(options)}


def _key(row: int | None, option: int | None, number: int | None, keys: dict[int | None, str]) -> Key:
    return keys[row], keys[option], number


def _sorted_in(rows: Iterable[tuple[Any, ...]], keys: dict[int | None, str]) -> dict[int, Counted]:
    found: dict[int, Counted] = {}
    for row in rows:
        _add(found, row, keys)
    return found


def _add(found: dict[int, Counted], row: Iterable[Any], keys: dict[int | None, str]) -> None:
    question, base, matrix_row, option, number, times = row
    counted = found.setdefault(question, Counted())
    if base:
        counted.base += times
    key = _key(matrix_row, option, number, keys)
    if key != ("", "", None):
        counted.counts[key] += times

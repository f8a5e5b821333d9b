"""The columns of an export: permanent keys over all waves, so that none is lost and none moves.

A cell is empty where a question was not shown, and `UNANSWERED` where it was shown and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.surveys.definition import Definition
from portal.surveys.models import Question, Survey

UNANSWERED = "."
WAVE, WEIGHT = "wave", "weight"
WHOLE_NUMBERS = frozenset({"scale", "number", "ranking", "multiple", "short_text", "long_text"})
# Kinds whose value has parts, each a column of its own.
PARTS = frozenset({"multiple", "ranking", "matrix"})
Cell = str | int


@dataclass
class Column:
    """One column. `part`: the option or row it is of. `labels`: what its values mean; `titles`: its wording by wave."""

    name: str
    question: str
    kind: str
    part: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def cell(self, shown: bool, value: Any) -> Cell:
        """What stands in it for the value of its question. `shown`: whether the question was asked."""
        if value is None:
            return UNANSWERED if shown else ""
        if self.kind not in PARTS:
            return _plain(self.kind, value)
        parts = _parts(value)
        if self.kind == "multiple":
            return int(self.part in parts)
        return parts.get(self.part, UNANSWERED)


@dataclass(frozen=True)
class Layout:
    """All columns in order, and the definitions of the waves they are of."""

    columns: Sequence[Column]
    definitions: Mapping[int, Definition]
    waves: bool

    @property
    def header(self) -> list[str]:
        """The names of all columns."""
        return [*([WAVE] if self.waves else []), WEIGHT, *(column.name for column in self.columns)]

    def row(self, survey: int, weight: int, values: Mapping[str, Any]) -> list[Cell]:
        """One answer, with as many cells as the header. `weight` in thousandths."""
        definition = self.definitions[survey]
        shown = definition.shown(dict(values))
        front = [definition.survey.title] if self.waves else []
        said = f"{weight // 1000}.{weight % 1000:03d}"
        cells = (
            column.cell(column.question in shown, values.get(column.question)) for column in self.columns
        )
        return [*front, said, *cells]


def layout(definitions: Sequence[Definition], stored: Iterable[Mapping[str, Any]], *, waves: bool) -> Layout:
    """The columns of these waves, newest first, and of every key that stands in what was stored."""
    found: dict[tuple[str, str], Column] = {}
    for definition in definitions:
        for question in definition.questions:
            _add(found, question, definition.survey)
    kinds = {column.question: column.kind for column in found.values()}
    for values in stored:
        for key, value in values.items():
            _discover(found, kinds, key, value)
    order = {key: place for place, key in enumerate(dict.fromkeys(key for key, _part in found))}
    columns = sorted(found.values(), key=lambda column: order[column.question])
    return Layout(columns, {one.survey.pk: one for one in definitions}, waves)


def _add(found: dict[tuple[str, str], Column], question: Question, survey: Survey) -> None:
    """The columns of a question as this wave worded it."""
    labels = dict(question.pairs())
    if question.kind not in PARTS:
        _put(found, question, "", survey, question.text, labels)
    for key, text in question.pairs(rows=question.kind == "matrix") if question.kind in PARTS else []:
        own = labels if question.kind == "matrix" else {}
        _put(found, question, key, survey, f"{question.text} – {text}", own)


def _put(
    found: dict[tuple[str, str], Column],
    question: Question,
    part: str,
    survey: Survey,
    title: str,
    labels: Mapping[str, str],
) -> None:
    name = f"{question.key}.{part}" if part else question.key
    column = found.setdefault((question.key, part), Column(name, question.key, question.kind, part))
    column.titles[survey.title] = title
    for key, text in labels.items():
        column.labels.setdefault(key, text)


def _discover(found: dict[tuple[str, str], Column], kinds: dict[str, str], key: str, value: Any) -> None:
    """A column for each key that is stored and no longer in any questionnaire; the meanings of values likewise."""
    kind = kinds.setdefault(key, _kind_of(value))
    if kind not in PARTS:
        column = found.setdefault((key, ""), Column(key, key, kind))
        if column.labels and isinstance(value, str):
            column.labels.setdefault(value, value)
        return
    for part, said in _parts(value).items():
        column = found.setdefault((key, part), Column(f"{key}.{part}", key, kind, part))
        if kind == "matrix":
            column.labels.setdefault(str(said), str(said))


def _kind_of(value: Any) -> str:
    """How a value is read whose question is gone."""
    return {list: "multiple", dict: "matrix", int: "number"}.get(type(value), "single")


def _parts(value: Any) -> dict[str, Cell]:
    """The parts of a value with what is said of each: of a list the places. One key alone is a list of one."""
    if isinstance(value, dict):
        return {str(key): str(said) for key, said in value.items()}
    return {str(key): place for place, key in enumerate(value if isinstance(value, list) else [value], 1)}


def _plain(kind: str, value: Any) -> Cell:
    """A value as a cell: of a text only that one was written, of a day the month."""
    if kind in {"short_text", "long_text"}:
        return 1
    if kind == "date":
        return str(value)[:7]
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Questions that only some were asked: how many were asked one is a number, too, and tells of the question before.

If one answer has few people and is shown together with its neighbour, the number of those who were asked what follows
from the neighbour would tell of the few by subtraction. So all parts that follow from the answers shown of a question
and from who was asked what hangs on it have to hold nobody, or enough; else what hangs on it is withheld, the one that
fewest were asked first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.surveys.conditions import keys_in
from portal.surveys.definition import Definition
from portal.surveys.models import Answer, Question
from portal.surveys.results import merging

if TYPE_CHECKING:
    from portal.surveys.results.catalogue import Line, Shown

Withheld = Callable[[list["Shown"]], frozenset[str]]


def withheld(definition: Definition, least: int) -> Withheld:
    """The keys of the questions whose base would tell of fewer than `least`, once others are merged."""

    def found(shown: list[Shown]) -> frozenset[str]:
        known = {one.question.key: one for one in shown}
        parents = parents_of(definition)
        hanging = {key for key, above in parents.items() if above}
        if not hanging:
            return frozenset()
        asked, values = _read(definition, hanging, {key for above in parents.values() for key in above})
        gone: set[str] = set()
        for parent in {key for above in parents.values() for key in above}:
            children = [key for key in hanging if parent in parents[key] and key not in gone]
            gone |= _too_fine(known, parent, children, asked, values, least)
        return frozenset(gone)

    return found


def parents_of(definition: Definition) -> dict[str, frozenset[str]]:
    """Of each question all earlier ones that decide whether it is asked."""
    found: dict[str, frozenset[str]] = {}
    for question in definition.questions:
        own = frozenset(keys_in(question.condition))
        found[question.key] = own.union(*(found.get(key, frozenset()) for key in own))
    return found


def _read(
    definition: Definition, hanging: set[str], above: set[str]
) -> tuple[dict[Any, set[str]], dict[str, dict[Any, set[Any]]]]:
    """Of each response which questions it was asked, and what it answered to those that decide."""
    keys = {question.pk: question for question in definition.questions if question.key in hanging | above}
    options = {option.pk: option.key for question in keys.values() for option in question.options.all()}
    asked: dict[Any, set[str]] = defaultdict(set)
    values: dict[str, dict[Any, set[Any]]] = {key: defaultdict(set) for key in above}
    rows = Answer.objects.filter(survey=definition.survey, question__in=list(keys)).order_by()
    for response, pk, base, row, option, number in rows.values_list(
        "response_id", "question_id", "base", "row_id", "option_id", "number"
    ).iterator(chunk_size=5000):
        key = keys[pk].key
        if base:
            asked[response].add(key)
        if key in above and (option or number is not None):
            values[key][response].add((options.get(row, ""), options.get(option, ""), number))
    return asked, values


def _too_fine(
    known: dict[str, Shown],
    parent: str,
    children: list[str],
    asked: dict[Any, set[str]],
    values: dict[str, dict[Any, set[Any]]],
    least: int,
) -> set[str]:
    gone: set[str] = set()
    sort = sorted(children, key=lambda key: known[key].counted.base)
    while sort and any(
        merging.leaking(atoms, least) for atoms in _atoms(known[parent], sort, asked, values[parent])
    ):
        gone.add(sort.pop(0))
    return gone


def _atoms(
    parent: Shown, children: list[str], asked: dict[Any, set[str]], values: dict[Any, set[Any]]
) -> Iterator[dict[tuple[object, ...], int]]:
    for cell in _cells(parent):
        yield Counter(
            (cell(values.get(response, set())), *(key in shown for key in children))
            for response, shown in asked.items()
        )


def _cells(parent: Shown) -> list[Callable[[set[Any]], object]]:
    """How a response is sorted into what is shown of the question that decides: once for each of its tables."""
    question = parent.question
    if question.kind == "multiple":
        keys = [("", parent.line.keys[place], None) for place in parent.ticked]
        return [lambda given, key=key: key in given for key in keys] or [lambda given: None]  # type: ignore[misc]
    if question.kind in ("matrix", "ranking") or question.is_open:
        return [lambda given: bool(given)]
    return [lambda given: _group(question, parent.line, given)]


def _group(question: Question, line: Line, given: set[Any]) -> object:
    """Which merged cell an answer is in; all in one, where nothing is shown."""
    if line.groups is None:
        return None
    key = ""
    for _row, option, number in given:
        key = option or str(number if question.kind != "date" else _year(number))
    place = line.keys.index(key)
    return next(at for at, group in enumerate(line.groups) if place in group)


def _year(number: int) -> int:
    return date.fromordinal(number).year

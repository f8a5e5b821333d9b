"""Questions that only some were asked: how many were asked one is a number, too, and tells of the question before.

If one answer has few people and is shown together with its neighbour, the number of those who were asked what follows
from the neighbour would tell of the few by subtraction. So all parts that follow from the answers shown of a question
and from who was asked what hangs on it have to hold nobody, or enough; else what hangs on it is withheld, the one that
fewest were asked first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.surveys.conditions import holds, keys_in
from portal.surveys.definition import Definition
from portal.surveys.models import Answer, Question

if TYPE_CHECKING:
    from portal.surveys.results.catalogue import Shown

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
            gone |= _too_fine(known, parent, children, asked, values[parent], least)
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


@dataclass(frozen=True)
class Cell:
    """One thing that is shown of the question that decides: which answers it holds, and what follows from them.

    `holds(given, asked)`: whether somebody is in it. `members`: for each original answer in it what it makes of the
    leaves of a condition over this question: True, False, or None where that is not known.
    """

    holds: Callable[[set[Any], bool], bool]
    members: list[Callable[[str, Any], bool | None]]


def _too_fine(
    known: dict[str, Shown],
    parent: str,
    children: list[str],
    asked: dict[Any, set[str]],
    values: dict[Any, set[Any]],
    least: int,
) -> set[str]:
    gone: set[str] = set()
    left = sorted(children, key=lambda key: known[key].counted.base)
    questions = {key: one.question for key, one in known.items()}
    while left and any(
        _tells(cell, parent, left, questions, asked, values, least) for cell in _cells(known[parent])
    ):
        gone.add(left.pop(0))
    return gone


def _tells(
    cell: Cell,
    parent: str,
    children: list[str],
    questions: dict[str, Question],
    asked: dict[Any, set[str]],
    values: dict[Any, set[Any]],
    least: int,
) -> bool:
    """Whether a shown number of people, less those who were asked what hangs on it, tells of fewer than `least`.

    Where the definition leaves open how a part is asked, nobody at all in it would tell something, too.
    """
    atoms = Counter(
        tuple(key in shown for key in children)
        for response, shown in asked.items()
        if cell.holds(values.get(response, set()), parent in shown)
    )
    if any(count < least for count in atoms.values()):
        return True
    ways = {tuple(can_be_asked(questions, key, parent, leaf) for key in children) for leaf in cell.members}
    if all(None not in way for way in ways):
        return any(atoms[way] < least for way in ways) if len(ways) > 1 else False  # type: ignore[index]
    for at in range(len(children)):
        if {way[at] for way in ways} in ({True}, {False}):
            continue
        if len({atom[at] for atom in atoms}) < 2:
            return True
    return False


def can_be_asked(
    questions: dict[str, Question], key: str, parent: str, leaf: Callable[[str, Any], bool | None]
) -> bool | None:
    """Whether a question is asked of whoever gave an answer to `parent`; None: that depends on other answers."""
    return _follows(questions[key].condition, questions, parent, leaf)


def _follows(
    tree: Any, questions: dict[str, Question], parent: str, leaf: Callable[[str, Any], bool | None]
) -> bool | None:
    if not tree:
        return True
    (word, rest), *_more = tree.items()
    if word == "not":
        inner = _follows(rest, questions, parent, leaf)
        return None if inner is None else not inner
    if word in ("all", "any"):
        each = {_follows(one, questions, parent, leaf) for one in rest}
        settles = word == "any"
        return settles if settles in each else None if None in each else not settles
    key = rest if word == "answered" else rest[0]
    if key == parent:
        return leaf(word, rest)
    other = questions.get(key)
    hidden = other is not None and _follows(other.condition, questions, parent, leaf) is False
    return False if hidden else None


def _cells(parent: Shown) -> list[Cell]:
    """What is shown of the question that decides, and those who were not asked it."""
    question = parent.question
    unasked = Cell(lambda given, asked: not asked, [lambda word, rest: False])
    if question.kind == "multiple":
        return [unasked, *(cell for place in parent.ticked for cell in _pair(parent.line.keys[place]))] + (
            [] if parent.ticked else [_anything()]
        )
    if question.kind in ("matrix", "ranking", "date") or question.is_open:
        return [unasked, _anything()]
    line = parent.line
    groups = line.groups or (tuple(range(len(line.keys))),)
    return [unasked, *(_of_group(question, [line.keys[place] for place in group]) for group in groups)]


def _anything() -> Cell:
    return Cell(lambda given, asked: asked, [lambda word, rest: None])


def _pair(option: str) -> list[Cell]:
    def member(ticked: bool) -> Callable[[str, Any], bool | None]:
        return lambda word, rest: ticked if word == "includes" and rest[1] == option else None

    tick = ("", option, None)
    return [
        Cell(lambda given, asked: asked and tick in given, [member(True)]),
        Cell(lambda given, asked: asked and tick not in given, [member(False)]),
    ]


def _of_group(question: Question, keys: list[str]) -> Cell:
    numeric = question.kind in ("scale", "number")
    held = {("", "", int(key)) if numeric else ("", key, None) for key in keys if key}

    def member(key: str) -> Callable[[str, Any], bool | None]:
        values = {question.key: int(key) if numeric else key} if key else {}
        return lambda word, rest: holds({word: rest}, values)

    def within(given: set[Any], asked: bool) -> bool:
        return asked and (bool(given & held) or (not given and "" in keys))

    return Cell(within, [member(key) for key in keys])

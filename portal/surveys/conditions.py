"""When a question is asked: a small tree over earlier questions. Pure functions over what JSON keeps.

A tree is one of {"all": [trees]}, {"any": [trees]}, {"not": tree}, {"answered": key}, {"is": [key, value]},
{"includes": [key, option]}, {"at_least": [key, number]}. A question that is hidden counts as unanswered for all that
follow; as a condition names earlier questions only, one pass from the first to the last decides all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

Tree = Mapping[str, Any]
Values = Mapping[str, Any]
DEEPEST = 6


class Asked(Protocol):
    """A question, as far as conditions know it."""

    key: str
    condition: Any


def holds(tree: Tree | None, values: Values) -> bool:
    """Whether a tree holds of the values of the questions that are shown. No tree holds always."""
    if not tree:
        return True
    (word, rest), *_more = tree.items()
    if word in ("all", "any"):
        return (all if word == "all" else any)(holds(each, values) for each in rest)
    if word == "not":
        return not holds(rest, values)
    if word == "answered":
        return rest in values
    key, wanted = rest
    return key in values and _fits(word, values[key], wanted)


def _fits(word: str, value: Any, wanted: Any) -> bool:
    if word == "is":
        return bool(value == wanted)
    if word == "includes":
        return isinstance(value, list) and wanted in value
    return isinstance(value, int) and not isinstance(value, bool) and value >= wanted


def shown(questions: Sequence[Asked], values: Values) -> dict[str, Any]:
    """Of questions in their order, those that are shown, with their value; None: shown and not answered."""
    found: dict[str, Any] = {}
    answered: dict[str, Any] = {}
    for question in questions:
        if holds(question.condition, answered):
            found[question.key] = values.get(question.key)
            if values.get(question.key) is not None:
                answered[question.key] = values[question.key]
    return found


def keys_in(tree: Tree | None) -> Iterator[str]:
    """The keys of the questions that a tree asks about."""
    if not tree:
        return
    for word, rest in tree.items():
        if word in ("all", "any"):
            for each in rest:
                yield from keys_in(each)
        elif word == "not":
            yield from keys_in(rest)
        else:
            yield rest if word == "answered" else rest[0]

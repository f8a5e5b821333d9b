"""When a question is asked: a small tree over earlier questions. Pure functions over what JSON keeps.

A tree is one of {"all": [trees]}, {"any": [trees]}, {"not": tree}, {"answered": key}, {"is": [key, value]},
{"includes": [key, option]}, {"at_least": [key, number]}. A question that is hidden counts as unanswered for all that
follow; as a condition names earlier questions only, one pass from the first to the last decides all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Tree = Mapping[str, Any]
Values = Mapping[str, Any]
DEEPEST = 6
NUMBERS = frozenset({"scale", "number"})
# Which kinds of questions can be compared how; whether something was answered can be asked of all.
FITTING = {
    "is": frozenset({"single", "demand"}) | NUMBERS,
    "includes": frozenset({"multiple", "ranking"}),
    "at_least": NUMBERS,
}
SAID = {
    "answered": gettext_lazy("question %(number)s was answered"),
    "is": gettext_lazy("question %(number)s is “%(value)s”"),
    "includes": gettext_lazy("question %(number)s includes “%(value)s”"),
    "at_least": gettext_lazy("question %(number)s is at least %(value)s"),
}
SAID_NOT = {
    "answered": gettext_lazy("question %(number)s was not answered"),
    "is": gettext_lazy("question %(number)s is not “%(value)s”"),
    "includes": gettext_lazy("question %(number)s does not include “%(value)s”"),
    "at_least": gettext_lazy("question %(number)s is less than %(value)s"),
}


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


def mapped(tree: Tree, leaf: Callable[[str, Any], Any]) -> dict[str, Any]:
    """The same tree with each leaf as `leaf(word, rest)` says; `rest` is a key, or a key and a value."""
    ((word, rest),) = tree.items()
    if word in ("all", "any"):
        return {word: [mapped(each, leaf) for each in rest]}
    return {word: mapped(rest, leaf) if word == "not" else leaf(word, rest)}


@dataclass(frozen=True)
class Item:
    """A question as a condition may ask about it: its kind, and the keys of its options."""

    key: str
    kind: str
    options: frozenset[str] = frozenset()


def problems(tree: Any, questions: Sequence[Item], at: int) -> list[str]:
    """What is wrong with the condition of the question at a place (from 0), each with its line; empty: it is sound."""
    found = _Check(questions, at)
    found.look(tree, 1)
    return [line_of(at, problem) for problem in found.said]


def line_of(at: int, problem: str) -> str:
    """What is wrong with the question at a place (from 0), with its number."""
    return _("Question %(number)s: %(problem)s") % {"number": at + 1, "problem": problem}


class _Check:
    """One walk over a tree. What is wrong is collected, so that all is read at once."""

    def __init__(self, questions: Sequence[Item], at: int) -> None:
        self.places = {item.key: place for place, item in enumerate(questions)}
        self.questions, self.at, self.said = questions, at, list[str]()

    def look(self, tree: Any, depth: int) -> None:
        if depth > DEEPEST:
            self.said.append(_("The condition is nested too deep."))
        elif tree is None and depth == 1:
            return
        elif not isinstance(tree, Mapping) or len(tree) != 1:
            self._unreadable()
        else:
            ((word, rest),) = tree.items()
            self._word(word, rest, depth)

    def _word(self, word: Any, rest: Any, depth: int) -> None:
        if word in ("all", "any") and isinstance(rest, list) and rest:
            for each in rest:
                self.look(each, depth + 1)
        elif word == "not":
            self.look({} if rest is None else rest, depth + 1)
        elif word == "answered" and isinstance(rest, str):
            self._earlier(rest)
        elif word in FITTING and isinstance(rest, list) and len(rest) == 2 and isinstance(rest[0], str):
            self._compared(word, *rest)
        else:
            self._unreadable()

    def _unreadable(self) -> None:
        self.said.append(_("The condition cannot be read."))

    def _earlier(self, key: str) -> Item | None:
        place = self.places.get(key)
        if place is None:
            self.said.append(
                _("The condition asks about a question that is not there: %(key)s.") % {"key": key}
            )
        elif place == self.at:
            self.said.append(_("The condition asks about this very question."))
        elif place > self.at:
            self.said.append(
                _("The condition asks about question %(later)s, which comes later.") % {"later": place + 1}
            )
        else:
            return self.questions[place]
        return None

    def _compared(self, word: str, key: str, value: Any) -> None:
        item = self._earlier(key)
        if item is None:
            return
        number = self.places[key] + 1
        if item.kind not in FITTING[word]:
            self.said.append(_("Question %(other)s cannot be compared in this way.") % {"other": number})
        elif item.kind in NUMBERS and type(value) is not int:
            self.said.append(_("Question %(other)s is compared with a whole number.") % {"other": number})
        elif item.kind not in NUMBERS and (not isinstance(value, str) or value not in item.options):
            self.said.append(
                _("Question %(other)s has no option %(key)s.") % {"other": number, "key": str(value)[:40]}
            )


class Worded(Protocol):
    """A question, as far as conditions are put into words."""

    key: str

    def in_words(self, value: Any) -> str:
        """A value as people read it."""


def in_words(tree: Tree | None, questions: Sequence[Worded]) -> str:
    """A condition as it stands on the page and on paper: "Only if question 3 is “yes”." Empty where there is none."""
    if not tree:
        return ""
    known = {question.key: (place, question) for place, question in enumerate(questions, 1)}
    return _("Only if %(condition)s.") % {"condition": _words(tree, known, inner=False)}


def _words(tree: Tree, known: Mapping[str, tuple[int, Worded]], *, inner: bool = True) -> str:
    ((word, rest),) = tree.items()
    if word in ("all", "any"):
        said = (_(", and ") if word == "all" else _(", or ")).join(_words(each, known) for each in rest)
        return _("(%(words)s)") % {"words": said} if inner and len(rest) > 1 else said
    if word == "not":
        (negated, what), *_more = rest.items()
        if negated in SAID_NOT:
            return _leaf(SAID_NOT[negated], negated, what, known)
        return _("not %(words)s") % {"words": _words(rest, known)}
    return _leaf(SAID[word], word, rest, known)


def _leaf(said: Any, word: str, rest: Any, known: Mapping[str, tuple[int, Worded]]) -> str:
    key, value = (rest, None) if word == "answered" else rest
    number, question = known[key]
    if word == "answered":
        return str(said) % {"number": number}
    words = question.in_words([value] if word == "includes" else value)
    # Ranked options say their place; here the option alone is meant.
    return str(said) % {"number": number, "value": words.removeprefix("1. ")}

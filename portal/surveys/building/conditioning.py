"""A condition as lines to choose from, without a language: each line is one thing an earlier question may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.surveys.definition import Definition
from portal.surveys.models import Question

# Beginnings of lines that are compared with a number.
NUMBERED = ("at_least:", "equals:")
Choices = list[tuple[str, Any]]


@dataclass(frozen=True)
class Leaf:
    """A line: "word:key" or "word:key:option", the number it is compared with, whether its opposite is meant."""

    name: str
    number: int | None
    negated: bool


def leaves(definition: Definition, question: Question) -> Choices:
    """Every line that can be chosen for a question, by the earlier questions."""
    place = next(at for at, one in enumerate(definition.questions) if one.pk == question.pk)
    groups = [
        (_short(at, one), list(_of_question(one))) for at, one in enumerate(definition.questions[:place], 1)
    ]
    return [("", "—"), *groups]


def tree_of(join: str, chosen: Sequence[Leaf]) -> dict[str, Any] | None:
    """The lines as a tree; None without any."""
    trees = [_tree(leaf) for leaf in chosen]
    if len(trees) < 2:
        return trees[0] if trees else None
    return {join: trees}


def flat(tree: Any) -> tuple[str, list[Leaf], bool]:
    """A tree as its join and lines; the last says that it is nested deeper than lines can say."""
    if not tree:
        return "all", [], False
    ((word, rest),) = tree.items()
    parts = rest if word in ("all", "any") else [tree]
    found = [_leaf(part) for part in parts]
    if any(leaf is None for leaf in found):
        return "all", [], True
    return word if word in ("all", "any") else "all", [leaf for leaf in found if leaf], False


def _short(at: int, question: Question) -> str:
    return _("Question %(number)s: %(text)s") % {"number": at, "text": question.text[:30]}


def _of_question(question: Question) -> Choices:
    key, kind = question.key, question.kind
    answered = [(f"answered:{key}", _("was answered"))]
    if kind in ("single", "demand"):
        return [
            (f"is:{key}:{name}", _("is “%(option)s”") % {"option": text}) for name, text in question.pairs()
        ] + answered
    if kind in ("multiple", "ranking"):
        said = _("includes “%(option)s”")
        return [
            (f"includes:{key}:{name}", said % {"option": text}) for name, text in question.pairs()
        ] + answered
    if kind in ("scale", "number"):
        return [
            (f"at_least:{key}", _("is at least (number)")),
            (f"equals:{key}", _("is (number)")),
            *answered,
        ]
    return answered


def _tree(leaf: Leaf) -> dict[str, Any]:
    word, key, *option = leaf.name.split(":", 2)
    tree: dict[str, Any]
    if word == "answered":
        tree = {"answered": key}
    elif word in ("at_least", "equals"):
        tree = {"at_least" if word == "at_least" else "is": [key, leaf.number]}
    else:
        tree = {word: [key, *option]}
    return {"not": tree} if leaf.negated else tree


def _leaf(tree: Any) -> Leaf | None:
    ((word, rest),) = tree.items()
    if word == "not":
        inner = _leaf(rest)
        return None if inner is None or inner.negated else Leaf(inner.name, inner.number, True)
    if word in ("all", "any"):
        return None
    if word == "answered":
        return Leaf(f"answered:{rest}", None, False)
    key, value = rest
    if isinstance(value, int):
        return Leaf(f"{'equals' if word == 'is' else word}:{key}", value, False)
    return Leaf(f"{word}:{key}:{value}", None, False)

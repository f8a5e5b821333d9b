"""Conditions: what is shown as properties against a second evaluator, what is refused, and the words on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.surveys.building.conditioning import flat, tree_of
from portal.surveys.conditions import DEEPEST, Item, holds, in_words, keys_in, problems, shown

OPTIONS = ("a", "b", "c")
KINDS = ("single", "multiple", "number", "text")
ITEMS = [Item(f"q{at}", KINDS[at % 4], frozenset(OPTIONS)) for at in range(8)]


@dataclass
class Asked:
    key: str
    condition: Any = None
    texts: dict[str, str] = field(default_factory=lambda: {"a": "甲", "b": "乙", "c": "丙"})

    def in_words(self, value: Any) -> str:
        if isinstance(value, list):
            return "；".join(self.texts[one] for one in value)
        return self.texts.get(value, str(value))


def leaf(item: Item) -> st.SearchStrategy[dict[str, Any]]:
    answered = st.just({"answered": item.key})
    if item.kind == "single":
        return answered | st.sampled_from(OPTIONS).map(lambda one: {"is": [item.key, one]})
    if item.kind == "multiple":
        return answered | st.sampled_from(OPTIONS).map(lambda one: {"includes": [item.key, one]})
    if item.kind == "number":
        words = st.sampled_from(["is", "at_least"])
        return answered | st.tuples(words, st.integers(-2, 3)).map(lambda two: {two[0]: [item.key, two[1]]})
    return answered


def trees(at: int) -> st.SearchStrategy[Any]:
    if at == 0:
        return st.none()
    leaves = st.one_of([leaf(item) for item in ITEMS[:at]])
    return st.none() | st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).flatmap(
                lambda all_: st.sampled_from([{"all": all_}, {"any": all_}])
            )
            | inner.map(lambda one: {"not": one})
        ),
        max_leaves=4,
    )


def value(item: Item) -> st.SearchStrategy[Any]:
    found: dict[str, st.SearchStrategy[Any]] = {
        "single": st.sampled_from(OPTIONS),
        "multiple": st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True),
        "number": st.integers(-2, 3),
        "text": st.just("话"),
    }
    return st.none() | found[item.kind]


QUESTIONS = st.tuples(*[trees(at) for at in range(len(ITEMS))])
VALUES = st.fixed_dictionaries({item.key: value(item) for item in ITEMS})


class Second:
    """Which are shown, asked backwards: by recursion from each question, not by one pass over all."""

    def __init__(self, questions: list[Asked], values: dict[str, Any]) -> None:
        self.conditions, self.values = {one.key: one.condition for one in questions}, values

    def shown(self) -> set[str]:
        return {key for key in self.conditions if self.visible(key)}

    def visible(self, key: str) -> bool:
        return not self.conditions[key] or self.true(self.conditions[key])

    def said(self, key: str) -> Any:
        return self.values.get(key) if self.visible(key) else None

    def true(self, tree: Any) -> bool:
        ((word, rest),) = tree.items()
        return bool(getattr(self, word)(rest))

    def all(self, parts: Any) -> bool:
        return not [part for part in parts if not self.true(part)]

    def any(self, parts: Any) -> bool:
        return bool([part for part in parts if self.true(part)])

    def answered(self, key: str) -> bool:
        return self.said(key) is not None

    def includes(self, rest: Any) -> bool:
        return rest[1] in (self.said(rest[0]) or ())

    def at_least(self, rest: Any) -> bool:
        said = self.said(rest[0])
        return said is not None and not said < rest[1]

    def __getattr__(self, word: str) -> Any:
        return {
            "not": lambda part: not self.true(part),
            "is": lambda rest: self.said(rest[0]) is not None and self.said(rest[0]) == rest[1],
        }[word]


def laid(conditions: tuple[Any, ...]) -> list[Asked]:
    return [Asked(item.key, condition) for item, condition in zip(ITEMS, conditions, strict=True)]


@given(QUESTIONS, VALUES)
@settings(max_examples=40, deadline=None)
def test_what_is_shown_is_what_a_second_evaluator_says(conditions: Any, values: dict[str, Any]) -> None:
    questions = laid(conditions)
    found = shown(questions, values)
    assert set(found) == Second(questions, values).shown()
    assert all(found[key] == values[key] for key in found)
    # What is hidden changes nothing that follows: dropped, everything is shown as before.
    assert shown(questions, {key: values[key] for key in found}) == found


@given(QUESTIONS, VALUES, VALUES)
@settings(max_examples=15, deadline=None)
def test_toggling_there_and_back_restores_everything(conditions: Any, values: Any, others: Any) -> None:
    questions = laid(conditions)
    before = shown(questions, values)
    toggled = values | {"q0": others["q0"]}
    shown(questions, toggled)
    assert shown(questions, toggled | {"q0": values["q0"]}) == before


@given(QUESTIONS)
@settings(max_examples=20, deadline=None)
def test_what_the_builder_can_make_is_sound_and_has_words(conditions: Any) -> None:
    questions = laid(conditions)
    for at, tree in enumerate(conditions):
        deep = depth(tree) > DEEPEST
        assert bool(problems(tree, ITEMS, at)) == deep
        assert set(keys_in(tree)) <= {item.key for item in ITEMS[:at]}
        assert bool(in_words(tree, questions)) == bool(tree)
        join, lines, nested = flat(tree)
        if tree and not nested:
            values = {item.key: "a" for item in ITEMS}
            assert holds(tree_of(join, lines), values) == holds(tree, values)


def depth(tree: Any) -> int:
    match tree:
        case {"all": parts} | {"any": parts}:
            return 1 + max(map(depth, parts))
        case {"not": part}:
            return 1 + depth(part)
    return 1 if tree else 0


def test_a_child_of_two_parents_is_shown_by_either() -> None:
    either = {"any": [{"is": ["q0", "a"]}, {"is": ["q0", "c"]}]}
    questions = [Asked("q0"), Asked("child", either)]
    assert shown(questions, {"q0": "c", "child": "x"})["child"] == "x"
    assert shown(questions, {"q0": "a", "child": "x"})["child"] == "x"
    assert "child" not in shown(questions, {"q0": "b", "child": "x"})


def test_a_hidden_parent_hides_the_grandchild() -> None:
    questions = [Asked("q0"), Asked("q1", {"is": ["q0", "a"]}), Asked("q2", {"answered": "q1"})]
    values = {"q0": "a", "q1": "b", "q2": "c"}
    assert list(shown(questions, values)) == ["q0", "q1", "q2"]
    assert list(shown(questions, values | {"q0": "b"})) == ["q0"]
    assert shown(questions, values) == values


@pytest.mark.parametrize(
    ("tree", "at", "said"),
    [
        ({"answered": "q3"}, 3, "4"),
        ({"answered": "q5"}, 3, "6"),
        ({"answered": "nobody"}, 3, "nobody"),
        ({"is": ["q0", "z"]}, 3, "z"),
        ({"is": ["q1", "a"]}, 3, "2"),
        ({"includes": ["q0", "a"]}, 3, "1"),
        ({"at_least": ["q0", 3]}, 3, "1"),
        ({"at_least": ["q2", "3"]}, 3, "3"),
        ({"is": ["q2", True]}, 3, "3"),
        ({"all": []}, 3, "4"),
        ({"not": None}, 3, "4"),
        ({"is": "q0"}, 3, "4"),
        ({"is": [["q0"], "a"]}, 3, "4"),
        ({"answered": ["q0"]}, 3, "4"),
        ({"eval": ["q0", "a"]}, 3, "4"),
        ({"is": ["q0", "a"], "answered": "q0"}, 3, "4"),
        ({}, 3, "4"),
        ("q0", 3, "4"),
        ([], 3, "4"),
    ],
)
def test_what_is_not_sound_is_refused_with_its_line(tree: Any, at: int, said: str) -> None:
    lines = problems(tree, ITEMS, at)
    assert re.search(said, " ".join(lines))
    assert all(str(at + 1) in line for line in lines)


def test_a_tree_too_deep_is_refused() -> None:
    tree: Any = {"answered": "q0"}
    for _more in range(400):
        tree = {"not": tree}
    assert problems(tree, ITEMS, 3)


def test_words_on_paper() -> None:
    tree = {
        "all": [{"is": ["q0", "a"]}, {"any": [{"includes": ["q1", "b"]}, {"not": {"at_least": ["q2", 3]}}]}]
    }
    with translation.override("en"):
        words = in_words(tree, [Asked("q0"), Asked("q1"), Asked("q2")])
    assert words == (
        "Only if question 1 is “甲”, and (question 2 includes “乙”, or question 3 is less than 3)."
    )
    assert in_words(None, []) == ""

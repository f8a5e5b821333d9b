"""Permanent keys: made of what a thing is called, never given twice in a family of surveys."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count

from portal.search.grams import initials
from portal.surveys.models import Option, Question, RetiredKey, Survey

LONGEST = 16
_PLAIN = re.compile(r"[^a-z0-9]+")


def new_key(text: str, taken: Collection[str], fallback: str) -> str:
    """A key from the first letters of a text in pinyin, with a number behind it where it is taken."""
    base = _PLAIN.sub("", initials(text).lower())[:LONGEST] or fallback
    return next(key for at in count(1) if (key := base if at == 1 else f"{base}-{at}") not in taken)


def question_keys(survey: Survey) -> set[str]:
    """All keys that questions of the family have or had."""
    has = Question.objects.non_polymorphic().filter(survey__family=survey.family)
    had = RetiredKey.objects.filter(family=survey.family)
    return {*has.values_list("key", flat=True), *had.values_list("question", flat=True)}


def option_keys(survey: Survey, question: str) -> set[str]:
    """All keys that options and rows of a question of the family have or had."""
    has = Option.objects.filter(question__survey__family=survey.family, question__key=question)
    had = RetiredKey.objects.filter(family=survey.family, question=question)
    return {*has.values_list("key", flat=True), *had.values_list("option", flat=True)} - {""}


def is_new(survey: Survey, key: str) -> bool:
    """Whether no other survey of the family asks this question: until then its key may be changed."""
    asked = Question.objects.non_polymorphic().filter(survey__family=survey.family, key=key)
    return not asked.exclude(survey=survey).exists()


def with_keys(texts: Iterable[str], taken: set[str]) -> list[dict[str, str]]:
    """Options of new texts, each with a key of its own."""
    made = []
    for text in texts:
        key = new_key(text, taken, "o")
        taken = taken | {key}
        made.append({"key": key, "text": text, "help": ""})
    return made

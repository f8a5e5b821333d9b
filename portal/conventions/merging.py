"""Two changes of one text: whether they touch the same words, and the text with both of them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from rapidfuzz import fuzz

from portal.conventions.text import Article, Text, articles

# From how much likeness on (of 100) an article that has another id is taken for the same one.
LIKE = 70


class Change(NamedTuple):
    """The characters from `start` to `end` of the old text become `new`."""

    start: int
    end: int
    new: str


def changes(old: str, new: str) -> list[Change]:
    """What becomes of the old text, from left to right."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Change(start, end, new[first:last])
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def overlap(one: Change, other: Change) -> bool:
    """Whether two changes touch the same words; two insertions at one place do."""
    return one.start <= other.end and other.start <= one.end


def merged(old: str, *texts: str) -> str | None:
    """The old text with the changes of all these; None where two of them change the same words differently."""
    found: list[Change] = []
    for text in texts:
        fresh = [change for change in changes(old, text) if change not in found]
        if any(overlap(change, other) for change in fresh for other in found):
            return None
        found += fresh
    for change in sorted(found, reverse=True):
        old = old[: change.start] + change.new + old[change.end :]
    return old


def find_again(article: Article, text: Text) -> Article | None:
    """The article of a later text that a former one became: by its id, else the one most like it; None: it is gone."""
    later = list(articles(text))
    same = next((one for one in later if one["id"] == article["id"]), None)
    return same or _likest(article, later)


def _likest(article: Article, later: Iterable[Article]) -> Article | None:
    rated = [(fuzz.ratio(article["text"], one["text"]), one) for one in later]
    score, found = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return found if score >= LIKE else None

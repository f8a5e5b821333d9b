"""A piece of a text around what was looked for, with the words marked and everything escaped."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.search.grams import BORDER
from portal.search.words import Words

BEFORE, LENGTH = 24, 110
_SPACE = re.compile(r"\s+")


def marked(text: str, words: Words) -> SafeString:
    """A text with every place marked where one of the words stands."""
    plain = _plain(text)
    pieces, at = [], 0
    for begin, end in _places(plain, words):
        pieces += [escape(plain[at:begin]), "<mark>", escape(plain[begin:end]), "</mark>"]
        at = end
    return mark_safe("".join([*pieces, escape(plain[at:])]))  # noqa: S308 - each piece is escaped


def excerpt(text: str, words: Words) -> SafeString:
    """The text around the first place where one of the words stands, else its beginning."""
    plain = _plain(text)
    places = _places(plain, words)
    begin = max(places[0][0] - BEFORE, 0) if places else 0
    cut = plain[begin : begin + LENGTH]
    before, after = "…" if begin else "", "…" if begin + LENGTH < len(plain) else ""
    return mark_safe(before + marked(cut, words) + after)  # noqa: S308 - marked escapes


def _spaced(word: str) -> str:
    """A pattern of a word, with or without a space between Chinese and what is not."""
    return " ?".join(map(re.escape, re.split(BORDER, word)))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _places(plain: str, words: Words) -> list[tuple[int, int]]:
    """Where the words stand, the longest of those that begin together; none overlaps another.

    A text is shown as it was written and compared as it is indexed; one character may become several.
    """
    wanted = sorted(set(words.all), key=len, reverse=True)
    if not wanted:
        return []
    compared = [unicodedata.normalize("NFKC", character).casefold() for character in plain]
    at = [place for place, characters in enumerate(compared) for _each in characters]
    pattern = re.compile("|".join(map(_spaced, wanted)))
    found = [(at[match.start()], at[match.end() - 1] + 1) for match in pattern.finditer("".join(compared))]
    return [place for before, place in pairwise([(0, 0), *found]) if place[0] >= before[1]]

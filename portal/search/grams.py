"""Texts as overlapping pieces of two characters: what both databases index, without a dictionary.

"电梯坏了" becomes the words 电梯, 梯坏, 坏了, 了. Somebody who looks for 梯坏了 looks for the words 梯坏 and 坏了 side
by side, so that exactly the texts are found that hold what was typed. Case, width and punctuation do not count, nor
does a space between Chinese and a figure or a letter: "9 号楼" is "9号楼".
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import import_module
from typing import Any

_RUN = re.compile(r"[^\W_]+")
_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
# Between Chinese and what is not, where some write a space and some do not.
BORDER = rf"(?<=[{_HAN}])(?=[^\W_{_HAN}])|(?<=[^\W_{_HAN}])(?=[{_HAN}])"
_SPACED = re.compile(rf"(?<=[{_HAN}])\s+(?=[^\W_{_HAN}])|(?<=[^\W_{_HAN}])\s+(?=[{_HAN}])")

# A space in what was typed divides words unless a figure stands before it and Chinese behind.
_TYPED = re.compile(rf"(?<!\d) | (?![{_HAN}])")


def normal(text: str) -> str:
    """A text as it is compared: one width, one case, no space between Chinese and what is not."""
    return _SPACED.sub("", unicodedata.normalize("NFKC", text).casefold())


def runs(text: str) -> list[str]:
    """The stretches of letters, characters and figures of a text, as they are compared."""
    return _RUN.findall(normal(text))


def typed_runs(text: str) -> list[str]:
    """The words somebody typed: a space divides them, but for one behind a figure: "9 号楼" is one word."""
    said = " ".join(unicodedata.normalize("NFKC", text).split())
    return [run for word in _TYPED.split(said) for run in runs(word)]


def pieces(run: str) -> list[str]:
    """The overlapping pieces of two characters of one run; one character is its own."""
    return [run[at : at + 2] for at in range(max(len(run) - 1, 1))]


def grams(text: str, most: int | None = None) -> str:
    """What is indexed of a text: its pieces, and the last character of each run alone. `most`: pieces kept."""
    found = [run[at : at + 2] for run in runs(text) for at in range(len(run))]
    return " ".join(found[:most])


def initials(text: str) -> str:
    """The first letters of a text's characters in pinyin, run by run: 加装电梯 is "jzdt"."""
    lazy = _pinyin()
    first = lazy.Style.FIRST_LETTER
    found = (
        lazy.pinyin(run, style=first, errors="ignore", strict=False)
        for text_run in runs(text)
        for run in _CHINESE.findall(text_run)
    )
    return " ".join("".join(letter[0] for letter in letters) for letters in found)


@cache
def _pinyin() -> Any:
    """Its tables take a third of a second to read: only where a title is indexed."""
    return import_module("pypinyin")

"""The difference of two texts, by character: Chinese has no spaces between words, so words are no measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SAME, OLD, NEW = "same", "old", "new"
# Less than this between two changes is no rest for the eye: they are read as one.
TOO_CLOSE = 2
# Comparing takes time with the product of both lengths; past this, whole sentences are compared first.
MOST_PAIRS = 1_000_000
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+$")


@dataclass(frozen=True)
class Segment:
    """A run of text that both share (same), only the former has (old) or only the latter (new)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """Two texts and where they differ. Joining same and old gives the former, same and new the latter."""

    segments: tuple[Segment, ...]

    @property
    def changed(self) -> bool:
        """Whether the texts differ at all."""
        return any(part.kind != SAME for part in self.segments)

    @property
    def before(self) -> str:
        """The former text."""
        return _joined(self.segments, SAME, OLD)

    @property
    def after(self) -> str:
        """The latter text alone: what holds once the change is made."""
        return _joined(self.segments, SAME, NEW)

    @property
    def removed(self) -> list[str]:
        """What was taken out, run by run, in order."""
        return [part.text for part in self.segments if part.kind == OLD]

    @property
    def added(self) -> list[str]:
        """What was put in, run by run, in order."""
        return [part.text for part in self.segments if part.kind == NEW]

    @property
    def before_html(self) -> SafeString:
        """The former text with <del>, for the left of two columns."""
        return _html(part for part in self.segments if part.kind != NEW)

    @property
    def after_html(self) -> SafeString:
        """The latter text with <ins>, for the right of two columns."""
        return _html(part for part in self.segments if part.kind != OLD)

    @property
    def inline_html(self) -> SafeString:
        """Both in one: what was taken out with <del>, then what came for it with <ins>."""
        return _html(self.segments)


def difference(before: str, after: str) -> Difference:
    """Compare two texts by character; changes closer than `TOO_CLOSE` characters are joined to one."""
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    middle = _differing(before[head : len(before) - tail], after[head : len(after) - tail])
    return Difference(tuple(_tidy([(before[:head],) * 2, *middle, (before[len(before) - tail :],) * 2])))


def _shared(a: str, b: str) -> int:
    """How many characters both begin with."""
    short = min(len(a), len(b))
    return next((at for at in range(short) if a[at] != b[at]), short)


def _differing(a: str, b: str) -> list[tuple[str, str]]:
    """Pairs of runs, the same text twice where both share it; long texts by sentence first."""
    if len(a) * len(b) <= MOST_PAIRS:
        return [(a[i:j], b[k:m]) for i, j, k, m in _runs(a, b)]
    left, right = SENTENCE.findall(a), SENTENCE.findall(b)
    if len(left) * len(right) > MOST_PAIRS:
        return [(a, b)]
    pairs = [("".join(left[i:j]), "".join(right[k:m])) for i, j, k, m in _runs(left, right)]
    return [part for old, new in pairs for part in _within(old, new)]


def _within(old: str, new: str) -> list[tuple[str, str]]:
    small = old != new and len(old) * len(new) <= MOST_PAIRS
    return [(old[i:j], new[k:m]) for i, j, k, m in _runs(old, new)] if small else [(old, new)]


def _runs(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    for _tag, *bounds in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield bounds[0], bounds[1], bounds[2], bounds[3]


def _tidy(pairs: list[tuple[str, str]]) -> Iterator[Segment]:
    """Segments out of pairs: neighbours of a kind are one, a shared run too short between two changes is none."""
    found = [pair for pair in pairs if any(pair)]
    changed = [old != new for old, new in found]
    joined = [
        change or (all(changed[at - 1 : at + 2 : 2]) and 0 < at < len(found) - 1 and len(old) < TOO_CLOSE)
        for at, (change, (old, _new)) in enumerate(zip(changed, found, strict=True))
    ]
    for _change, group in groupby(zip(joined, found, strict=True), key=itemgetter(0)):
        runs = [pair for _flag, pair in group]
        yield from _segments("".join(old for old, _new in runs), "".join(new for _old, new in runs))


def _segments(old: str, new: str) -> Iterator[Segment]:
    if old == new:
        yield Segment(SAME, old)
        return
    if old:
        yield Segment(OLD, old)
    if new:
        yield Segment(NEW, new)


def _joined(parts: Iterable[Segment], *kinds: str) -> str:
    return "".join(part.text for part in parts if part.kind in kinds)


def _html(parts: Iterable[Segment]) -> SafeString:
    marks = {SAME: "", OLD: "del", NEW: "ins"}
    return mark_safe("".join(_marked(marks[part.kind], part.text) for part in parts))  # noqa: S308


def _marked(tag: str, text: str) -> str:
    """Escaped; a line's end that was taken out or put in is drawn, for nobody sees it otherwise."""
    words = escape(text).replace("\n", "¶<br>" if tag else "<br>")
    return f"<{tag}>{words}</{tag}>" if tag else words

"""Two texts beside each other, article by article: matched by their permanent ids, never by number or place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.conventions.text import Article, Chapter, Text
from portal.kit.difference import Difference, difference

SUMMARY = {
    "added": gettext_lazy("%(n)d new"),
    "removed": gettext_lazy("%(n)d taken out"),
    "changed": gettext_lazy("%(n)d changed"),
    "moved": gettext_lazy("%(n)d moved"),
    "same": gettext_lazy("%(n)d as before"),
}


@dataclass(frozen=True)
class Place:
    """An article and the chapter in which it stands."""

    article: Article
    chapter: Chapter


@dataclass(frozen=True)
class Change:
    """One article in two texts; without `before` it was added, without `after` removed.

    `moved`: it stands elsewhere among those that stayed, or in another of the chapters that stayed.
    """

    before: Place | None
    after: Place | None
    moved: bool = False

    @property
    def ident(self) -> str:
        """The article's permanent id."""
        return self.here.article["id"]

    @property
    def here(self) -> Place:
        """Where the article stands, in the latter text if that has it."""
        place = self.after or self.before
        if place is None:
            raise ValueError("a change has a before or an after")
        return place

    @property
    def number(self) -> str:
        """第十二条, as the latter text counts it; a removed article keeps its former number."""
        return self.here.article["number"]

    @property
    def was(self) -> str:
        """The former number where it is another one."""
        return (
            self.before.article["number"]
            if self.before and self.after and self.before.article["number"] != self.number
            else ""
        )

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "changed" if self.title.changed or self.text.changed else "same"

    @property
    def shows(self) -> bool:
        """Whether there is anything to see: other words, or another place."""
        return self.moved or self.kind != "same"

    @cached_property
    def title(self) -> Difference:
        """How the title differs."""
        return difference(_of(self.before, "title"), _of(self.after, "title"))

    @cached_property
    def text(self) -> Difference:
        """How the text differs."""
        return difference(_of(self.before, "text"), _of(self.after, "text"))


@dataclass(frozen=True)
class Part:
    """A chapter of the latter text with what became of its articles; removed ones stand where they stood."""

    chapter: Chapter
    before: Chapter | None
    changes: list[Change]

    @cached_property
    def title(self) -> Difference:
        """How the chapter's title differs; a new chapter is new as a whole."""
        return difference(self.before["title"] if self.before else "", self.chapter["title"])

    @property
    def shows(self) -> bool:
        """Whether anything in it changed, its heading included."""
        return self.before is None or self.title.changed or any(change.shows for change in self.changes)


@dataclass(frozen=True)
class Comparison:
    """All that became of a text. `gone`: chapters whose heading is no more, wherever their articles went."""

    parts: list[Part]
    gone: list[Chapter] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        """Every article, in the order of the latter text."""
        return [change for part in self.parts for change in part.changes]

    @property
    def shown(self) -> list[Change]:
        """Those that differ."""
        return [change for change in self.changes if change.shows]

    @property
    def counts(self) -> dict[str, int]:
        """How many were added, removed, changed, moved, and how many stayed as they were."""
        kinds = [change.kind for change in self.changes]
        moved = sum(change.moved for change in self.changes)
        same = sum(not change.shows for change in self.changes)
        found = {kind: kinds.count(kind) for kind in ("added", "removed", "changed")}
        return {**found, "moved": moved, "same": same}

    @property
    def summary(self) -> str:
        """The counts in words; what there is none of is not named."""
        said = (SUMMARY[kind] % {"n": number} for kind, number in self.counts.items() if number)
        return _(", ").join(said)

    def of(self, ident: str) -> Change | None:
        """What became of one article."""
        return next((change for change in self.changes if change.ident == ident), None)


def compare(before: Text, after: Text) -> Comparison:
    """Compare two texts by the ids of their articles. Pure."""
    old, new = places(before), places(after)
    moved = _moved(old, new) | _elsewhere(before, after, old, new)
    gone = _gone(old, new)
    chapters = {chapter["id"]: chapter for chapter in before}
    parts = []
    for at, chapter in enumerate(after):
        changes = [*gone.get("", [])] if at == 0 else []
        for article in chapter["articles"]:
            ident = article["id"]
            changes.append(Change(old.get(ident), new[ident], ident in moved))
            changes += gone.get(ident, [])
        parts.append(Part(chapter, chapters.get(chapter["id"]), changes))
    if not after and gone:
        parts = [Part(chapter, chapter, _taken_out(chapter)) for chapter in before]
    stayed = {chapter["id"] for chapter in after}
    return Comparison(
        parts, [chapter for chapter in before if chapter["title"] and chapter["id"] not in stayed]
    )


def places(text: Text) -> dict[str, Place]:
    """Each article with its chapter, by its id."""
    return {article["id"]: Place(article, chapter) for chapter in text for article in chapter["articles"]}


def _of(place: Place | None, name: str) -> str:
    if place is None:
        return ""
    return place.article["title"] if name == "title" else place.article["text"]


def _taken_out(chapter: Chapter) -> list[Change]:
    return [Change(Place(article, chapter), None) for article in chapter["articles"]]


def _gone(old: dict[str, Place], new: dict[str, Place]) -> dict[str, list[Change]]:
    """Removed articles by the one that stayed before them; "" where none did."""
    found: dict[str, list[Change]] = {}
    last = ""
    for ident, place in old.items():
        if ident in new:
            last = ident
        else:
            found.setdefault(last, []).append(Change(place, None))
    return found


def _moved(old: dict[str, Place], new: dict[str, Place]) -> set[str]:
    """The fewest articles whose move explains the new order: those outside a longest run that kept its order."""
    rank = {ident: at for at, ident in enumerate(old)}
    stayed = [ident for ident in new if ident in rank]
    kept = _longest_rising([rank[ident] for ident in stayed])
    return {ident for ident in stayed if rank[ident] not in kept}


def _elsewhere(before: Text, after: Text, old: dict[str, Place], new: dict[str, Place]) -> set[str]:
    """Articles that went from one chapter to another, both of which are in both texts."""
    both = {chapter["id"] for chapter in before} & {chapter["id"] for chapter in after}
    return {
        ident
        for ident, place in new.items()
        if ident in old
        and old[ident].chapter["id"] != place.chapter["id"]
        and {old[ident].chapter["id"], place.chapter["id"]} <= both
    }


def _longest_rising(ranks: Sequence[int]) -> set[int]:
    """The numbers of a longest rising run within a row of different numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for rank in ranks:
        at = bisect_left(ends, rank)
        before[rank] = ends[at - 1] if at else None
        ends[at : at + 1] = [rank]
    return set(_back(before, ends[-1] if ends else None))


def _back(before: dict[int, int | None], last: int | None) -> Iterator[int]:
    while last is not None:
        yield last
        last = before[last]

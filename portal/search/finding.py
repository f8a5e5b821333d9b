"""Finding: what a reader may know of is told apart by the database before anything is ranked or counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString

from portal.community.models import Area, Visitor
from portal.search.excerpts import excerpt, marked
from portal.search.kinds import Kind, Mark, kinds
from portal.search.models import WORDS, Document, tag_of
from portal.search.words import BODY, TITLE, Words, question

# So many of a kind are ranked; whoever gets more is better served by another word.
MOST = 200
PAGE = 20
FIRST = 5


@dataclass(frozen=True)
class Result:
    """One thing as the list shows it, what was looked for marked in it."""

    title: SafeString
    excerpt: SafeString
    url: str
    mark: Mark | None
    when: Any
    note: str


@dataclass(frozen=True)
class Found:
    """What was found of one kind: the keys by rank, no more than MOST; the results of the page that is shown."""

    kind: Kind
    keys: Sequence[int]
    results: Sequence[Result]

    @property
    def count(self) -> int:
        """How many there are to be read."""
        return min(len(self.keys), MOST)

    @property
    def more(self) -> bool:
        """Whether there are more than are counted."""
        return len(self.keys) > MOST


def find(words: Words, user: Visitor, here: Area, *, first: int = FIRST) -> list[Found]:
    """The first results of each kind that has any."""
    if not words:
        return []
    every = [(kind, keys(kind, words, user, here)) for kind in kinds()]
    return [Found(kind, found, results(kind, found[:first], words)) for kind, found in every if found]


def keys(kind: Kind, words: Words, user: Visitor, here: Area, most: int = MOST) -> list[int]:
    """The keys of what a reader may find, by title first and then by text, the newer first.

    At most one more than `most`: then there are more than are counted.
    """
    # What a reader may know of is asked twice and made once: that takes more time here than in the database.
    known = Exists(kind.visible_to(user).filter(pk=OuterRef("number")).order_by())
    titles = _of(kind, words, known, here, TITLE)[: most + 1] if kind.titled else []
    ranked = dict.fromkeys(titles)
    if len(ranked) <= most:
        ranked |= dict.fromkeys(_of(kind, words, known, here, BODY)[: most + 1])
    return list(ranked)[: most + 1]


def results(kind: Kind, wanted: Sequence[int], words: Words) -> list[Result]:
    """The things of these keys in this order, as they are shown: one query."""
    things = kind.things().in_bulk(wanted) if wanted else {}
    return [_result(kind, things[key], words) for key in wanted if key in things]


def matching(tag: str, words: Words, columns: tuple[str, ...]) -> QuerySet[Document]:
    """The rows of a tag that hold the words in some columns, the newest first; nobody's rights are asked."""
    where, values = question(words, tag, columns)
    rows = Document.objects.all()
    if connection.vendor == "sqlite":
        # The table of words gives its rows by key, the newest first, and stops when there are enough.
        rows = rows.extra(tables=[WORDS], order_by=[f"-{WORDS}.rowid"])  # noqa: S610
    else:
        rows = rows.order_by("-pk")
    # The condition is made of columns, and of letters, characters and figures as values.
    return rows.extra(where=[where], params=values)  # noqa: S610


def _of(kind: Kind, words: Words, known: Exists, here: Area, columns: tuple[str, ...]) -> Any:
    rows = matching(tag_of(kind.name, here.pk), words, columns).filter(known)
    return rows.values_list("number", flat=True)


def _result(kind: Kind, thing: Any, words: Words) -> Result:
    return Result(
        title=marked(kind.title(thing), words),
        excerpt=excerpt(kind.text(thing), words),
        url=kind.url(thing),
        mark=kind.mark(thing),
        when=kind.when(thing),
        note=kind.note(thing),
    )

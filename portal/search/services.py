"""The only writers of the index. Whoever changes the text of a thing calls `index` in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model

from portal.search.grams import grams, initials
from portal.search.kinds import Kind, kind_of
from portal.search.models import Document, tag_of
from portal.search.words import others

# PostgreSQL counts no further than 16,383 places in a row; more of a text is not found.
LONGEST = 16_000
SLICE = 200
FIELDS = ("neighbourhood_id", "tag", "title", "initials", "body")
PLACE = "search:mended:"


def index(thing: Model) -> None:
    """Renew what a thing is found by, in one statement; a thing that nobody may find leaves the index."""
    kind = kind_of(thing)
    if kind.shown(thing):
        write([document(kind, thing)])
    else:
        drop(thing)


def drop(thing: Model) -> None:
    """Take a thing out of the index."""
    Document.objects.filter(kind=kind_of(thing).name, number=thing.pk).delete()


def document(kind: Kind, thing: Any) -> Document:
    """The row of a thing, not saved."""
    title = kind.title(thing) if kind.titled else ""
    place = kind.neighbourhood(thing)
    return Document(
        kind=kind.name,
        number=thing.pk,
        neighbourhood_id=place,
        tag=tag_of(kind.name, place),
        title=grams(title, 300),
        initials=grams(initials(" ".join([title, *others(title)])), 300) if title else "",
        body=grams(kind.text(thing), LONGEST - 600),
    )


def rebuild(kind: Kind) -> int:
    """Index all things of a kind anew, the oldest first; returns how many are found now."""
    Document.objects.filter(kind=kind.name).delete()
    return sum(_mend(kind, things, after) for after, things in slices(kind))


def mend_all(kind: Kind) -> int:
    """Index what is missing or out of date of a kind and take out what is gone; returns how many rows changed."""
    changed = sum(_mend(kind, things, after) for after, things in slices(kind))
    last = kind.things().order_by("-pk").values_list("pk", flat=True).first() or 0
    gone, _each = Document.objects.filter(kind=kind.name, number__gt=last).delete()
    return changed + gone


def mend(kind: Kind) -> bool:
    """Look after the next few things of a kind; whether anything was amiss.

    Where it stands is kept in the cache; it begins anew after the last, and where that was lost.
    """
    after = cache.get(PLACE + kind.name, 0)
    things = _after(kind, after)
    changed = _mend(kind, things, after, ended=len(things) < SLICE)
    cache.set(PLACE + kind.name, things[-1].pk if len(things) == SLICE else 0, None)
    return changed > 0


def slices(kind: Kind) -> Iterator[tuple[int, list[Any]]]:
    """All things of a kind, some at a time, each with the key after which it begins."""
    after = 0
    while things := _after(kind, after):
        yield after, things
        after = things[-1].pk


def _after(kind: Kind, after: int) -> list[Any]:
    return list(kind.things().filter(pk__gt=after).order_by("pk")[:SLICE])


@transaction.atomic
def _mend(kind: Kind, things: Sequence[Any], after: int, *, ended: bool = False) -> int:
    """Bring the rows of things that follow each other by key in order; returns how many were changed."""
    rows = Document.objects.filter(kind=kind.name, number__gt=after)
    if not ended:
        rows = rows.filter(number__lte=things[-1].pk)
    wanted = {thing.pk: document(kind, thing) for thing in things if kind.shown(thing)}
    there = {row.number: row for row in rows}
    gone = [row.pk for number, row in there.items() if number not in wanted]
    if gone:
        Document.objects.filter(pk__in=gone).delete()
    changed = [row for number, row in wanted.items() if _said(there.get(number)) != _said(row)]
    write(changed)
    return len(changed) + len(gone)


def _said(row: Document | None) -> tuple[Any, ...]:
    return () if row is None else tuple(getattr(row, name) for name in FIELDS)


def write(rows: list[Document]) -> None:
    """Save rows made by `document`, each in the place of the one before, in one statement."""
    if rows:
        Document.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind", "number"], update_fields=FIELDS
        )

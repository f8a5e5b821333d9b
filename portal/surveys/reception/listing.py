"""Finding among a million notes: filters by indexes, words by an index of their own, pages by key, counts with an end.

Searched, notes come by the order in which they were written; listed, by the day they were heard.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from portal.community.models import Area
from portal.kit import clock
from portal.search.grams import pieces, typed_runs
from portal.surveys.least import least_cell
from portal.surveys.models import NoteKind, VisitNote
from portal.surveys.models.desk import NOTE_WORDS, state_mark
from portal.surveys.reception.services.notes import late_before
from portal.surveys.states import NoteState

PAGE = 20
# What is found is counted up to here; more is called "more than".
MOST_COUNTED = 200
MOST_RUNS, LONGEST = 6, 60


@dataclass(frozen=True)
class Wanted:
    """What the list shows. `period`: a word such as q20264 or y2026; `before`: the key of the last one seen."""

    here: Area
    words: str = ""
    building: int = 0
    kind: str = ""
    state: str = ""
    period: str = ""
    late: bool = False
    before: int = 0

    @property
    def runs(self) -> list[str]:
        """The stretches of characters that are looked for."""
        return list(dict.fromkeys(typed_runs(self.words[:LONGEST])))[:MOST_RUNS]


@dataclass(frozen=True)
class Listed:
    """A page of notes; `older`: the key after which the next begins, 0 where there is none."""

    notes: list[VisitNote]
    older: int


def listed(wanted: Wanted) -> Listed:
    """The next page, in the same number of queries however many there are."""
    rows = matching(wanted)
    last = VisitNote.objects.filter(pk=wanted.before, neighbourhood=wanted.here).first()
    if last is not None:
        rows = rows.filter(_after(last, searched=bool(wanted.runs)))
    ordered = rows.select_related("building", "neighbourhood").defer("words")
    found = list(ordered[: PAGE + 1])
    return Listed(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


def counted(wanted: Wanted) -> int:
    """How many there are, no further than one more than are counted."""
    return len(matching(wanted).values_list("pk", flat=True)[: MOST_COUNTED + 1])


def matching(wanted: Wanted) -> Any:
    """The notes that are wanted, the newest first."""
    rows = VisitNote.objects.filter(neighbourhood=wanted.here)
    if wanted.building:
        rows = rows.filter(building=wanted.building)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.late:
        rows = rows.filter(heard_on__lt=late_before(wanted.here))
    if span := _span(wanted.period):
        rows = rows.filter(heard_on__gte=span[0], heard_on__lt=span[1])
    if not wanted.runs:
        return rows.order_by("-heard_on", "-pk")
    return _holding(rows, wanted)


def _after(last: VisitNote, *, searched: bool) -> Q:
    if searched:
        return Q(pk__lt=last.pk)
    same = Q(heard_on=last.heard_on, pk__lt=last.pk)
    return Q(heard_on__lte=last.heard_on) & (Q(heard_on__lt=last.heard_on) | same)


def _marks(wanted: Wanted) -> list[str]:
    """The words of the index that say where, how, when, and where it stands."""
    return [
        f"n{wanted.here.pk}",
        *([f"b{wanted.building}"] if wanted.building else []),
        *([f"k{wanted.kind}"] if wanted.kind in NoteKind.values else []),
        *([state_mark(wanted.state)] if wanted.state in NoteState.values else []),
        *([wanted.period] if _span(wanted.period) else []),
    ]


def _holding(rows: Any, wanted: Wanted) -> Any:
    """Nothing that was typed reaches a database as more than letters, characters and figures in quotation marks."""
    marks = _marks(wanted)
    if connection.vendor == "sqlite":
        asked = " AND ".join([*(f'"{mark}"' for mark in marks), *map(_for_sqlite, wanted.runs)])
        where = [f"{NOTE_WORDS} MATCH %s AND {NOTE_WORDS}.rowid = surveys_visitnote.id"]
        order = [f"-{NOTE_WORDS}.rowid"]
        return rows.extra(tables=[NOTE_WORDS], where=where, params=[asked], order_by=order)  # noqa: S610
    asked = " & ".join([*(f"'{mark}'" for mark in marks), *map(_for_postgres, wanted.runs)])
    return rows.extra(where=["surveys_visitnote.found @@ %s::tsquery"], params=[asked]).order_by("-pk")


def _for_sqlite(word: str) -> str:
    return f'"{word}" *' if len(word) == 1 else f'"{" ".join(pieces(word))}"'


def _for_postgres(word: str) -> str:
    if len(word) == 1:
        return f"'{word}':*"
    return "(" + " <-> ".join(f"'{piece}'" for piece in pieces(word)) + ")"


def _span(period: str) -> tuple[date, date] | None:
    """The first day of a quarter or a year, and the first after it; None for what is none."""
    kind, figures = period[:1], period[1:]
    if not figures.isascii() or not figures.isdecimal():
        return None
    if kind == "y" and len(figures) == 4:
        return date(int(figures), 1, 1), date(int(figures) + 1, 1, 1)
    if kind == "q" and len(figures) == 5 and figures[4] in "1234":
        return quarter(int(figures[:4]), int(figures[4]))
    return None


def quarter(year: int, number: int) -> tuple[date, date]:
    """The first day of a quarter, and the first after it."""
    begins = date(year, 3 * number - 2, 1)
    return begins, date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)


@dataclass(frozen=True)
class Figures:
    """What everybody may know of a quarter that is over: how many, how they were heard, what became of them."""

    year: int
    number: int
    total: int
    kinds: list[tuple[str, int]]
    states: list[tuple[str, int]]


def figures(here: Area) -> Figures | None:
    """Of the last quarter that is over; None where there were too few at all.

    No figure is under the rule surveys.least_cell: smaller ones are added together.
    """
    least = least_cell(here)
    today = clock.today()
    year, at = divmod(today.year * 4 + (today.month - 1) // 3 - 1, 4)
    begins, ends = quarter(year, at + 1)
    held = VisitNote.objects.filter(neighbourhood=here, heard_on__gte=begins, heard_on__lt=ends)
    rows = held.exclude(state=NoteState.REMOVED).order_by().values("kind", "state").annotate(n=Count("pk"))
    kinds: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for row in rows:
        kinds[row["kind"]] += row["n"]
        states[row["state"]] += row["n"]
    total = kinds.total()
    if total < least:
        return None
    return Figures(year, at + 1, total, _named(kinds, NoteKind, least), _named(states, NoteState, least))


def _named(counts: Counter[str], words: Any, least: int) -> list[tuple[str, int]]:
    """Counts with their words, the greatest first; those too small go together, with the next if they must."""
    return [("、".join(str(words(name).label) for name in names), n) for names, n in together(counts, least)]


def together(counts: Counter[str], least: int) -> list[tuple[list[str], int]]:
    """Counts of which none is under `least`. Their sum is that of all: nothing is left out."""
    groups = [([name], n) for name, n in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if n]
    while len(groups) > 1 and groups[-1][1] < least:
        (last, n), (names, more) = groups.pop(), groups.pop()
        groups.append(([*names, *last], n + more))
    return groups

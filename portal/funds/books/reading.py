"""What the page of the books shows: both tables with their marks, and the picture that is drawn of the same rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.funds.books.flows import GIVER, Flows, FromSource
from portal.funds.calls.selectors import promised
from portal.funds.models import Grant
from portal.funds.states import GrantState
from portal.kit import wording
from portal.kit.ribbons import MOST_SOURCES, MOST_USES, SOURCES, Ribbons, ribbons

# What a source is called in the picture and in the tables, in their order.
LETTERS = (
    pgettext_lazy("mark of a source", "A"),
    pgettext_lazy("mark of a source", "B"),
    pgettext_lazy("mark of a source", "C"),
    pgettext_lazy("mark of a source", "D"),
)
TONES = {
    GrantState.CLOSED: "",
    GrantState.POSTED: "",
    GrantState.ACCEPTED: "",
    GrantState.SUSPENDED: "red",
    GrantState.TERMINATED: "red",
}
MOST_ROWS = 60
# Bars of what is at hand: so many at least are kept free of projects.
STAYING = 2


@dataclass(frozen=True)
class SourceRow:
    """A source with what came of it, in fen. `place`: its bar in the picture, which the smallest share."""

    name: str
    required_mark: str
    brought: int
    came: int
    back: int
    amount: int
    place: int
    letter: str
    surface: str
    fill: str


@dataclass(frozen=True)
class UseRow:
    """What money went to, in fen by the places of the sources. `stays`: it is at hand still. `more`: of several."""

    label: str
    amount: int
    by_source: dict[int, int]
    url: str = ""
    tag: str = ""
    tone: str = ""
    stays: bool = False
    number: int = 0
    letters: str = ""


@dataclass(frozen=True)
class Sides:
    """Both sides of the books; their sums are the same where the books hold."""

    sources: list[SourceRow]
    uses: list[UseRow]
    more: UseRow | None
    picture: Ribbons | None
    words: str
    # The number that several uses share, as the picture draws one bar of them; 0: none does.
    shared: int
    came: int
    went: int

    @property
    def apart(self) -> int:
        """What came less what went and is left: nothing."""
        return self.came - self.went


@dataclass(frozen=True)
class Marked:
    """A mark that projects have to bear, with the projects that were paid from its source."""

    letter: str
    source: str
    mark: str
    projects: list[str]


def sides(found: Flows, now: bool) -> Sides:
    """The rows of both tables, the largest use first, and the picture. `now`: what is left is at hand today."""
    places = _source_places(found.sources)
    uses = _uses(found, now)
    last = MOST_USES - max(STAYING, sum(row.stays for row in uses))
    rows = [_numbered(row, _number(row, n, len(uses), last), places) for n, row in enumerate(uses)]
    sources = [_source_row(one, place) for one, place in zip(found.sources, places, strict=True)]
    came, went = found.came, sum(row.amount for row in rows)
    return Sides(
        [one for one in sources if one.amount or not found.lines],
        rows[:MOST_ROWS],
        _rest(rows[MOST_ROWS:]),
        _picture(sources, rows, places),
        _words(sources, rows, came),
        _shared(rows),
        came,
        went,
    )


def marked(found: Flows, shown: Sides) -> list[Marked]:
    """Which mark binds which projects, by the money they got; not of a source that nothing came from in the time."""
    letters = {one.name: one.letter for one in shown.sources}
    titles = {
        n: [use.label for use in shown.uses if use.url and use.by_source.get(n)]
        for n in range(len(found.sources))
    }
    return [
        Marked(letters[one.source.name], one.source.name, one.source.required_mark, titles[n])
        for n, one in enumerate(found.sources)
        if one.source.required_mark and one.source.name in letters
    ]


def _source_places(sources: Sequence[FromSource]) -> list[int]:
    """The bar of each source: its own while there are enough, else the last one for all but the largest."""
    if len(sources) <= MOST_SOURCES:
        return list(range(len(sources)))
    largest = sorted(range(len(sources)), key=lambda n: (-sources[n].all, n))[: MOST_SOURCES - 1]
    own = {n: place for place, n in enumerate(sorted(largest))}
    return [own.get(n, MOST_SOURCES - 1) for n in range(len(sources))]


def _source_row(one: FromSource, place: int) -> SourceRow:
    surface, fill, _ribbon = SOURCES[place]
    return SourceRow(
        one.source.name,
        one.source.required_mark,
        one.brought,
        one.came,
        one.back,
        one.all,
        place,
        str(LETTERS[place]),
        surface,
        fill,
    )


def _uses(found: Flows, now: bool) -> list[UseRow]:
    """Projects by what they got, then the fund itself and givers, then what is at hand."""
    by_use: dict[int, dict[int, int]] = defaultdict(dict)
    for (place, to), fen in found.cells.items():
        by_use[to][place] = fen
    shown = ("account_id", "state", "application__title")
    grants = Grant.objects.filter(account__in=by_use).select_related("application").only(*shown)
    of_account = {grant.account_id: grant for grant in grants}
    projects = [_project(grant, by_use[account]) for account, grant in of_account.items() if account]
    others = [_other(to, cells) for to, cells in by_use.items() if to not in of_account]
    rows = [row for row in _at_hand(found, now) if row.amount]
    few = len(projects) + len(others) + len(rows) <= MOST_USES
    return sorted(projects, key=_below_its_source if few else _largest_first) + others + rows


def _largest_first(row: UseRow) -> tuple[int, int, str]:
    return 0, -row.amount, row.label


def _below_its_source(row: UseRow) -> tuple[int, int, str]:
    """Below the source that gave most of it, so that few ribbons cross."""
    return max(row.by_source, key=lambda place: (row.by_source[place], -place)), -row.amount, row.label


def _project(grant: Grant, cells: dict[int, int]) -> UseRow:
    state = GrantState(grant.state)
    return UseRow(
        grant.title,
        sum(cells.values()),
        cells,
        grant.get_absolute_url(),
        str(state.label),
        TONES.get(state, "amber"),
    )


def _other(to: int, cells: dict[int, int]) -> UseRow:
    label = _("given back to whoever gave it") if to == GIVER else _("costs of the fund itself")
    return UseRow(label, sum(cells.values()), cells)


def _at_hand(found: Flows, now: bool) -> list[UseRow]:
    left = {place: one.left for place, one in enumerate(found.sources)}
    if not now:
        return [_staying(_("left at the end of the year"), left)]
    aside = {place: min(one.source.set_aside, one.left) for place, one in enumerate(found.sources)}
    free = {place: left[place] - aside[place] for place in left}
    rounds = _for_rounds(found, free)
    free = {place: fen - rounds[place] for place, fen in free.items()}
    return [
        _staying(_("kept for projects with an agreement"), aside),
        _staying(_("kept for rounds that run and projects approved"), rounds),
        _staying(_("not given to any project yet"), free),
    ]


def _for_rounds(found: Flows, free: dict[int, int]) -> dict[int, int]:
    """What is promised without an agreement, of each source by its share of what is free: which pays is open."""
    there = {place: max(fen, 0) for place, fen in free.items()}
    total = sum(there.values())
    left = min(promised(found.sources[0].source.fund), total) if found.sources else 0
    kept = {}
    for place, fen in there.items():
        # Of what is left to spread over what is left of the sources: the last takes the rounding.
        kept[place] = fen * left // total if total else 0
        left, total = left - kept[place], total - fen
    return kept


def _staying(label: str, cells: dict[int, int]) -> UseRow:
    kept = {place: fen for place, fen in cells.items() if fen}
    tag = pgettext("money", "at hand")
    return UseRow(label, sum(kept.values()), kept, tag=tag, tone="grey", stays=True)


def _numbered(row: UseRow, number: int, places: Sequence[int]) -> UseRow:
    """With its number in the picture, which the smallest share, and the letters of its sources."""
    letters = sorted({places[place] for place in row.by_source})
    return replace(
        row,
        number=number,
        letters=pgettext("between marks", ", ").join(str(LETTERS[place]) for place in letters),
    )


def _number(row: UseRow, n: int, rows: int, last: int) -> int:
    """`last`: the bar that those share which have none of their own."""
    if rows <= MOST_USES:
        return n + 1
    # What is at hand stands last and keeps bars of its own.
    from_end = rows - n
    if row.stays:
        return MOST_USES + 1 - from_end
    return min(n + 1, last)


def _shared(rows: Sequence[UseRow]) -> int:
    uses = Counter(row.number for row in rows)
    return next((number for number, count in uses.items() if count > 1), 0)


def _rest(rows: Sequence[UseRow]) -> UseRow | None:
    """The smallest of very many in one row."""
    if not rows:
        return None
    said = _("%(n)s more, each in the table for download") % {"n": len(rows)}
    return UseRow(said, sum(row.amount for row in rows), {}, number=rows[0].number)


def _picture(sources: Sequence[SourceRow], rows: Sequence[UseRow], places: Sequence[int]) -> Ribbons | None:
    if not rows:
        return None
    flows: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        for place, fen in row.by_source.items():
            flows[places[place], row.number - 1] += fen
    above = [str(LETTERS[place]) for place in sorted({one.place for one in sources})]
    stays = {row.number: row.stays for row in rows}
    below = [(str(n), stays.get(n, False)) for n in range(1, max(stays) + 1)]
    return ribbons(flows, above, below)


def _words(sources: Sequence[SourceRow], rows: Sequence[UseRow], came: int) -> str:
    return _(
        "Money came from %(sources)s sources and went to %(uses)s uses, %(sum)s on either side. "
        "Every amount stands in the tables below."
    ) % {"sources": len(sources), "uses": len(rows), "sum": wording.yuan(came)}

"""The fixed catalogue of tables that everybody may read of a survey: its cells, and how they are merged.

A question by itself, and where all are asked it by each background. Nothing is crossed further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.kit.charts import share
from portal.surveys.definition import Definition
from portal.surveys.models import Question, Scale, Summary
from portal.surveys.results import merging
from portal.surveys.results.counting import UNTOLD, Counted, by_background
from portal.surveys.results.families import Withheld
from portal.surveys.results.merging import Groups

CROSSED = frozenset({"single", "demand", "scale", "multiple"})
# Numbers in order, cut into bands.
BANDED = frozenset({"number", "date"})
VALUED = BANDED | {"scale"}


@dataclass
class Line:
    """The original cells of a question, or of a row of a matrix, in order, and how they are merged (None: withheld).

    The last cell is those who left it out, where anybody did: its key is empty.
    """

    keys: list[str]
    texts: list[str]
    counts: list[int]
    groups: Groups | None = None

    def parts(self) -> list[tuple[int, ...]]:
        """The merged cells without the one of those who only left it out."""
        return [group for group in self.groups or () if any(self.keys[place] for place in group)]

    def sum_of(self, group: Sequence[int]) -> int:
        """How many are in a merged cell."""
        return sum(self.counts[place] for place in group)

    def key_of(self, group: Sequence[int]) -> str:
        """The keys of a merged cell."""
        return "+".join(self.keys[place] for place in group if self.keys[place])

    def text_of(self, group: Sequence[int]) -> str:
        """The words of a merged cell."""
        return " / ".join(self.texts[place] for place in group)


@dataclass
class Shown:
    """One question with its cells, and the percents it is shown with where answers are weighted."""

    question: Question
    summary: Summary
    counted: Counted
    withheld: bool = False
    lines: dict[str, Line] = field(default_factory=dict)
    ticked: list[int] = field(default_factory=list)
    step: int = 0
    percents: list[int] = field(default_factory=list)

    @property
    def line(self) -> Line:
        """The cells of a question without rows."""
        return self.lines[""]


def shown_of(
    definition: Definition, counted: dict[int, Counted], least: int, withheld: Withheld
) -> list[Shown]:
    """Every question with its cells merged; `withheld`: whose base already tells of few (families.withheld)."""
    found = []
    for question in definition.questions:
        own = counted.get(question.pk, Counted())
        one = Shown(question, question.summarise(own.counts, own.base), own)
        one.lines = _lines(one, least)
        if question.kind == "multiple":
            one.ticked = _pairs(one, least)
        found.append(one)
    gone = withheld(found)
    for one in found:
        one.withheld = one.question.key in gone or one.counted.base < least or _nothing(one)
    return found


def _nothing(one: Shown) -> bool:
    if one.question.is_open:
        return False
    if one.question.kind == "multiple":
        return not one.ticked
    return all(line.groups is None for line in one.lines.values())


def _lines(one: Shown, least: int) -> dict[str, Line]:
    question, summary = one.question, one.summary
    if question.kind == "matrix":
        return {row: _line(question, summary.base, counts, least) for row, counts in summary.rows.items()}
    if question.is_open:
        return {}
    if question.kind in VALUED:
        return {"": _line(question, summary.base, {str(k): v for k, v in summary.values.items()}, least)}
    return {"": _line(question, summary.base, summary.options, least)}


def _line(question: Question, base: int, counts: Any, least: int) -> Line:
    texts = dict(question.pairs())
    line = Line(list(counts), [_words(question, key, texts) for key in counts], list(counts.values()))
    left = base - sum(line.counts)
    if left > 0 and question.kind != "multiple":
        line.keys.append("")
        line.texts.append(_("no answer"))
        line.counts.append(left)
    line.groups = _merged(question, line, least)
    return line


def _words(question: Question, key: str, texts: dict[str, str]) -> str:
    if isinstance(question, Scale):
        ends = {str(question.marks()[0]): question.low, str(question.marks()[-1]): question.high}
        return f"{key} {ends.get(key, '')}".strip()
    return texts.get(key, key)


def _merged(question: Question, line: Line, least: int) -> Groups | None:
    if question.kind == "multiple":
        return None
    if question.kind == "demand":
        return _of_demand(line.counts, least)
    if question.kind in BANDED:
        return merging.bands_of(line.counts, least)
    return merging.neighbours(line.counts, least)


def _of_demand(counts: list[int], least: int) -> Groups | None:
    """Those who need it stay by themselves: together with others they would be a wrong demand."""
    return merging.of_table([counts], least, alone=True)


def _pairs(one: Shown, least: int) -> list[int]:
    """The options that can be shown. Where one has to be ticked, "none of these" tells of the others together."""
    found = merging.pairs(one.line.counts, one.summary.base, least)
    options = one.question.choices()
    if one.question.required and len(found) < len(options):
        found = [place for place in found if not options[place].exclusive]
    return found


def cross(shown: list[Shown], definition: Definition, least: int) -> dict[str, list[dict[str, Any]]]:
    """By question key the tables by each background."""
    found: dict[str, list[dict[str, Any]]] = {one.question.key: [] for one in shown}
    asked = [one for one in shown if _crossed(one)]
    for one in shown:
        if _is_background(one):
            _cross_by(one, asked, found, definition, least)
    return found


def _is_background(one: Shown) -> bool:
    question = one.question
    fits = bool(question.background) and question.kind == "single" and question.condition is None
    return fits and not one.withheld and one.line.groups is not None


def _crossed(one: Shown) -> bool:
    question = one.question
    return (
        question.kind in CROSSED
        and not one.withheld
        and not question.background
        and question.condition is None
    )


def _cross_by(
    by: Shown, asked: list[Shown], found: dict[str, Any], definition: Definition, least: int
) -> None:
    counted = by_background(definition.survey, by.question, [one.question for one in asked])
    most = -(-sum(by.line.counts) // merging.MOST_BANDS)
    groups = merging.neighbours(by.line.counts, max(least, most)) or ()
    tables = {one.question.key: _tables(one, by.line, groups, counted) for one in asked}
    every = [table for each in tables.values() for table in each.values()]
    bands = merging.choose_bands(every, len(groups), least) or ()
    places = [[place for at in band for place in groups[at]] for band in bands]
    for one in asked:
        own = tables[one.question.key]
        merged = {name: table.groups(bands, least) for name, table in own.items()} if bands else {}
        cells = {name: (own[name].banded(bands), held) for name, held in merged.items() if held}
        found[one.question.key].append(_crossed_json(one, by, places, cells, least))


def _tables(
    one: Shown, by: Line, groups: Groups, counted: dict[str, dict[int, Counted]]
) -> dict[Any, merging.Table]:
    """For each table that stands or falls by itself: a row for each band, with a count for each cell."""
    rows = []
    for group in groups:
        bands = [counted.get(by.keys[place], {}).get(one.question.pk, Counted()) for place in group]
        rows.append([sum(column) for column in zip(*(_cells(one, band) for band in bands), strict=True)])
    if one.question.kind == "multiple":
        return {
            place: merging.Table([[row[place], row[-1] - row[place]] for row in rows], pair=True)
            for place in one.ticked
        }
    alone = one.question.kind == "demand"
    return {"": merging.Table([merging.added(row, one.line.groups or ()) for row in rows], alone=alone)}


def _cells(one: Shown, band: Counted) -> list[int]:
    """The counts of a band in the order of the question's cells; of several choices with the base behind."""
    scale = one.question.kind == "scale"
    keys = [("", "", int(key)) if scale else ("", key, None) for key in one.line.keys if key]
    counts = [band.counts.get(key, 0) for key in keys]
    if one.question.kind == "multiple":
        return [*counts, band.base]
    return [*counts, band.base - sum(counts)] if UNTOLD in one.line.keys else counts


def _crossed_json(
    one: Shown,
    by: Shown,
    places: list[list[int]],
    cells: dict[Any, tuple[list[list[int]], Groups]],
    least: int,
) -> dict[str, Any]:
    """A table as it is published: whole percents in each band; without bands only the words why."""
    note = ""
    if not cells:
        note = _("Not shown: some groups would be smaller than %(least)s people.") % {"least": least}
    elif len(places) < len(by.line.counts) or any(len(held) < len(rows[0]) for rows, held in cells.values()):
        note = _("Groups are put together so that each number stands for at least %(least)s people.") % {
            "least": least
        }
    bands = [
        {"label": by.line.text_of(band), "n": by.line.sum_of(band), "options": _options(one, at, cells)}
        for at, band in enumerate(places)
        if cells
    ]
    return {"background": by.question.background, "text": by.question.text, "bands": bands, "note": note}


def _options(one: Shown, at: int, cells: dict[Any, tuple[list[list[int]], Groups]]) -> list[dict[str, Any]]:
    line = one.line
    if one.question.kind == "multiple":
        return [
            {
                "key": line.keys[place],
                "text": line.texts[place],
                "percent": share(rows[at][0], sum(rows[at])),
            }
            for place, (rows, _held) in cells.items()
        ]
    rows, held = cells[""]
    groups = [tuple(place for group in part for place in (line.groups or ())[group]) for part in held]
    told = [
        (group, sum(rows[at][column] for column in part))
        for group, part in zip(groups, held, strict=True)
        if any(line.keys[place] for place in group)
    ]
    percents = merging.whole_percents([count for _group, count in told])
    return [
        {"key": line.key_of(group), "text": line.text_of(group), "percent": percent}
        for (group, _count), percent in zip(told, percents, strict=True)
    ]

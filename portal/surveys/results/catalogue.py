"""The fixed catalogue of tables that everybody may read of a survey: its cells, and how they are merged.

A question by itself, and where all are asked it by each background. Nothing is crossed further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.surveys.definition import Definition
from portal.surveys.models import Question, Scale, Summary
from portal.surveys.results import merging
from portal.surveys.results.counting import UNTOLD, Counted, by_background
from portal.surveys.results.families import Withheld
from portal.surveys.results.merging import Groups

CROSSED = frozenset({"single", "demand", "scale", "multiple"})
VALUED = frozenset({"scale", "number", "date"})


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
    if question.kind in ("number", "date"):
        return merging.bands_of(line.counts, least)
    return merging.neighbours(line.counts, least)


def _of_demand(counts: list[int], least: int) -> Groups | None:
    """Those who need it stay by themselves: together with others they would be a wrong demand."""
    if counts[0] < least or sum(counts[1:]) < least:
        return None
    rest = merging.neighbours(counts[1:], least) or (tuple(range(len(counts) - 1)),)
    return ((0,), *(tuple(place + 1 for place in group) for group in rest))


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
    groups = merging.neighbours(by.line.counts, max(least, -(-sum(by.line.counts) // 10))) or ()
    tables = {one.question.key: _tables(one, by.line, groups, counted) for one in asked}
    every = [table for each in tables.values() for table in each.values()]
    bands = merging.choose_bands(every, len(groups), least)
    label = {"background": by.question.background, "text": by.question.text}
    for one in asked:
        own = tables[one.question.key]
        held = {name: table for name, table in own.items() if bands and merging.holds(table, bands, least)}
        if bands is None or not held:
            note = _("Not shown: some groups would be smaller than %(least)s people.") % {"least": least}
            found[one.question.key].append({**label, "bands": [], "note": note})
            continue
        found[one.question.key].append(
            {
                **label,
                "bands": [_band(one, by.line, [groups[at] for at in band], band, held) for band in bands],
                "note": _note(bands, len(by.line.counts), least),
            }
        )


def _note(bands: Groups, size: int, least: int) -> str:
    if len(bands) == size:
        return ""
    return _("Groups are put together so that each number stands for at least %(least)s people.") % {
        "least": least
    }


def _tables(
    one: Shown, by: Line, groups: Groups, counted: dict[str, dict[int, Counted]]
) -> dict[Any, list[list[int]]]:
    """For each table that stands or falls by itself: a row for each band, with a count for each cell."""
    rows = []
    for group in groups:
        bands = [counted.get(by.keys[place], {}).get(one.question.pk, Counted()) for place in group]
        rows.append([sum(column) for column in zip(*(_cells(one, band) for band in bands), strict=True)])
    if one.question.kind == "multiple":
        bases = [row[-1] for row in rows]
        return {
            place: [[row[place], base - row[place]] for row, base in zip(rows, bases, strict=True)]
            for place in one.ticked
        }
    return {"": [merging.added(row, one.line.groups or ()) for row in rows]}


def _cells(one: Shown, band: Counted) -> list[int]:
    """The counts of a band in the order of the question's cells; of several choices with the base behind."""
    scale = one.question.kind == "scale"
    keys = [("", "", int(key)) if scale else ("", key, None) for key in one.line.keys if key]
    counts = [band.counts.get(key, 0) for key in keys]
    if one.question.kind == "multiple":
        return [*counts, band.base]
    return [*counts, band.base - sum(counts)] if UNTOLD in one.line.keys else counts


def _band(
    one: Shown, by: Line, groups: list[tuple[int, ...]], band: tuple[int, ...], held: dict[Any, Any]
) -> dict[str, Any]:
    places = [place for group in groups for place in group]
    label = {"label": by.text_of(places), "n": by.sum_of(places)}
    if one.question.kind == "multiple":
        options = [
            {
                "key": one.line.keys[place],
                "percent": merging.share(sum(table[at][0] for at in band), by.sum_of(places)),
            }
            for place, table in held.items()
        ]
        return {**label, "options": options}
    counts = [sum(column) for column in zip(*(held[""][at] for at in band), strict=True)]
    kept = [
        (group, count)
        for group, count in zip(one.line.groups or (), counts, strict=True)
        if group in one.line.parts()
    ]
    percents = merging.whole_percents([count for _group, count in kept])
    return {
        **label,
        "options": [
            {"key": one.line.key_of(group), "percent": percent}
            for (group, _count), percent in zip(kept, percents, strict=True)
        ],
    }

"""Each question as results show it: bars, parts of a whole, tables, and what is compared."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kit import charts
from portal.kit.charts import SURFACES
from portal.surveys.models import Unit
from portal.surveys.showing.reading import Payload, Published, Result
from portal.surveys.showing.shapes import Chart, Picture, Row, Table

NOT_ASKED = "—"
# Between the keys of answers that were put together (results.catalogue.Line.key_of).
MERGED = "+"
# What kinds end with an option that stands for "no view", drawn as what is left.
WITH_REST = frozenset({"demand"})


def picture(payload: Payload, question: Payload, compared: Table | None = None) -> Picture:
    """A question with its chart, its bands and its comparison."""
    return Picture(
        question,
        _asked(payload, question),
        None if question.get("withheld") else chart_of(payload, question),
        tuple(_bands(payload, question, by) for by in question.get("by", []) if by["bands"]),
        compared,
    )


def chart_of(payload: Payload, question: Payload) -> Chart | None:
    """The chart of one question; None: nothing of it is counted."""
    if question.get("rows"):
        return _matrix(payload, question)
    options = question.get("options") or []
    if not options:
        return None
    table = _option_table(payload, question, options)
    if question["kind"] in WITH_REST and charts.can_stack(len(options)):
        return Chart((_whole("", people(question["base"], payload), options),), table, _surfaces(options))
    rows = tuple(
        Row(one["text"], people_and_share(one["count"], one["percent"], payload), charts.bar(one["percent"]))
        for one in options
    )
    return Chart(rows, table)


def _option_table(payload: Payload, question: Payload, options: Sequence[Payload]) -> Table:
    """Counts and shares; of an order with the points: most for the first place, one for the last."""
    points = question.get("places") or {}
    head = (_("What was answered"), counted(payload), _("Percent"), *([_("Points")] if points else []))
    rows = []
    for one in options:
        more = [number(points[one["key"]]["points"]) if one["key"] in points else NOT_ASKED] if points else []
        rows.append((one["text"], number(one["count"]), f"{one['percent']}%", *more))
    return Table(question["text"], head, tuple(rows))


def _why(payload: Payload, by: Payload) -> str:
    """Why bands were put together, in the reader's words: the payload keeps those of whoever published it."""
    note = str(by.get("note", ""))
    if not note or "least" not in payload:
        return note
    least = {"least": payload["least"]}
    return _("Groups are put together so that each number stands for at least %(least)s people.") % least


def people(count: int, payload: Payload) -> str:
    """How many people, or households, in words."""
    if payload.get("unit") == Unit.HOUSEHOLD:
        return ngettext("%(n)s household", "%(n)s households", count) % {"n": number(count)}
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": number(count)}


def people_and_share(count: int, percent: int, payload: Payload) -> str:
    return _("%(people)s (%(share)s%%)") % {"people": people(count, payload), "share": percent}


def _asked(payload: Payload, question: Payload) -> str:
    """On how many a share is based; of a question that is not shown it may be unsaid."""
    if question["base"] is None:
        return ""
    asked = _("asked: %(people)s") % {"people": people(question["base"], payload)}
    if question.get("answered") is None:
        return asked
    return asked + _("; answered: %(answered)s") % {"answered": number(question["answered"])}


def counted(payload: Payload) -> str:
    return _("Households") if payload.get("unit") == Unit.HOUSEHOLD else _("People")


def number(count: int) -> str:
    return f"{count:,}"


def _whole(label: str, counted: str, options: Sequence[Payload], *, rest: bool = True) -> Row:
    """A bar of 100 % with its parts, and the same in words."""
    words = _(", ").join(f"{one['text']} {one['percent']}%" for one in options)
    segments = charts.stack([one["percent"] for one in options], rest=rest)
    return Row(label, counted, None, segments, f"{label}{_(': ')}{words}" if label else words)


def _surfaces(options: Sequence[Payload], *, rest: bool = True) -> tuple[tuple[str, str, str], ...]:
    """What each surface of a bar stands for."""
    last = len(options) - 1
    drawn = [charts.REST if rest and last and place == last else place for place in range(len(options))]
    return tuple((*SURFACES[place], one["text"]) for place, one in zip(drawn, options, strict=True))


def _matrix(payload: Payload, question: Payload) -> Chart:
    """Each row of a matrix as one bar; more than four answers stand in the table alone."""
    options = question["rows"][0]["options"]
    table = Table(
        question["text"],
        (_("Asked about"), *(one["text"] for one in options)),
        tuple((row["text"], *(f"{one['percent']}%" for one in row["options"])) for row in question["rows"]),
    )
    same = {tuple(one["key"] for one in row["options"]) for row in question["rows"]}
    if len(same) > 1:
        return _uneven(payload, question)
    if not charts.can_stack(len(options)):
        return Chart((), table)
    rows = tuple(
        _whole(row["text"], _base(row, question, payload), row["options"]) for row in question["rows"]
    )
    return Chart(rows, table, _surfaces(options))


def _uneven(payload: Payload, question: Payload) -> Chart:
    """Rows whose answers were merged differently: each answer is a line of the table."""
    rows = tuple(
        (f"{row['text']}{_(': ')}{one['text']}", number(one["count"]), f"{one['percent']}%")
        for row in question["rows"]
        for one in row["options"]
    )
    return Chart((), Table(question["text"], (_("What was answered"), counted(payload), _("Percent")), rows))


def _base(row: Payload, question: Payload, payload: Payload) -> str:
    return people(row.get("answered") or question["base"], payload)


def _bands(payload: Payload, question: Payload, by: Payload) -> Chart:
    """A question by age band or tenure: a bar each, with how bands were merged and why."""
    texts = {one["key"]: one["text"] for one in question.get("options", [])}
    bands = [
        (band, [{"text": texts.get(one["key"], one["key"]), **one} for one in band["options"]])
        for band in by["bands"]
    ]
    options = bands[0][1]
    table = Table(
        f"{question['text']} · {by['text']}",
        (by["text"], counted(payload), *(one["text"] for one in options)),
        tuple(
            (band["label"], number(band["n"]), *(f"{one['percent']}%" for one in of)) for band, of in bands
        ),
    )
    rest = question["kind"] in WITH_REST
    if question["kind"] == "multiple" or not charts.can_stack(len(options), rest=rest):
        return Chart((), table, (), by["text"], _why(payload, by))
    rows = tuple(_whole(band["label"], people(band["n"], payload), of, rest=rest) for band, of in bands)
    return Chart(rows, table, _surfaces(options, rest=rest), by["text"], _why(payload, by))


def compared(result: Result, question: Payload) -> Table | None:
    """An answer's share in each wave and in the whole area, by permanent keys: none that was ever asked is left out."""
    key = question["key"]
    others = [wave for wave in (*result.earlier, result.area) if wave and wave.question(key)]
    asked = _ever_asked(result, question)
    if not others or not asked or question.get("withheld"):
        return None
    waves = [*result.waves, *([result.area] if result.area else [])]
    rows = [(label, *(_share(wave, key, row, option) for wave in waves)) for row, option, label in asked]
    head = (_("What was answered"), *(wave.label for wave in waves))
    return Table(
        _("%(question)s · compared with other waves") % {"question": question["text"]}, head, tuple(rows)
    )


def _ever_asked(result: Result, question: Payload) -> list[tuple[str, str, str]]:
    """Row key, option key and words of every answer that this wave or an earlier one had, this wave's first."""
    known: dict[tuple[str, str], str] = {}
    asked: set[tuple[str, str]] = set()
    for wave in reversed(result.waves):
        answers = _answers(wave.question(question["key"]))
        if wave is result.here:
            asked = {(row, part) for row, option in answers for part in option.split(MERGED)}
        for at, text in answers.items():
            if at not in known:
                gone = _("%(answer)s (last asked %(wave)s)") % {"answer": text, "wave": wave.label}
                # What was put together otherwise then is still asked.
                known[at] = text if asked & {(at[0], part) for part in at[1].split(MERGED)} else gone
            elif not known[at].startswith(text) and wave.label not in known[at]:
                known[at] += _(" (%(wave)s: %(text)s)") % {"wave": wave.label, "text": text}
    return [(row, option, text) for (row, option), text in known.items()]


def _answers(question: Payload | None) -> dict[tuple[str, str], str]:
    if question is None:
        return {}
    found = {("", one["key"]): one["text"] for one in question.get("options", [])}
    for row in question.get("rows", []):
        said = {(row["key"], one["key"]): f"{row['text']}{_(': ')}{one['text']}" for one in row["options"]}
        found |= said
    return found


def _share(wave: Published, key: str, row: str, option: str) -> str:
    found = wave.options(key, row).get(option)
    return NOT_ASKED if found is None else f"{found['percent']}%"

"""What results look like: bars, segments and tables, made from a payload as it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import ngettext

from portal.kit import charts
from portal.kit.charts import SURFACES, Bar, Dots, Lines, Segment
from portal.surveys.models import Channel, Demand, Disposition, Unit
from portal.surveys.showing.reading import Payload, Published, Result
from portal.surveys.states import DemandState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Of how many demands the change over the years is drawn, and how many stand at the top of the page.
DRAWN_DEMANDS, MOST_WISHES = 3, 10
NOT_ASKED, LONGEST_ANSWER = "—", 80
# What became of those who were asked, in the order of AAPOR's Standard Definitions.
HANDLED: dict[str, StrOrPromise] = {
    "complete": gettext_lazy("complete"),
    **{value: label for value, label in Disposition.choices if value},
}
# What kinds end with an option that stands for "no view", drawn as what is left.
WITH_REST = frozenset({"demand"})
MARKS = {
    DemandState.DONE: ("✓", ""),
    DemandState.IN_HAND: ("◔", "amber"),
    DemandState.OWED: ("◔", "red"),
    DemandState.NOT_POSSIBLE: ("✕", "grey"),
    DemandState.BELOW: ("—", "grey"),
}


@dataclass(frozen=True)
class Table:
    """A table: each row is a heading and as many cells as `head` has further ones."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Row:
    """One bar with what stands above it: of an option (`bar`), or of parts of a whole (`segments`)."""

    label: str
    people: str
    bar: Bar | None = None
    segments: tuple[Segment, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars with the key of their surfaces and the table of the same numbers."""

    rows: tuple[Row, ...]
    table: Table
    surfaces: tuple[tuple[str, str, str], ...] = ()
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A question as results show it. `bands`: by age or tenure; `compared`: the waves before, and the whole area."""

    payload: Payload
    asked: str
    chart: Chart | None
    bands: tuple[Chart, ...] = ()
    compared: Table | None = None
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def mean(self) -> str:
        """The mean with two decimals, where there is one."""
        hundredths = self.payload.get("mean_hundredths")
        return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True)
class Outcome:
    """What became of a need: a mark and its tone, words, and what answers it."""

    mark: str
    tone: str
    words: StrOrPromise
    demand: Demand | None = None

    @property
    def said(self) -> str:
        """How it is answered, and the beginning of the answer."""
        if self.demand is None:
            return ""
        parts = (self.demand.get_reply_display(), Truncator(self.demand.answer).chars(LONGEST_ANSWER))
        return _(": ").join(part for part in parts if part)


@dataclass(frozen=True)
class Wish:
    """One need: how many want it, how that changed, and what became of it."""

    payload: Payload
    people: str
    bar: Bar
    change: str
    outcome: Outcome


@dataclass(frozen=True)
class Kept:
    """What became of last time's demands: one bar, and each of them."""

    segments: tuple[Segment, ...]
    words: str
    surfaces: tuple[tuple[str, str, str], ...]
    demands: tuple[tuple[Demand, Outcome], ...]
    done: int


@dataclass(frozen=True)
class Years:
    """The change of some demands over the waves."""

    plot: Lines
    key: tuple[tuple[int, str], ...]
    table: Table


@dataclass(frozen=True)
class Beside:
    """Demands here beside those of the whole area."""

    rows: tuple[tuple[str, str, Dots], ...]
    area: str
    table: Table


@dataclass(frozen=True)
class Page:
    """All that a page of results shows."""

    result: Result
    wishes: tuple[Wish, ...]
    wish_table: Table | None
    kept: Kept | None
    ages: Picture | None
    years: Years | None
    beside: Beside | None
    sections: tuple[tuple[str, tuple[Picture, ...]], ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WavePage:
    """All that a page of a wave's results shows."""

    payload: Payload
    people: str
    table: Table | None
    needs: tuple[tuple[str, str, Bar], ...]
    sections: tuple[tuple[str, tuple[Picture, ...]], ...]


def page_of(result: Result) -> Page:
    """Everything at once, from one result."""
    payload = result.here.payload
    pictures = [picture(payload, one, _compared(result, one)) for one in payload["questions"]]
    wanted = result.here.demands
    by_key = {one.payload["key"]: one for one in pictures}
    shown = (by_key[key] for key in wanted if key in by_key)
    return Page(
        result,
        _wishes(result),
        _wish_table(result) if wanted else None,
        _kept(result),
        next((one for one in shown if one.bands), None),
        _years(result),
        _beside(result),
        _sections(pictures),
        _facts(result),
    )


def wave_page(published: Published) -> WavePage:
    """The questions of a whole wave, and its needs."""
    payload = published.payload
    rows = tuple(
        (one["text"], _number(one["needed"]), f"{one['percent']}%") for one in published.demands.values()
    )
    return WavePage(
        payload,
        people(payload["n"], payload),
        Table(_("How many need it"), (_("Need"), _counted(payload), _("Percent")), rows) if rows else None,
        tuple((row[0], row[1], charts.bar(int(row[2][:-1]))) for row in rows),
        _sections([picture(payload, question) for question in payload["questions"]]),
    )


def picture(payload: Payload, question: Payload, compared: Table | None = None) -> Picture:
    """A question with its chart, its bands and its comparison."""
    return Picture(
        question,
        _asked(payload, question),
        None if question.get("withheld") else chart_of(payload, question),
        tuple(_bands(payload, question, by) for by in question.get("by", []) if by["bands"]),
        compared,
        _texts(payload, question["key"]),
    )


def chart_of(payload: Payload, question: Payload) -> Chart | None:
    """The chart of one question; None: nothing of it is counted."""
    if question.get("rows"):
        return _matrix(payload, question)
    options = question.get("options") or []
    if not options:
        return None
    table = Table(
        question["text"],
        (_("What was answered"), _counted(payload), _("Percent")),
        tuple((one["text"], _number(one["count"]), f"{one['percent']}%") for one in options),
    )
    if question["kind"] in WITH_REST and charts.can_stack(len(options)):
        return Chart((_whole("", people(question["base"], payload), options),), table, _surfaces(options))
    rows = tuple(
        Row(one["text"], _people_and_share(one["count"], one["percent"], payload), charts.bar(one["percent"]))
        for one in options
    )
    return Chart(rows, table)


def people(count: int, payload: Payload) -> str:
    """How many people, or households, in words."""
    if payload.get("unit") == Unit.HOUSEHOLD:
        return ngettext("%(n)s household", "%(n)s households", count) % {"n": _number(count)}
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": _number(count)}


def outcome(demand: Demand | None, over: bool) -> Outcome:
    """What became of a need; without a demand list yet: whether it waits for an answer."""
    state = DemandState(demand.state) if demand else DemandState.OWED if over else DemandState.BELOW
    mark, tone = MARKS[state]
    return Outcome(mark, tone, state.label, demand)


def _people_and_share(count: int, percent: int, payload: Payload) -> str:
    return _("%(people)s (%(share)s%%)") % {"people": people(count, payload), "share": percent}


def _asked(payload: Payload, question: Payload) -> str:
    """On how many a share is based."""
    said = {"people": people(question["base"], payload), "answered": _number(question["answered"])}
    return _("asked: %(people)s; answered: %(answered)s") % said


def _counted(payload: Payload) -> str:
    return _("Households") if payload.get("unit") == Unit.HOUSEHOLD else _("People")


def _number(count: int) -> str:
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
        (f"{row['text']}{_(': ')}{one['text']}", _number(one["count"]), f"{one['percent']}%")
        for row in question["rows"]
        for one in row["options"]
    )
    return Chart((), Table(question["text"], (_("What was answered"), _counted(payload), _("Percent")), rows))


def _base(row: Payload, question: Payload, payload: Payload) -> str:
    return people(row.get("base", question["base"]), payload)


def _bands(payload: Payload, question: Payload, by: Payload) -> Chart:
    """A question by age band or tenure: a bar each, with how bands were merged and why."""
    texts = {one["key"]: one["text"] for one in question.get("options", [])}
    bands = [
        (band, [{**one, "text": texts.get(one["key"], one["key"])} for one in band["options"]])
        for band in by["bands"]
    ]
    options = bands[0][1]
    table = Table(
        f"{question['text']}{_(': ')}{by['text']}",
        (by["text"], _counted(payload), *(one["text"] for one in options)),
        tuple(
            (band["label"], _number(band["n"]), *(f"{one['percent']}%" for one in of)) for band, of in bands
        ),
    )
    rest = question["kind"] in WITH_REST
    if question["kind"] == "multiple" or not charts.can_stack(len(options), rest=rest):
        return Chart((), table, (), by["text"], by.get("note", ""))
    rows = tuple(_whole(band["label"], people(band["n"], payload), of, rest=rest) for band, of in bands)
    return Chart(rows, table, _surfaces(options, rest=rest), by["text"], by.get("note", ""))


def _compared(result: Result, question: Payload) -> Table | None:
    """An answer's share in each wave and in the whole area, by permanent keys: none that was ever asked is left out."""
    key = question["key"]
    others = [wave for wave in (*result.earlier, result.area) if wave and wave.question(key)]
    asked = _ever_asked(result, question)
    if not others or not asked or question.get("withheld"):
        return None
    waves = [*result.waves, *([result.area] if result.area else [])]
    rows = [(label, *(_share(wave, key, row, option) for wave in waves)) for row, option, label in asked]
    head = (_("What was answered"), *(wave.label for wave in waves))
    return Table(_("%(question)s, compared") % {"question": question["text"]}, head, tuple(rows))


def _ever_asked(result: Result, question: Payload) -> list[tuple[str, str, str]]:
    """Row key, option key and words of every answer that this wave or an earlier one had, this wave's first."""
    known: dict[tuple[str, str], str] = {}
    for wave in reversed(result.waves):
        now = wave is result.here
        for at, text in _answers(wave.question(question["key"])).items():
            if at not in known:
                gone = _("%(answer)s (last asked %(wave)s)") % {"answer": text, "wave": wave.label}
                known[at] = text if now else gone
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


def _texts(payload: Payload, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What people wrote, as it was released, by groups in the order of their size."""
    groups: dict[str, list[str]] = {}
    for one in payload.get("texts", []):
        if one["key"] == key:
            groups.setdefault(one["group"], []).append(one["text"])
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple((name, tuple(texts)) for name, texts in ordered)


def _sections(pictures: Sequence[Picture]) -> tuple[tuple[str, tuple[Picture, ...]], ...]:
    found: dict[str, list[Picture]] = {}
    for one in pictures:
        found.setdefault(one.payload.get("section") or "", []).append(one)
    return tuple((title, tuple(of)) for title, of in found.items())


def _wishes(result: Result) -> tuple[Wish, ...]:
    last = result.last.demands if result.last else {}
    need = result.survey.threshold or None
    return tuple(
        Wish(
            one,
            _people_and_share(one["needed"], one["percent"], result.here.payload),
            charts.bar(one["percent"], last[key]["percent"] if key in last else None, need),
            _change(one["percent"] - last[key]["percent"]) if key in last else "",
            outcome(result.demands.get(key), bool(need and one["percent"] >= need)),
        )
        for key, one in list(result.here.demands.items())[:MOST_WISHES]
    )


def _change(points: int) -> str:
    return "=" if not points else f"▲ {points}" if points > 0 else f"▼ {-points}"


def _wish_table(result: Result) -> Table:
    """All demands, also those that are not drawn, in each wave and in the whole area."""
    waves = [*reversed(result.waves), *([result.area] if result.area else [])]
    rows = [
        (one["text"], *(_wanted(wave, key) for wave in waves)) for key, one in result.here.demands.items()
    ]
    gone = {
        key: one["text"]
        for wave in reversed(result.earlier)
        for key, one in wave.demands.items()
        if key not in result.here.demands
    }
    rows += [
        (_("%(answer)s (not asked this time)") % {"answer": text}, *(_wanted(wave, key) for wave in waves))
        for key, text in gone.items()
    ]
    return Table(_("How many need it"), (_("Need"), *(wave.label for wave in waves)), tuple(rows))


def _wanted(wave: Published, key: str) -> str:
    found = wave.demands.get(key)
    return NOT_ASKED if found is None else f"{found['percent']}%"


def _kept(result: Result) -> Kept | None:
    """What became of the demands that the wave before obliged to answer."""
    if not result.last_demands:
        return None
    said = [(one, outcome(one, True)) for one in result.last_demands]
    states = (DemandState.DONE, DemandState.IN_HAND, DemandState.OWED, DemandState.NOT_POSSIBLE)
    counts = [sum(one.state == state for one, _outcome in said) for state in states]
    shares = [charts.share(count, len(said)) for count in counts]
    drawn = charts.stack(shares)
    parts = [
        (segment, f"{MARKS[state][0]} {state.label} {count}", count)
        for segment, state, count in zip(drawn, states, counts, strict=True)
        if count
    ]
    return Kept(
        tuple(segment for segment, _words, _count in parts),
        _(", ").join(words for _segment, words, _count in parts),
        tuple((segment.surface, segment.fill, words) for segment, words, _count in parts),
        tuple(said),
        counts[0],
    )


def _years(result: Result) -> Years | None:
    """The most wanted needs over the waves, where they were asked for before."""
    if not result.earlier:
        return None
    asked = {key for wave in result.earlier for key in wave.demands}
    drawn = [(key, one) for key, one in result.here.demands.items() if key in asked][:DRAWN_DEMANDS]
    if not drawn:
        return None
    values = [[wave.demands.get(key, {}).get("percent") for wave in result.waves] for key, _one in drawn]
    rows = tuple(
        (wave.label, *(_wanted(wave, key) for key, _one in drawn), _number(wave.payload["n"]))
        for wave in result.waves
    )
    return Years(
        charts.lines(values, [wave.label for wave in result.waves]),
        tuple((place, one["text"]) for place, (_key, one) in enumerate(drawn, 1)),
        Table(
            _("How many need it"), (_("Survey of"), *(one["text"] for _key, one in drawn), _("Answers")), rows
        ),
    )


def _beside(result: Result) -> Beside | None:
    """Each demand here and in the whole area; none where the area has published nothing."""
    if result.area is None:
        return None
    last = result.last.demands if result.last else {}
    both = [(key, one) for key, one in result.here.demands.items() if key in result.area.demands]
    if not both:
        return None
    rows = []
    for key, one in both:
        there = result.area.demands[key]["percent"]
        said = _("here %(here)s%%, %(area)s %(there)s%%") % {
            "here": one["percent"],
            "area": result.area.label,
            "there": there,
        }
        was = last[key]["percent"] if key in last else None
        rows.append((one["text"], said, charts.dots(one["percent"], was, there)))
    table = Table(
        _("How many need it"),
        (_("Need"), result.here.payload["neighbourhood"], result.area.label),
        tuple((one["text"], f"{one['percent']}%", _wanted(result.area, key)) for key, one in both),
    )
    return Beside(tuple(rows), result.area.label, table)


def _facts(result: Result) -> dict[str, Any]:
    """The figures at the top, and how they came to be."""
    payload = result.here.payload
    part, whole = payload.get("rr1") or (0, 0)
    need = result.survey.threshold
    over = [one for one in payload.get("demands", []) if need and one["percent"] >= need]
    return {
        "rate": charts.share(part, whole),
        "rr1": (part, whole),
        "over": len(over),
        "need": need,
        "dispositions": [
            (words, f"{count:,}")
            for key, words in HANDLED.items()
            if (count := payload["dispositions"].get(key))
        ],
        "channels": [
            (Channel(key).label, f"{count:,}") for key, count in payload.get("channels", {}).items() if count
        ],
        "people": people(payload["n"], payload),
        "frame": people(payload["frame"], payload),
    }

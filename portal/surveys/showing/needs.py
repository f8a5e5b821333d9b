"""What is needed most, how that changed, and what became of it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.kit import charts
from portal.surveys.models import Demand
from portal.surveys.showing.questions import NOT_ASKED, number, people_and_share
from portal.surveys.showing.reading import Payload, Published, Result
from portal.surveys.showing.shapes import Beside, Kept, Outcome, Table, Wish, Years
from portal.surveys.states import DemandState

# Of how many demands the change over the years is drawn, and how many stand at the top of the page.
DRAWN_DEMANDS, MOST_WISHES = 3, 10
MARKS = {
    DemandState.DONE: ("✓", ""),
    DemandState.IN_HAND: ("◔", "amber"),
    DemandState.OWED: ("◔", "red"),
    DemandState.NOT_POSSIBLE: ("✕", "grey"),
    DemandState.BELOW: ("—", "grey"),
}


def outcome(demand: Demand | None, over: bool) -> Outcome:
    """What became of a need; without a demand list yet: whether it waits for an answer."""
    state = DemandState(demand.state) if demand else DemandState.OWED if over else DemandState.BELOW
    mark, tone = MARKS[state]
    return Outcome(mark, tone, state.label, demand)


def wishes(result: Result) -> tuple[Wish, ...]:
    last = result.last.demands if result.last else {}
    need = result.survey.threshold or None
    return tuple(
        Wish(
            one,
            _needed(one, result.here.payload),
            charts.bar(one["percent"], last[key]["percent"] if key in last else None, need),
            _change(one["percent"] - last[key]["percent"]) if key in last else "",
            outcome(result.demands.get(key), bool(need and one["percent"] >= need)),
        )
        for key, one in list(result.here.demands.items())[:MOST_WISHES]
    )


def _needed(need: Payload, payload: Payload) -> str:
    """How many need it; where nearly all do, so many at least: the exact number would tell of the few others."""
    said = people_and_share(need["needed"], need["percent"], payload)
    return _("at least %(people)s") % {"people": said} if need.get("at_least") else said


def _change(points: int) -> str:
    return "=" if not points else f"▲ {points}" if points > 0 else f"▼ {-points}"


def wish_table(result: Result) -> Table:
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


def kept(result: Result) -> Kept | None:
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


def years(result: Result) -> Years | None:
    """The most wanted needs over the waves, where they were asked for before."""
    if not result.earlier:
        return None
    asked = {key for wave in result.earlier for key in wave.demands}
    drawn = [(key, one) for key, one in result.here.demands.items() if key in asked][:DRAWN_DEMANDS]
    if not drawn:
        return None
    values = [[wave.demands.get(key, {}).get("percent") for wave in result.waves] for key, _one in drawn]
    rows = tuple(
        (wave.label, *(_wanted(wave, key) for key, _one in drawn), number(wave.payload["n"]))
        for wave in result.waves
    )
    return Years(
        charts.lines(values, [wave.label for wave in result.waves]),
        tuple((place, one["text"]) for place, (_key, one) in enumerate(drawn, 1)),
        Table(
            _("How many need it"),
            (_("Survey of"), *(one["text"] for _key, one in drawn), pgettext("a survey", "Answers")),
            rows,
        ),
    )


def beside(result: Result) -> Beside | None:
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

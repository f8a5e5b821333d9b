"""The geometry of charts: lengths in per cent as SVG takes them, made from whole per cents. Nothing is drawn here.

A drawing has no viewBox, so words keep their size at any width. What is drawn stays within 0 and 100 %.
templates/components/charts/ draws what these functions return; docs/surveys.md has the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A series has a shape or hatching of its own besides its colour: class of a surface, its fill, class of a line.
SURFACES = (("s1", ""), ("o2", "url(#p2)"), ("o3", "url(#p3)"), ("rest", ""))
MOST_SERIES = 3
REST = 3
# Segments of a bar stand so far apart, half on either side.
GAP = 0.5
# Below this many per cent a number does not fit into its segment, with a plate below it or without.
FITS, FITS_ON_PLATE = 13, 15
# Where the lines of a chart lie between its edges, and how close their last numbers may come, in per cent.
LEFT, RIGHT, TOP, BOTTOM, APART = 9.0, 90.0, 10.0, 80.0, 8.0
STEPS = (5, 10, 20, 25, 50)
MOST_GRID_LINES = 5


@dataclass(frozen=True)
class Bar:
    """A bar from 0; `was`: where it ended last time, `need`: where an obligation begins; empty: no such mark."""

    length: str
    was: str = ""
    need: str = ""


@dataclass(frozen=True)
class Segment:
    """A part of a bar that is 100 % long. `number`: what stands in it, empty where it would not fit."""

    surface: str
    fill: str
    x: str
    width: str
    number: str
    at: str

    @property
    def plate(self) -> bool:
        """Whether the number needs a plate: on hatching it could not be read."""
        return bool(self.fill and self.number)


@dataclass(frozen=True)
class Point:
    """A place in a drawing."""

    x: str
    y: str


@dataclass(frozen=True)
class Line:
    """One series: its strokes between points that follow each other, its points, and its last number at the edge."""

    number: int
    strokes: tuple[tuple[Point, Point], ...]
    points: tuple[Point, ...]
    last: str
    last_y: str


@dataclass(frozen=True)
class Lines:
    """Several series over the same moments, with the lines of the grid (where, and what is written there)."""

    lines: tuple[Line, ...]
    grid: tuple[tuple[str, str], ...]
    moments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dots:
    """Values of one row on a scale from 0 to 100 %: here, last time, in the whole area; empty: not known."""

    here: str
    was: str = ""
    area: str = ""
    from_x: str = ""
    to_x: str = ""


def bar(percent: int, was: int | None = None, need: int | None = None) -> Bar:
    """A bar of so many per cent of the base."""
    return Bar(at(percent), _mark(was), _mark(need))


def stack(percents: Sequence[int], *, rest: bool = True) -> tuple[Segment, ...]:
    """The parts of a whole beside each other, at most three series and the rest (ValueError: more).

    `rest`: whether the last one is what is left, such as "no view". Whole per cents may add up to 101: the bar is
    then that much shorter, never longer than its place.
    """
    if len(percents) > MOST_SERIES + rest:
        raise ValueError(f"{len(percents)} parts are more than a bar can show apart")
    whole = max(100, sum(percents))
    segments, start = [], 0.0
    for place, percent in enumerate(percents):
        last = rest and len(percents) > 1 and place == len(percents) - 1
        length = 100 * max(percent, 0) / whole
        segments.append(_segment(percent, start, length, REST if last else place))
        start += length
    return tuple(segments)


def lines(series: Sequence[Sequence[int | None]], moments: Sequence[str]) -> Lines:
    """At most three series over the same moments (ValueError: more); None: not asked then."""
    if len(series) > MOST_SERIES:
        raise ValueError(f"{len(series)} series are more than a chart can show apart")
    known = [value for one in series for value in one if value is not None] or [0]
    low, high, step = _scale(min(known), max(known))
    drawn = [_line(place, values, low, high) for place, values in enumerate(series, 1)]
    return Lines(
        _spread(drawn),
        tuple((_y(mark, low, high), f"{mark}%") for mark in range(low, high + 1, step)),
        tuple((_x(place, len(moments)), words) for place, words in enumerate(moments)),
    )


def dots(here: int, was: int | None = None, area: int | None = None) -> Dots:
    """Three values of one row, and the stretch between the outermost."""
    known = [value for value in (here, was, area) if value is not None]
    return Dots(at(here), _mark(was), _mark(area), at(min(known)), at(max(known)))


def share(part: int, whole: int) -> int:
    """Whole per cent, half up; nothing of nothing is 0."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else 0


def can_stack(parts: int, *, rest: bool = True) -> bool:
    """Whether so many parts can be told apart in one bar."""
    return 0 < parts <= MOST_SERIES + rest


def _segment(percent: int, start: float, length: float, series: int) -> Segment:
    surface, fill = SURFACES[series]
    fits = percent >= (FITS_ON_PLATE if fill else FITS)
    return Segment(
        surface,
        fill,
        at(start + min(GAP, length) / 2),
        at(max(length - GAP, 0)),
        f"{percent}%" if fits else "",
        at(start + 1.5),
    )


def _line(number: int, values: Sequence[int | None], low: int, high: int) -> Line:
    points = [
        None if value is None else Point(_x(place, len(values)), _y(value, low, high))
        for place, value in enumerate(values)
    ]
    pairs = zip(points, points[1:], strict=False)
    strokes = tuple((one, two) for one, two in pairs if one and two)
    last = values[-1] if values else None
    return Line(
        number,
        strokes,
        tuple(point for point in points if point),
        "" if last is None else str(last),
        "" if last is None else _y(last, low, high),
    )


def _spread(drawn: list[Line]) -> tuple[Line, ...]:
    """The numbers at the edge moved apart, from the top; those that would leave at the bottom push the others up."""
    ends = sorted((line for line in drawn if line.last), key=lambda line: float(line.last_y[:-1]))
    places: list[float] = []
    for line in ends:
        y = float(line.last_y[:-1])
        places.append(max(y, places[-1] + APART) if places else y)
    for place in range(len(places) - 1, -1, -1):
        below = places[place + 1] - APART if place + 1 < len(places) else BOTTOM
        places[place] = min(places[place], below)
    moved = {line.number: at(y) for line, y in zip(ends, places, strict=True)}
    return tuple(
        Line(line.number, line.strokes, line.points, line.last, moved.get(line.number, "")) for line in drawn
    )


def _scale(least: int, most: int) -> tuple[int, int, int]:
    """From where to where the axis goes, and the step of its grid."""
    for step in STEPS:
        low, high = max(0, least // step * step - step), min(100, -(-most // step) * step + step)
        high = max(high, low + step)
        if (high - low) // step <= MOST_GRID_LINES:
            break
    return low, low + (high - low) // step * step, step


def _x(place: int, places: int) -> str:
    return at(50.0 if places < 2 else LEFT + (RIGHT - LEFT) * place / (places - 1))


def _y(value: int, low: int, high: int) -> str:
    return at(BOTTOM - (BOTTOM - TOP) * (value - low) / max(high - low, 1))


def _mark(percent: int | None) -> str:
    return "" if percent is None else at(percent)


def at(percent: float) -> str:
    """A length or place within the drawing."""
    return f"{min(max(round(percent, 2), 0), 100):g}%"

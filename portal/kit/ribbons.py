"""The geometry of a picture of flows: sources above, uses below, a ribbon between them as wide as what flows.

Lengths in per cent as SVG takes them; ribbons in a box of 1000 × 100. components/charts/_ribbons.html draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Class of a bar above, its fill, class of its ribbons; the fourth has a colour of its own and no hatching.
SOURCES = (("s1", "", "t1"), ("o2", "url(#p2)", "t2"), ("o3", "url(#p3)", "t3"), ("s0", "", "t0"))
MOST_SOURCES, MOST_USES = len(SOURCES), 9
BOX = 1000
# Between neighbouring bars, in thousandths, and the narrowest bar that has its mark written in it.
GAP_ABOVE, GAP_BELOW, FITS = 12, 9, 30


@dataclass(frozen=True)
class End:
    """A bar above or below. `mark`: what is written in it, empty where it is too narrow; `at`: its middle."""

    surface: str
    fill: str
    x: str
    width: str
    mark: str
    at: str


@dataclass(frozen=True)
class Ribbons:
    """A whole picture; `paths`: class and path of each ribbon."""

    above: tuple[End, ...]
    below: tuple[End, ...]
    paths: tuple[tuple[str, str], ...]


def ribbons(
    flows: Mapping[tuple[int, int], int], above: Sequence[str], below: Sequence[tuple[str, bool]]
) -> Ribbons:
    """Flows by place above and place below, never negative. `below`: the mark, and whether it is there still.

    ValueError: more sources or uses than can be told apart.
    """
    if len(above) > MOST_SOURCES or len(below) > MOST_USES:
        raise ValueError(f"{len(above)} sources and {len(below)} uses are more than a picture can show apart")
    came = [sum(fen for (one, _to), fen in flows.items() if one == place) for place in range(len(above))]
    went = [sum(fen for (_from, one), fen in flows.items() if one == place) for place in range(len(below))]
    top, bottom = _places(came, GAP_ABOVE), _places(went, GAP_BELOW)
    return Ribbons(
        tuple(_end(*SOURCES[n][:2], *top[n], mark) for n, mark in enumerate(above)),
        tuple(_end("rest" if stays else "sd", "", *bottom[n], mark) for n, (mark, stays) in enumerate(below)),
        tuple(_paths(flows, came, went, top, bottom)),
    )


def _places(amounts: Sequence[int], gap: int) -> list[tuple[float, float]]:
    """Where each bar begins and how wide it is, in thousandths of the width."""
    whole = sum(amounts) or 1
    room = BOX - gap * max(len(amounts) - 1, 0)
    places, start = [], 0.0
    for amount in amounts:
        width = room * amount / whole
        places.append((start, width))
        start += width + gap
    return places


def _end(surface: str, fill: str, start: float, width: float, mark: str) -> End:
    fits = mark if width >= FITS else ""
    return End(surface, fill, _percent(start), _percent(width), fits, _percent(start + width / 2))


def _paths(
    flows: Mapping[tuple[int, int], int],
    came: Sequence[int],
    went: Sequence[int],
    top: Sequence[tuple[float, float]],
    bottom: Sequence[tuple[float, float]],
) -> list[tuple[str, str]]:
    """Ribbons leave a bar above in the order of the bars below, and arrive in that of the bars above."""
    left = [start for start, _width in top]
    right = [start for start, _width in bottom]
    drawn = []
    for (one, to), fen in sorted(flows.items()):
        if fen <= 0:
            continue
        leaving, arriving = top[one][1] * fen / came[one], bottom[to][1] * fen / went[to]
        a, b = left[one], left[one] + leaving
        c, d = right[to], right[to] + arriving
        drawn.append(
            (
                SOURCES[one][2],
                f"M{a:.1f} 0C{a:.1f} 50 {c:.1f} 50 {c:.1f} 100H{d:.1f}C{d:.1f} 50 {b:.1f} 50 {b:.1f} 0z",
            )
        )
        left[one], right[to] = b, d
    return drawn


def _percent(thousandths: float) -> str:
    return f"{thousandths / 10:.2f}%"

"""The geometry of the pictures of an allocation; what may be drawn how: portal.kit.charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from unicodedata import east_asian_width

from portal.funds.explaining.told import Group, Project
from portal.kit import charts
from portal.kit.charts import Segment, at

# A row of dots, and how many there are at most; one dot stands for a round number of people.
A_ROW, DOTS = 31, 62
ROW_HEIGHT, FIRST_ROW = 20, 9
# The columns stand between these, in per cent of the height.
TOP, FLOOR = 4.0, 92.0
# Neighbours overlap by so much, lest a line of light stands between them.
OVERLAP = 0.05
# Of the bar of a pot: what stands between two projects; smaller ones are drawn as one; the width of a half-wide letter.
APART, SMALLEST, LETTER = 0.4, 1.0, 2.6


@dataclass(frozen=True)
class Dot:
    """A dot for so many people; `dark`: they ticked the project."""

    x: str
    y: int
    dark: bool


@dataclass(frozen=True)
class Column:
    """Supporters who did the same, side by side: at the bottom what they had spent before, above it what they paid."""

    x: str
    width: str
    gone_y: str
    gone: str
    paid_y: str
    paid: str


@dataclass(frozen=True)
class Part:
    """A project in the bar of a pot; `words`: what fits into it."""

    x: str
    width: str
    words: str
    middle: str


def dots(part: int, whole: int) -> tuple[list[Dot], int]:
    """How many of all ticked a project, as dots; and how many people one dot stands for."""
    size = next(size for size in _round_numbers() if whole <= size * DOTS)
    dark = -(-part // size)
    return [
        Dot(at(100 * (place % A_ROW + 0.5) / A_ROW), FIRST_ROW + ROW_HEIGHT * (place // A_ROW), place < dark)
        for place in range(-(-whole // size))
    ], size


def columns(groups: Sequence[Group], share: Fraction) -> list[Column]:
    """One column a supporter, as high as a share, those first who had spent most."""
    people = sum(one.people for one in groups)
    found, start = [], 0
    for one in groups:
        gone, paid = _high(one.before, share), _high(one.amount, share)
        found.append(
            Column(
                at(100 * start / people),
                at(100 * one.people / people + OVERLAP),
                at(FLOOR - gone),
                at(gone),
                at(FLOOR - gone - paid),
                at(paid),
            )
        )
        start += one.people
    return found


def pot(projects: Sequence[Project], budget: Fraction) -> list[Part]:
    """What was chosen as parts of the pot, the dearest first; the smallest ones together as one part."""
    ordered = sorted(projects, key=lambda one: (-one.cost, one.id))
    shares = [(float(100 * one.cost / budget) if budget else 0.0, one.title) for one in ordered]
    large = [(width, title) for width, title in shares if width >= SMALLEST]
    small = sum(width for width, _title in shares if width < SMALLEST)
    parts, start = [], 0.0
    for width, title in [*large, *([(small, "")] if small else [])]:
        shown = max(width - APART, 0)
        parts.append(Part(at(start + APART / 2), at(shown), fitting(title, shown), at(start + width / 2)))
        start += width
    return parts


def preferred(this: int, same: int, other: int) -> tuple[Segment, ...]:
    """Who has more of the own ticks by this result, who as many, who by the other one; with the numbers of people."""
    people = (this, same, other)
    percents = [charts.share(one, sum(people)) for one in people]
    # The series come first in a stack, the rest last; here those who do not mind stand between the two.
    first, third, second = charts.stack([percents[0], percents[2], percents[1]])
    part = 100 / max(100, sum(percents))
    drawn = (first, _moved(second, part * percents[0]), _moved(third, part * (percents[0] + percents[1])))
    return tuple(
        replace(one, number=str(count) if one.number else "")
        for one, count in zip(drawn, people, strict=True)
    )


def fitting(title: str, width: float) -> str:
    """As much of a title as can be read in so many per cent of the width; empty where it is not worth it."""
    room, taken = (width - 2) / LETTER, 0
    for place, letter in enumerate(title):
        taken += 2 if east_asian_width(letter) in "WF" else 1
        if taken > room:
            short = title[: max(place - 1, 0)]
            return f"{short}…" if len(short) > 1 else ""
    return title


def _moved(part: Segment, start: float) -> Segment:
    return replace(part, x=at(start + charts.GAP / 2), at=at(start + 1.5))


def _high(amount: Fraction, share: Fraction) -> float:
    return float(amount / share) * (FLOOR - TOP) if share else 0.0


def _round_numbers() -> Sequence[int]:
    return [figure * 10**power for power in range(9) for figure in (1, 2, 5)]

"""Where one reader stands: from the own reactions and what was last reckoned, on the own screen only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import dist, sqrt
from typing import Any

from portal.kit.charts import at
from portal.meetings.opinions.rules import EDGE

# Shares within a group from which it has a view of its own, in per cent.
MOST = 50


@dataclass(frozen=True)
class Standing:
    """A reader's place in the picture, in per cent; the group that is nearest; and of how many with how many alike.

    `alike`: for each group, with how many of the reader's views most of it agree; `views`: how many those are.
    """

    x: float
    y: float
    group: int
    alike: tuple[int, ...]
    views: int

    @property
    def across(self) -> str:
        """How far from the left, as SVG takes it."""
        return at(self.x)

    @property
    def down(self) -> str:
        """How far from the top."""
        return at(self.y)


def standing(snapshot: Mapping[str, Any], mine: Mapping[int, int], needed: int) -> Standing | None:
    """Where the reader of these reactions (statement: value) stands; None without groups, or with too few reactions."""
    keys = [told["key"] for told in snapshot["statements"]]
    own = {place: mine[key] for place, key in enumerate(keys) if key in mine}
    if not snapshot["plane"] or len(own) < needed:
        return None
    plane = snapshot["plane"]
    stretch = sqrt((len(keys) + plane["removed"]) / (len(own) + plane["removed"]))
    here = [
        stretch * sum((value - plane["means"][place]) * direction[place] for place, value in own.items())
        for direction in plane["directions"]
    ]
    nearest = min(range(len(snapshot["groups"])), key=lambda n: dist(here, snapshot["groups"][n]["middle"]))
    views = {place: value for place, value in own.items() if value}
    alike = tuple(_alike(group["stands"], views) for group in snapshot["groups"])
    x, y = (_drawn(here[axis], plane["low"][axis], plane["high"][axis], EDGE[axis]) for axis in (0, 1))
    return Standing(x, y, nearest, alike, len(views))


def _alike(stands: list[list[int] | None], views: Mapping[int, int]) -> int:
    return sum(1 for place, value in views.items() if _holds(stands[place], agrees=value > 0))


def _holds(shares: list[int] | None, *, agrees: bool) -> bool:
    return shares is not None and shares[0 if agrees else 1] > MOST


def _drawn(value: float, low: float, high: float, edge: int) -> float:
    spread = high - low or 1
    return round(edge + (min(max(value, low), high) - low) / spread * (100 - 2 * edge), 1)

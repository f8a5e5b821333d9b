"""What the page of a map draws, made from what was last reckoned: the same for every reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.charts import Segment, at, can_stack, stack
from portal.meetings.models.opinions import OpinionMap
from portal.meetings.opinions.rules import LEAST_PEOPLE, LEAST_STATEMENTS, least_reactions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAMES = (
    gettext_lazy("Group A"),
    gettext_lazy("Group B"),
    gettext_lazy("Group C"),
    gettext_lazy("Group D"),
    gettext_lazy("Group E"),
)
AREAS = ("t1", "t2", "t3", "t0", "t0")
# A mark grows with the root of how many it stands for, between these sizes.
SMALLEST, GROWS = 0.7, 1.1
# How many per cent the name of a group stands above its marks, or below those of the lower half.
ABOVE, BELOW, LOWER_HALF = 11, 13, 55
# The line of a statement keeps so far from the edges, in per cent.
MARGIN = 6
# From so many per cent between two groups a statement divides them.
SPLIT = 30
# How many statements the page tells one by one; all of them stand in the list.
MOST_ROWS = 12
Point = tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """People who stand nearly alike: where, and how large."""

    x: str
    y: str
    size: str


@dataclass(frozen=True)
class GroupPart:
    """A group in the picture: name and size, its marks, the area behind them, where the name stands, what it holds."""

    number: int
    name: StrOrPromise
    size: int
    area: str
    hull: str
    marks: tuple[Mark, ...]
    label: tuple[str, str]
    holds: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Row:
    """A statement: what each group says to it, in per cent that agree (None: too few of the group), and what all say.

    `shares`: agree, disagree, not sure of all, None of fewer than five reactions; `seen`: how many reacted; `shared`:
    "agree" or "disagree" where most of every group do.
    """

    key: int
    number: int
    text: str
    seen: int
    shares: tuple[int, int, int] | None
    groups: tuple[int | None, ...]
    shared: str = ""

    @property
    def places(self) -> list[tuple[int, str]]:
        """The number of each group, and where it stands on the line."""
        told = [(number, share) for number, share in enumerate(self.groups, 1) if share is not None]
        return [(number, at(MARGIN + share * (100 - 2 * MARGIN) / 100)) for number, share in told]

    @property
    def split(self) -> int:
        """How many per cent lie between the groups that are furthest apart."""
        told = [share for share in self.groups if share is not None]
        return max(told) - min(told) if len(told) > 1 else 0

    @property
    def divides(self) -> bool:
        """Whether groups stand far apart on it."""
        return self.split >= SPLIT

    @property
    def span(self) -> tuple[str, str]:
        """From the group that agrees least to the one that agrees most, on the line."""
        ends = [float(place[:-1]) for _number, place in self.places]
        return at(min(ends)), at(max(ends))

    @property
    def bar(self) -> tuple[Segment, ...]:
        """Agree, disagree, not sure beside each other; empty where too few reacted."""
        return stack(self.shares) if self.shares and can_stack(len(self.shares)) else ()

    @property
    def words(self) -> str:
        """The bar in words."""
        if self.shares is None:
            return ""
        parts = dict(zip(("agree", "disagree", "unsure"), self.shares, strict=True))
        said = _("Of %(seen)s people %(agree)s%% agree, %(disagree)s%% disagree, %(unsure)s%% are not sure")
        return said % {"seen": self.seen, **parts}


class Picture:
    """A map as its page draws it. Statements that are not shown now are left out."""

    def __init__(self, snapshot: Mapping[str, Any], texts: Mapping[int, tuple[int, str]]) -> None:
        self._snapshot, self._texts = snapshot, texts

    @property
    def people(self) -> int:
        """How many reacted to anything."""
        return int(self._snapshot.get("people", 0))

    @property
    def included(self) -> int:
        """How many reacted to so much that they are counted on the map."""
        return int(self._snapshot.get("included", 0))

    @property
    def statements(self) -> int:
        """How many statements are shown."""
        return len(self._texts)

    @property
    def needs_reactions(self) -> int:
        """To how many statements somebody reacts who counts on the map."""
        return least_reactions(max(len(self._texts), LEAST_STATEMENTS))

    @property
    def people_lacking(self) -> int:
        """How many people are lacking to a map."""
        return max(LEAST_PEOPLE - self.included, 0)

    @property
    def statements_lacking(self) -> int:
        """How many statements are lacking to a map."""
        return max(LEAST_STATEMENTS - len(self._texts), 0)

    @cached_property
    def groups(self) -> tuple[GroupPart, ...]:
        """The groups, the largest first; none where they would mislead."""
        found = self._snapshot.get("groups", [])
        most = max((n for group in found for _x, _y, n in group["marks"]), default=1)
        return tuple(self._group(place, group, most) for place, group in enumerate(found))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every statement that was counted and is shown, by group-informed consensus, highest first."""
        told = {one["key"]: (place, one) for place, one in enumerate(self._snapshot.get("statements", []))}
        order = [key for key in self._snapshot.get("consensus", []) if key in self._texts]
        return tuple(self._row(key, *told[key]) for key in order)

    @cached_property
    def shared(self) -> tuple[Row, ...]:
        """On what most of every group stand together, surest first."""
        known = {row.key: row for row in self.rows}
        return tuple(known[key] for key in self._shared if key in known)

    @cached_property
    def told(self) -> tuple[Row, ...]:
        """What the page tells one by one: what all share, then what divides most, then the rest by consensus."""
        shared = self.shared[: MOST_ROWS // 2]
        rest = [row for row in self.rows if row not in shared]
        rest.sort(key=lambda row: -row.split)
        return (*shared, *rest)[:MOST_ROWS]

    @property
    def summary(self) -> str:
        """The picture in words."""
        parts = [_("%(name)s: %(n)s people") % {"name": part.name, "n": part.size} for part in self.groups]
        return _("Opinion map. %(groups)s. The numbers stand in the table below") % {
            "groups": _("; ").join(parts)
        }

    @cached_property
    def _shared(self) -> dict[int, str]:
        return {key: "agree" if agrees else "disagree" for key, agrees in self._snapshot.get("shared", [])}

    def _row(self, key: int, place: int, told: Mapping[str, Any]) -> Row:
        stands = [group["stands"][place] for group in self._snapshot["groups"]]
        number, text = self._texts[key]
        shares = told["shares"]
        return Row(
            key,
            number,
            text,
            told["seen"],
            tuple(shares) if shares else None,
            tuple(stand[0] if stand else None for stand in stands),
            self._shared.get(key, ""),
        )

    def _group(self, place: int, group: Mapping[str, Any], most: int) -> GroupPart:
        spots = [(x, y) for x, y, _n in group["marks"]]
        holds = [(self._texts[key][1], agrees) for key, agrees in group["typical"] if key in self._texts]
        return GroupPart(
            place + 1,
            NAMES[place],
            group["size"],
            AREAS[place],
            " ".join(f"{x},{y}" for x, y in hull(spots)),
            tuple(Mark(at(x), at(y), _size(n, most)) for x, y, n in group["marks"]),
            _label(spots),
            tuple(holds),
        )


def picture(map_: OpinionMap) -> Picture:
    """The picture of a map as it was last reckoned; one query."""
    shown = map_.statements.shown().values_list("pk", "number", "text")
    return Picture(map_.snapshot, {pk: (number, text) for pk, number, text in shown})


def hull(spots: Sequence[Point]) -> list[Point]:
    """The corners around some places (Andrew 1979), so that an area can be drawn behind them."""
    ordered = sorted(set(spots))
    if len(ordered) < 3:
        return ordered
    return _chain(ordered)[:-1] + _chain(ordered[::-1])[:-1]


def _chain(ordered: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for spot in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], spot) <= 0:
            chain.pop()
        chain.append(spot)
    return chain


def _turn(one: Point, two: Point, three: Point) -> int:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _size(count: int, most: int) -> str:
    return f"{SMALLEST + GROWS * sqrt(count / most):.2f}"


def _label(spots: Sequence[Point]) -> tuple[str, str]:
    """Above the group, or below it in the lower half; so far from the left and right edge that the name has room."""
    across, down = (sum(spot[axis] for spot in spots) / len(spots) for axis in (0, 1))
    low = max(y for _x, y in spots) + BELOW
    high = max(min(y for _x, y in spots) - ABOVE, 3)
    return at(min(max(across, 16), 84)), at(low if down > LOWER_HALF else high)

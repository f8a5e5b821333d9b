"""Where one voter's share went, by what the ballot ticked. Nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from portal.funds.allocating.explaining import share_of
from portal.funds.explaining.told import Project, Told
from portal.kit import charts
from portal.kit.charts import Segment
from portal.kit.wording import half_up


@dataclass(frozen=True)
class Paid:
    """What went to one project, in fen, with the surface it is drawn in."""

    project: Project
    fen: int
    surface: str
    fill: str


@dataclass(frozen=True)
class Own:
    """One share, in fen: what was paid, and what was not used; both add up to the share.

    `over`: ticked and paid from what was left over. `unmet`: ticked and not chosen. `chosen`: by the rule under which
    nobody pays by head, what was ticked and chosen.
    """

    paid: list[Paid]
    rest: int
    whole: int
    over: list[Project]
    unmet: list[Project]
    chosen: list[Project]
    segments: tuple[Segment, ...]


def own(payload: Mapping[str, Any], told: Told, ticks: Iterable[str]) -> Own:
    """Where the share of the ballot with these ticks went."""
    ticked = [told.by_id[key] for key in ticks if key in told.by_id]
    parts, left = share_of(payload, [one.id for one in ticked])
    *paid, rest = in_fen([*(amount for _key, amount in parts), left])
    drawn = _drawn([told.by_id[key] for key, _amount in parts], paid)
    return Own(
        drawn,
        rest,
        sum(paid) + rest,
        [one for one in ticked if one.won and one.left_over],
        [one for one in ticked if not one.won],
        [one for one in ticked if one.won],
        _segments(drawn, rest),
    )


def spent_on(
    payload: Mapping[str, Any], told: Told, project: Project, ballots: Iterable[tuple[str, ...]]
) -> list[tuple[Project, Fraction]]:
    """On which projects all who ticked this one had spent their shares when it began to lack money, most first."""
    before = set(told.order[: project.at_step or 0])
    spent: dict[str, Fraction] = {}
    for ticks, people in Counter(ticks for ticks in ballots if project.id in ticks).items():
        for key, amount in share_of(payload, ticks)[0]:
            if key in before:
                spent[key] = spent.get(key, Fraction(0)) + amount * people
    ordered = sorted(spent.items(), key=lambda one: (-one[1], one[0]))
    return [(told.by_id[key], amount) for key, amount in ordered]


def in_fen(amounts: Iterable[Fraction]) -> list[int]:
    """Exact amounts as whole fen, each less than one off, that add up to their rounded sum."""
    found, exact, shown = [], Fraction(0), 0
    for amount in amounts:
        exact += amount
        found.append(half_up(exact) - shown)
        shown += found[-1]
    return found


def _drawn(projects: list[Project], fens: list[int]) -> list[Paid]:
    """The dearest first; from the third on all look alike."""
    ordered = sorted(zip(projects, fens, strict=True), key=lambda one: (-one[1], one[0].id))
    return [
        Paid(project, fen, *charts.SURFACES[min(place, charts.MOST_SERIES - 1)])
        for place, (project, fen) in enumerate(ordered)
    ]


def _segments(drawn: list[Paid], rest: int) -> tuple[Segment, ...]:
    fens = [one.fen for one in drawn]
    series = [*fens[: charts.MOST_SERIES - 1], sum(fens[charts.MOST_SERIES - 1 :])][: len(fens)]
    whole = sum(series) + rest
    percents = [charts.share(fen, whole) for fen in [*series, rest]]
    # One alone would be drawn as the first project, not as what is left.
    segments = charts.stack(percents) if series else charts.stack([0, *percents])[1:]
    return tuple(replace(one, number="") for one in segments)

"""Who paid what: the purchases of an outcome played once more, with every purse looked into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.funds.allocating.rules.fields import Field
from portal.funds.allocating.rules.outcomes import SHARES, Outcome
from portal.funds.allocating.rules.shares import Purses


@dataclass(frozen=True, slots=True)
class Paid:
    """So many supporters paid the same, had spent the same before, and keep the same."""

    amount: Fraction
    people: int
    left: Fraction
    before: Fraction


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one project. `paid`: at its purchase, or when money began to lack.

    `lacking`: how much its supporters had too little after the choice number `at_step` (0: from the beginning).
    """

    paid: tuple[Paid, ...] = ()
    lacking: Fraction | None = None
    at_step: int | None = None


@dataclass(frozen=True)
class Replay:
    """The story of each project by its id, and what each kind of voter keeps, in the election's unit."""

    stories: dict[str, Story]
    left: list[Fraction]


def replayed(field: Field, outcome: Outcome) -> Replay:
    """Play the purchases of equal shares, or the choices of the greedy rule, once more."""
    if outcome.stands == "greedy":
        return Replay(_skipped(field, outcome), [Fraction(0)] * len(field.kinds))
    return _shared(field, outcome)


def _shared(field: Field, outcome: Outcome) -> Replay:
    place = {key: number for number, key in enumerate(field.ids)}
    share = outcome.last_share * field.unit
    purses, stories = Purses(field, share), dict[str, Story]()
    waiting = sorted(field.running)
    waiting = _dry(purses, share, waiting, 0, stories)
    for step, one in enumerate((one for one in outcome.chosen if one.by == SHARES), start=1):
        project, per_head = place[one.id], (one.per_head or Fraction(0)) * field.unit
        before = [purses.left[kind] for kind in field.supporters[project]]
        parts = purses.parts
        purses.pay(project, per_head)
        scaled = [purse * (purses.parts // parts) for purse in before]
        stories[one.id] = Story(_groups(purses, project, share, scaled))
        waiting = _dry(purses, share, [other for other in waiting if other != project], step, stories)
    scale = purses.parts * field.unit
    return Replay(stories, [Fraction(purse, scale) for purse in purses.left])


def _dry(
    purses: Purses, share: Fraction, waiting: Sequence[int], step: int, stories: dict[str, Story]
) -> list[int]:
    """Note whose supporters have too little now; returns the others."""
    field, still = purses.field, []
    for project in waiting:
        lacks = field.costs[project] * purses.parts - purses.held(project)
        if lacks > 0:
            groups = _groups(purses, project, share)
            lacking = Fraction(lacks, purses.parts * field.unit)
            stories[field.ids[project]] = Story(groups, lacking, step)
        else:
            still.append(project)
    return still


def _groups(
    purses: Purses, project: int, share: Fraction, before: Sequence[int] | None = None
) -> tuple[Paid, ...]:
    """The supporters, those who had spent most first. `before`: what each kind had; None: nobody pays."""
    field = purses.field
    now = [purses.left[kind] for kind in field.supporters[project]]
    counted = Counter[tuple[int, int]]()
    for had, has, kind in zip(before or now, now, field.supporters[project], strict=True):
        counted[had, has] += field.weights[kind]
    scale = purses.parts * field.unit
    whole = share / field.unit
    return tuple(
        Paid(Fraction(had - has, scale), people, Fraction(has, scale), whole - Fraction(had, scale))
        for (had, has), people in sorted(counted.items())
    )


def _skipped(field: Field, outcome: Outcome) -> dict[str, Story]:
    """By the greedy rule money lacks in the pot, when a project's turn comes."""
    step = {one.id: number for number, one in enumerate(outcome.chosen, start=1)}
    left, taken, stories = field.budget, 0, {}
    for project in sorted(field.running, key=lambda one: (-field.votes[one], one)):
        key = field.ids[project]
        if key in step:
            left, taken = left - field.costs[project], step[key]
        elif field.costs[project] > left:
            stories[key] = Story((), Fraction(field.costs[project] - left, field.unit), taken)
    return stories

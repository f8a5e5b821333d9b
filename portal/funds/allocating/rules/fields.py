"""An election made ready for computing: whole numbers, projects in the order of the tie rule, equal ballots as one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from portal.funds.allocating.elections import Election, Project, Rules
from portal.funds.allocating.rules.outcomes import DEAR, FEW_VOTES


@dataclass(frozen=True)
class Field:
    """Projects are counted from 0 in the order in which ties are broken; voters who ticked the same are one kind.

    `unit`: how many of these whole units make one of the election's. `supporters`: by project, the kinds that ticked
    it. `rivals`: by project, the others of its exclusion group. `running`: what is in the running at all.
    """

    ids: list[str]
    costs: list[int]
    budget: int
    unit: int
    voters: int
    kinds: list[tuple[int, ...]]
    weights: list[int]
    supporters: list[list[int]]
    votes: list[int]
    rivals: list[frozenset[int]]
    running: frozenset[int]
    out: dict[str, str]

    @property
    def share(self) -> Fraction:
        """The first share of everybody, in whole units."""
        return Fraction(self.budget, self.voters or 1)


def field_of(election: Election, rules: Rules) -> Field:
    """The election under the frozen rules."""
    projects = sorted(election.projects, key=lambda one: _tie(one, rules.tie))
    unit = lcm(
        *(Fraction(amount).denominator for amount in (election.budget, *(one.cost for one in projects)))
    )
    place = {one.id: number for number, one in enumerate(projects)}
    grouped = Counter(tuple(sorted(place[tick] for tick in ballot.ticks)) for ballot in election.ballots)
    kinds = sorted(grouped)
    supporters: list[list[int]] = [[] for _ in projects]
    for number, ticks in enumerate(kinds):
        for project in ticks:
            supporters[project].append(number)
    out = _out(election, rules)
    return Field(
        ids=[one.id for one in projects],
        costs=[int(one.cost * unit) for one in projects],
        budget=int(election.budget * unit),
        unit=unit,
        voters=len(election.ballots),
        kinds=kinds,
        weights=[grouped[kind] for kind in kinds],
        supporters=supporters,
        votes=[election.votes[one.id] for one in projects],
        rivals=_rivals(projects),
        running=frozenset(place[one.id] for one in projects if one.id not in out),
        out=out,
    )


def _tie(project: Project, tie: str) -> tuple[int | Fraction, str]:
    return (project.cost if tie == "cheaper" else 0, project.id)


def _rivals(projects: list[Project]) -> list[frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, one in enumerate(projects):
        if one.group:
            groups.setdefault(one.group, set()).add(number)
    return [
        frozenset(groups[one.group] - {number}) if one.group else frozenset()
        for number, one in enumerate(projects)
    ]


def _out(election: Election, rules: Rules) -> dict[str, str]:
    """Which projects are never in the running, and why: nobody is funded without a vote, whatever the rules say."""
    least, voters = max(1, rules.minimum_votes), len(election.ballots)
    out = {}
    for one in election.projects:
        votes = election.votes[one.id]
        if votes < least:
            out[one.id] = FEW_VOTES
        elif rules.dear_floor and votes * 3 * election.budget < one.cost * voters:
            out[one.id] = DEAR
    return out

"""An election over projects as the rules see it: no models, amounts in one unit, whole or as fractions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

Amount = int | Fraction
# How far a computation is: done, of how many steps as far as it is known.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Project:
    """What can be funded. `group`: of projects that bear the same word at most one is (exclusion)."""

    id: str
    cost: Amount
    title: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one voter ticked; empty ballots count among the voters, too."""

    voter: str
    ticks: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """Every rule that decides, chosen before the first ballot (portal.funds.models.Call says what each means).

    `completion` is for equal shares only; the greedy rule leaves nothing to complete.
    """

    rule: str = "equal-shares"
    completion: str = "add1-greedy"
    tie: str = "number"
    minimum_votes: int = 1
    dear_floor: bool = False
    comparison: bool = False

    def other(self) -> Rules:
        """The other rule with all else the same, for the comparison."""
        rule = "greedy" if self.rule == "equal-shares" else "equal-shares"
        return Rules(rule, self.completion, self.tie, self.minimum_votes, self.dear_floor)


@dataclass(frozen=True)
class Election:
    """Pot, projects and ballots. `meta`: what else a file says of itself."""

    budget: Amount
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    meta: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def project(self) -> dict[str, Project]:
        """The projects by their id."""
        return {one.id: one for one in self.projects}

    @cached_property
    def votes(self) -> dict[str, int]:
        """How many ticked each project."""
        counted = dict.fromkeys(self.project, 0)
        for ballot in self.ballots:
            for tick in ballot.ticks:
                counted[tick] += 1
        return counted

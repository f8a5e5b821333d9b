"""Which projects win: equal shares with its completions, or most votes first. Exact, own code."""

from __future__ import annotations

from portal.funds.allocating.elections import Election, Progress, Rules
from portal.funds.allocating.rules.outcomes import Chosen, Comparison, Outcome
from portal.funds.allocating.rules.ruling import outcome_of

__all__ = ["Chosen", "Comparison", "Outcome", "Rules", "allocate", "outcome_of"]


def allocate(
    election: Election,
    rule: str = "equal-shares",
    completion: str = "add1-greedy",
    *,
    tie: str = "number",
    minimum_votes: int = 1,
    dear_floor: bool = False,
    comparison: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """The winners of an election. `progress` is told now and then how far it is.

    Equal shares with cost utilities; every share is exact. docs/funds.md says the rules in words.
    """
    rules = Rules(rule, completion, tie, minimum_votes, dear_floor, comparison)
    return outcome_of(election, rules, progress)

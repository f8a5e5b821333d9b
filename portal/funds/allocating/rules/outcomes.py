"""What a rule found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from portal.funds.allocating.elections import Amount, Rules

SHARES, COMPLETION, GREEDY = "shares", "completion", "greedy"
FEW_VOTES, DEAR, EXCLUDED = "few_votes", "dear", "excluded"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice. `per_head`: the most any supporter paid from the own share; None where nobody paid by head."""

    id: str
    by: str
    per_head: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many voters have more of their ticks funded by this rule, by the other, by neither."""

    prefer_this: int
    same: int
    prefer_other: int


@dataclass(frozen=True)
class Outcome:
    """The choices in their order, and the shares they were paid from.

    `out`: why a project was never in the running, or left it. `share`: pot ÷ ballots; `last_share`: what each had in
    the end, raised by the completion. `rules.rule` is the rule asked for, `stands` the one whose choices these are:
    the other one where the comparison step says so.
    """

    rules: Rules
    stands: str
    chosen: tuple[Chosen, ...]
    out: Mapping[str, str]
    share: Fraction
    last_share: Fraction
    cost: Amount
    budget: Amount
    comparison: Comparison | None = None

    @property
    def winners(self) -> list[str]:
        """The ids of the funded projects, as text ascending."""
        return sorted(one.id for one in self.chosen)

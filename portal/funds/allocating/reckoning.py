"""What would about have made a project win, from what everybody had left in the end, without computing anew.

With shares as they were it is a bound that holds: were the project not bought, everything would be as it was, and in
the end its supporters could pay for it. Where shares are raised step by step the project itself changes how far; then
it is where the search begins (`supposing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from portal.funds.allocating.elections import Amount, Election, Project, Rules
from portal.funds.allocating.replaying import Replay
from portal.funds.allocating.rules.fields import Field

# A cost is looked for on steps of about a hundredth.
STEPS = 100


@dataclass(frozen=True, slots=True)
class Reckoned:
    """So many further votes, or so low a cost, in the election's unit; None: nothing can be said."""

    votes: int | None = None
    cost: int | None = None


def steps_of(cost: Amount) -> tuple[int, int]:
    """The step on which lower costs are looked for, and how many of them are below the cost."""
    step = 10 ** max(0, len(str(int(cost // STEPS))) - 1)
    return step, int(-(-cost // step) - 1)


def reckoned(
    election: Election, rules: Rules, field: Field, replay: Replay, losers: list[str], order: list[int]
) -> dict[str, Reckoned]:
    """For each project that was not chosen from shares. `order`: the places of the ballots, richest first."""
    left = dict(zip(field.kinds, replay.left, strict=True))
    place = {key: number for number, key in enumerate(field.ids)}
    purses = [left[tuple(sorted(place[tick] for tick in ballot.ticks))] for ballot in election.ballots]
    return {key: _one(election, rules, election.project[key], purses, order) for key in losers}


def _one(
    election: Election, rules: Rules, project: Project, purses: list[Fraction], order: list[int]
) -> Reckoned:
    held, further = Fraction(0), list[Fraction]()
    for at in order:
        if project.id in election.ballots[at].ticks:
            held += purses[at]
        else:
            further.append(purses[at])
    return Reckoned(_votes(election, rules, project, project.cost - held, further), _cost(project, held))


def _votes(
    election: Election, rules: Rules, project: Project, lacks: Amount, further: list[Fraction]
) -> int | None:
    """The first so many purses that hold what lacks, and as many as the rules ask for."""
    votes, more = election.votes[project.id], 0
    needed = max(rules.minimum_votes, 1)
    if rules.dear_floor:
        needed = max(needed, int(-(-project.cost * len(election.ballots) // (3 * election.budget))))
    for purse in further:
        if lacks <= 0 and votes + more >= needed:
            break
        lacks, more = lacks - purse, more + 1
    return more if more and lacks <= 0 and votes + more >= needed else None


def _cost(project: Project, held: Fraction) -> int | None:
    step, _most = steps_of(project.cost)
    cost = min(int(held // step), int(-(-project.cost // step) - 1)) * step
    return cost or None

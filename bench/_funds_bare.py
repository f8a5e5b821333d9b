"""Equal shares and its completion in the plainest fractions: the bare counterpart, and what the tests compare with.

Nothing is grouped, kept or skipped: every purse is a fraction, every project is looked at in every step.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from portal.funds.allocating.elections import Election


def shares(election: Election, share: Fraction) -> list[str]:
    """What is bought when every voter begins with this share, in order."""
    purses = [share] * len(election.ballots)
    backers = {
        one.id: [n for n, ballot in enumerate(election.ballots) if one.id in ballot.ticks]
        for one in election.projects
    }
    cost = {one.id: Fraction(one.cost) for one in election.projects}
    bought: list[str] = []
    while True:
        able = [
            (asked / cost[key], key, asked)
            for key in cost
            if key not in bought and not _barred(election, key, bought)
            if (asked := per_head(cost[key], [purses[n] for n in backers[key]])) is not None
        ]
        if not able:
            return bought
        _rate, best, asked = min(able)
        bought.append(best)
        for voter in backers[best]:
            purses[voter] -= min(purses[voter], asked)


def per_head(cost: Fraction, purses: Iterable[Fraction]) -> Fraction | None:
    """The most anybody pays so that all together pay the cost; None: they have too little."""
    poorest = sorted(purses)
    for place, purse in enumerate(poorest):
        asked = cost / (len(poorest) - place)
        if asked <= purse:
            return asked
        cost -= purse
    return None


def greedy(election: Election, bought: Iterable[str] = ()) -> list[str]:
    """Most votes first beside what was bought; what does not fit is skipped."""
    won = list(bought)
    left = Fraction(election.budget) - sum(election.project[key].cost for key in won)
    for key in sorted(election.project, key=lambda key: (-election.votes[key], key)):
        cost = election.project[key].cost
        if key in won or not election.votes[key] or cost > left or _barred(election, key, won):
            continue
        won.append(key)
        left -= cost
    return won


def raised(election: Election) -> list[str]:
    """Shares raised step by step, each step computed, then most votes first."""
    share = Fraction(election.budget) / len(election.ballots)
    step = max(1, int(share / 100))
    bought = shares(election, share)
    while _more_fits(election, bought):
        share += step
        further = shares(election, share)
        if _cost(election, further) > election.budget:
            break
        bought = further
    return greedy(election, bought)


def _cost(election: Election, bought: Iterable[str]) -> Fraction:
    return sum((Fraction(election.project[key].cost) for key in bought), start=Fraction(0))


def _more_fits(election: Election, bought: list[str]) -> bool:
    left = election.budget - _cost(election, bought)
    return any(
        one.cost <= left and election.votes[one.id] and not _barred(election, one.id, bought)
        for one in election.projects
        if one.id not in bought
    )


def _barred(election: Election, key: str, won: Iterable[str]) -> bool:
    group = election.project[key].group
    return bool(group) and any(election.project[other].group == group for other in won)

"""What would have made a project win: found by allocating anew, never by a formula.

The result with more votes, or with less cost, is computed under the same frozen rules. As much of it is tried as a
fixed amount of work allows, so that a large election is not computed for days; what was not tried is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from portal.funds.allocating.elections import Ballot, Election, Progress, Rules
from portal.funds.allocating.rules import outcome_of

# Ticks times computations of shares (a rerun raises them some twenty times), and never more than so many of these.
WORK, MOST = 100_000_000, 50_000
# A cost is looked for on steps of about a hundredth.
STEPS = 100


@dataclass(frozen=True, slots=True)
class Supposed:
    """The fewest further votes, and the highest lower cost, with which it was found to win; None: none was found.

    `tried`: both were looked for to the end.
    """

    votes: int | None = None
    cost: int | None = None
    tried: bool = False


class Trials:
    """Reruns within an allowance of work; the same election gets the same answers on every computer."""

    def __init__(self, election: Election, rules: Rules, progress: Progress | None = None) -> None:
        self.election, self.rules, self.progress = election, rules, progress
        ticks = sum(len(ballot.ticks) for ballot in election.ballots) + len(election.ballots)
        self.left = min(MOST, WORK // (ticks or 1))
        self.at, self.of = 0, 1

    def wins(self, key: str, election: Election) -> bool:
        """Whether a project is funded in a changed election. Raises Spent."""
        self._spend()
        return key in outcome_of(election, self.rules, self._spend).winners

    def _spend(self, *_how_far: int) -> None:
        """One computation of the shares."""
        self.left -= 1
        if self.left < 0:
            raise Spent
        if self.progress is not None:
            self.progress(self.at, self.of)


class Spent(Exception):
    """The allowance of work is used up."""


def supposed(trials: Trials, losers: Iterable[str], order: list[int]) -> dict[str, Supposed]:
    """For each project that did not win, nearest first, what would have made it.

    `order`: the places of the ballots in the order in which their voters would have ticked it, too.
    """
    found: dict[str, Supposed] = {}
    waiting = list(losers)
    for number, key in enumerate(waiting):
        trials.at, trials.of = number, len(waiting)
        try:
            votes = _votes(trials, key, order)
            found[key] = Supposed(votes)
            found[key] = Supposed(votes, _cost(trials, key), tried=True)
        except Spent:
            break
    return found


def _votes(trials: Trials, key: str, order: list[int]) -> int | None:
    ballots = trials.election.ballots
    others = [place for place in order if key not in ballots[place].ticks]

    def wins(more: int) -> bool:
        return trials.wins(key, _ticked(trials.election, key, others[:more]))

    return _least(wins, len(others))


def _cost(trials: Trials, key: str) -> int | None:
    """On whole steps of the number's own size: hundreds for tens of thousands."""
    cost = trials.election.project[key].cost
    step = 10 ** max(0, len(str(int(cost // STEPS))) - 1)
    highest = -(-cost // step) - 1

    def wins(less: int) -> bool:
        return trials.wins(key, _cheaper(trials.election, key, (highest + 1 - less) * step))

    less = _least(wins, int(highest))
    return None if less is None else int(highest + 1 - less) * step


def _least(wins: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 to `most` that wins: doubled until it does, then halved between.

    It is one that wins while the number before it does not; where winning comes and goes there may be a smaller one.
    """
    lost, number = 0, 1
    while number < most and not wins(number):
        lost, number = number, number * 2
    if number >= most:
        number = most
        if most <= lost or not wins(number):
            return None
    while number - lost > 1:
        middle = (number + lost) // 2
        if wins(middle):
            number = middle
        else:
            lost = middle
    return number


def _ticked(election: Election, key: str, places: list[int]) -> Election:
    ballots = list(election.ballots)
    for place in places:
        ballots[place] = Ballot(ballots[place].voter, (*ballots[place].ticks, key))
    return replace(election, ballots=tuple(ballots))


def _cheaper(election: Election, key: str, cost: int) -> Election:
    projects = tuple(replace(one, cost=cost) if one.id == key else one for one in election.projects)
    return replace(election, projects=projects)

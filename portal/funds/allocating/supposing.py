"""What would have made a project win: found by allocating anew, beginning near what purses at the end suggest.

The result with more votes, or with less cost, is computed under the same frozen rules. As much of it is tried as a
fixed amount of work allows, so that a large election is not computed for days. Every project gets an answer: the
nearest ones the least that suffices, then all others a number that was seen to suffice, the rest what was reckoned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from portal.funds.allocating.elections import Ballot, Election, Progress, Rules
from portal.funds.allocating.reckoning import Reckoned, steps_of
from portal.funds.allocating.rules import outcome_of

# Ticks times computations of shares (a rerun raises them some twenty times), and never more than so many of these.
WORK, MOST = 100_000_000, 50_000


# So many of the nearest are looked into to the end before anything is tried of the others.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Supposed:
    """The fewest further votes, and the highest lower cost, with which it was found to win; None: none was found.

    `tried`: both were looked for to the end. `sure`: both were seen to suffice, though less may do. Neither: they were
    reckoned from what everybody had left in the end, as if shares stayed as they were. `votes_lose`, `cost_lose`: which
    of those chosen would then not have been; None: not seen.
    """

    votes: int | None = None
    cost: int | None = None
    tried: bool = False
    sure: bool = False
    votes_lose: tuple[str, ...] | None = None
    cost_lose: tuple[str, ...] | None = None


class Trials:
    """Reruns within an allowance of work; the same election gets the same answers on every computer."""

    def __init__(
        self,
        election: Election,
        rules: Rules,
        progress: Progress | None = None,
        winners: Iterable[str] = (),
    ) -> None:
        self.election, self.rules, self.progress, self.winners = election, rules, progress, tuple(winners)
        ticks = sum(len(ballot.ticks) for ballot in election.ballots) + len(election.ballots)
        self.left = min(MOST, WORK // (ticks or 1))
        self.at, self.of = 0, 1
        # Of what makes a project win, who of the winners loses by it; of what does not, None.
        self.known: dict[tuple[str, str, int], tuple[str, ...] | None] = {}

    def wins(self, key: str, what: str, number: int, changed: Callable[[int], Election]) -> bool:
        """Whether a project is funded in an election changed by so much; asked again it is not computed again.

        Raises Spent.
        """
        name = key, what, number
        if name not in self.known:
            self._spend()
            then = outcome_of(changed(number), self.rules, self._spend).winners
            lost = tuple(one for one in self.winners if one not in then)
            self.known[name] = lost if key in then else None
        return self.known[name] is not None

    def lost(self, key: str, what: str, number: int | None) -> tuple[str, ...] | None:
        """Which winners lose where a project wins by so much; None where that was not seen."""
        return None if number is None else self.known.get((key, what, number))

    def _spend(self, *_how_far: int) -> None:
        """One computation of the shares."""
        self.left -= 1
        if self.left < 0:
            raise Spent
        if self.progress is not None:
            self.progress(self.at, self.of)


class Spent(Exception):
    """The allowance of work is used up."""


@dataclass(frozen=True)
class Search:
    """A number from 1 to `most` that makes a project win. `near`: where to begin; 0: nothing is known of it."""

    wins: Callable[[int], bool]
    most: int
    near: int

    def some(self) -> int | None:
        """One that suffices, looked for near by; None: none was seen."""
        first = min(max(self.near, 1), self.most)
        return next(
            (number for number in (first, min(2 * first, self.most)) if number and self.wins(number)), None
        )

    def least(self) -> int | None:
        """One that wins while the one before it does not; where winning comes and goes there may be a smaller one."""
        number = min(max(self.near, 1), self.most)
        if number < 1:
            return None
        lost, won = (0, number) if self.wins(number) else (number, None)
        step = 1
        while won is None:
            if lost == self.most:
                return None
            number, step = min(lost + step, self.most), 2 * step
            lost, won = (lost, number) if self.wins(number) else (number, None)
        while won - step > lost and self.near > 1 and self.wins(won - step):
            won, step = won - step, 2 * step
        lost = max(lost, won - step) if self.near > 1 else lost
        return _between(self.wins, lost, won)


def supposed(
    trials: Trials, losers: Iterable[str], order: list[int], near: Mapping[str, Reckoned]
) -> dict[str, Supposed]:
    """For each project that did not win, nearest first, what would have made it.

    `order`: the places of the ballots in the order in which their voters would have ticked it, too. `near`: what was
    reckoned for each.
    """
    waiting = [_Loser(trials, key, order, near.get(key, Reckoned())) for key in losers]
    found = {one.key: Supposed(one.near.votes, one.near.cost) for one in waiting}
    steps = [(one, _Loser.exactly) for one in waiting[:NEAREST]]
    steps += [(one, _Loser.surely) for one in waiting[NEAREST:]]
    steps += [(one, _Loser.exactly) for one in waiting[NEAREST:]]
    trials.of = len(steps)
    try:
        for trials.at, (one, look) in enumerate(steps):
            found[one.key] = look(one)
    except Spent:
        pass
    return found


class _Loser:
    """A project that did not win, with both numbers that are looked for."""

    def __init__(self, trials: Trials, key: str, order: list[int], near: Reckoned) -> None:
        self.trials, self.key, self.near = trials, key, near
        self.others = [place for place in order if key not in trials.election.ballots[place].ticks]
        self.step, self.highest = steps_of(trials.election.project[key].cost)

    def exactly(self) -> Supposed:
        """The least of both. Raises Spent."""
        return self._found(self._votes().least(), self._cheaper().least(), tried=True)

    def surely(self) -> Supposed:
        """What suffices of both, near what was reckoned. Raises Spent."""
        return self._found(self._votes().some(), self._cheaper().some(), tried=False)

    def _found(self, votes: int | None, less: int | None, *, tried: bool) -> Supposed:
        lost = [self.trials.lost(self.key, *one) for one in (("votes", votes), ("cost", less))]
        return Supposed(votes, self._cost_at(less), tried, True, *lost)

    def _votes(self) -> Search:
        def changed(more: int) -> Election:
            return _ticked(self.trials.election, self.key, self.others[:more])

        wins = partial(self.trials.wins, self.key, "votes", changed=changed)
        return Search(wins, len(self.others), self.near.votes or 0)

    def _cheaper(self) -> Search:
        """On whole steps of the number's own size: hundreds for tens of thousands."""

        def changed(less: int) -> Election:
            return _cheaper(self.trials.election, self.key, (self.highest + 1 - less) * self.step)

        near = 0 if self.near.cost is None else self.highest + 1 - self.near.cost // self.step
        return Search(partial(self.trials.wins, self.key, "cost", changed=changed), self.highest, near)

    def _cost_at(self, less: int | None) -> int | None:
        return None if less is None else (self.highest + 1 - less) * self.step


def _between(wins: Callable[[int], bool], lost: int, won: int) -> int:
    while won - lost > 1:
        middle = (won + lost) // 2
        lost, won = (lost, middle) if wins(middle) else (middle, won)
    return won


def _ticked(election: Election, key: str, places: list[int]) -> Election:
    ballots = list(election.ballots)
    for place in places:
        ballots[place] = Ballot(ballots[place].voter, (*ballots[place].ticks, key))
    return replace(election, ballots=tuple(ballots))


def _cheaper(election: Election, key: str, cost: int) -> Election:
    projects = tuple(replace(one, cost=cost) if one.id == key else one for one in election.projects)
    return replace(election, projects=projects)

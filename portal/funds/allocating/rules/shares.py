"""The Method of Equal Shares with cost utilities, exactly.

All purses are whole numbers over one common denominator, which grows only when a payment needs it. A project is
looked at again only while it could still be the best: what its supporters pay a head for each unit of cost never
falls, because purses never grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd

from portal.funds.allocating.rules.fields import Field

Rate = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase: the most anybody paid for it, and whether everybody paid that much."""

    project: int
    per_head: Fraction
    evenly: bool


class Purses:
    """What each kind of voter still has, in parts of a unit: `left[kind] / parts`, each voter of the kind."""

    def __init__(self, field: Field, share: Fraction) -> None:
        self.field = field
        self.parts = share.denominator
        self.left = [share.numerator] * len(field.kinds)

    def held(self, project: int) -> int:
        """What the supporters of a project have together, in parts."""
        left, weights = self.left, self.field.weights
        return sum([left[kind] * weights[kind] for kind in self.field.supporters[project]])

    def asked(self, project: int) -> tuple[int, int] | None:
        """What each supporter pays at most so that all together pay the cost, as (parts, heads); None: too little.

        Whoever has less pays all they have. The amount is parts ÷ heads.
        """
        cost = self.field.costs[project] * self.parts
        left, weights = self.left, self.field.weights
        pairs = [(left[kind], weights[kind]) for kind in self.field.supporters[project]]
        heads = self.field.votes[project]
        while heads:
            # Whole division rounded up: a purse is smaller than the fraction where it is smaller than this.
            asked = -(-cost // heads)
            poor = [(purse, weight) for purse, weight in pairs if purse < asked]
            if not poor:
                return cost, heads
            pairs = [pair for pair in pairs if pair[0] >= asked]
            heads -= sum([weight for _purse, weight in poor])
            cost -= sum([purse * weight for purse, weight in poor])
        return None

    def pay(self, project: int, per_head: Fraction) -> bool:
        """Let the supporters pay; returns whether everybody had enough."""
        self._refine(per_head.denominator)
        asked = per_head.numerator * (self.parts // per_head.denominator)
        left, evenly = self.left, True
        for kind in self.field.supporters[project]:
            if left[kind] >= asked:
                left[kind] -= asked
            else:
                left[kind], evenly = 0, False
        return evenly

    def _refine(self, denominator: int) -> None:
        factor = denominator // gcd(denominator, self.parts)
        if factor > 1:
            self.parts *= factor
            self.left = [purse * factor for purse in self.left]


def equal_shares(field: Field, share: Fraction) -> list[Bought]:
    """What is bought, in order, when every voter begins with this share (in the whole units of the field).

    Of all projects that their supporters can pay the one with the least payment a head for each unit of cost comes
    first; of equal ones the one that comes first in the field.
    """
    purses, bought, barred = Purses(field, share), list[Bought](), set[int]()
    # The best that each can ever be: all its supporters pay the same.
    waiting = [(Fraction(1, field.votes[project]), project, -1) for project in field.running]
    heapify(waiting)
    while waiting:
        rate, project, seen = heappop(waiting)
        if project in barred:
            continue
        if seen == len(bought):
            per_head = rate * field.costs[project]
            bought.append(Bought(project, per_head, purses.pay(project, per_head)))
            barred |= field.rivals[project]
        elif (asked := purses.asked(project)) is not None:
            parts, heads = asked
            rate = Fraction(parts, heads * purses.parts * field.costs[project])
            heappush(waiting, (rate, project, len(bought)))
    return bought

"""Where a tie decided: a project that was not chosen was as good as one that was, and came after it by the tie rule."""

from __future__ import annotations

from fractions import Fraction

from portal.funds.allocating.rules.fields import Field
from portal.funds.allocating.rules.outcomes import SHARES, Outcome
from portal.funds.allocating.rules.shares import Purses


def ties(field: Field, outcome: Outcome) -> dict[str, str]:
    """By the id of what was not chosen: the chosen one that it was equal with, and that came first."""
    found = _by_shares(field, outcome) if outcome.stands == "equal-shares" else {}
    return _by_votes(field, outcome) | found


def _by_shares(field: Field, outcome: Outcome) -> dict[str, str]:
    place = {key: number for number, key in enumerate(field.ids)}
    lost = field.running - {place[key] for key in outcome.winners}
    purses, found = Purses(field, outcome.last_share * field.unit), dict[str, str]()
    for one in (one for one in outcome.chosen if one.by == SHARES):
        project, per_head = place[one.id], (one.per_head or Fraction(0)) * field.unit
        rate = per_head / field.costs[project]
        found |= {field.ids[other]: one.id for other in lost if _rate(purses, other, rate) == rate}
        purses.pay(project, per_head)
    return found


def _rate(purses: Purses, project: int, best: Fraction) -> Fraction | None:
    """What its supporters would pay a head for each unit of cost; None: too little, or more than `best` at any rate."""
    field = purses.field
    if Fraction(1, field.votes[project]) > best or (asked := purses.asked(project)) is None:
        return None
    parts, heads = asked
    return Fraction(parts, heads * purses.parts * field.costs[project])


def _by_votes(field: Field, outcome: Outcome) -> dict[str, str]:
    """Of what was chosen by most votes: what had as many, and would have fitted in its place."""
    place = {key: number for number, key in enumerate(field.ids)}
    lost = field.running - {place[key] for key in outcome.winners}
    left, found = field.budget, dict[str, str]()
    for one in outcome.chosen:
        project = place[one.id]
        if one.by != SHARES:
            equal = (other for other in lost if field.votes[other] == field.votes[project])
            found |= {field.ids[other]: one.id for other in equal if field.costs[other] <= left}
        left -= field.costs[project]
    return found

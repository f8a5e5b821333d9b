"""From frozen rules to an outcome: the rule, its completion, the comparison with the other rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from portal.funds.allocating.elections import Election, Progress, Rules
from portal.funds.allocating.rules.completing import raised
from portal.funds.allocating.rules.fields import Field, field_of
from portal.funds.allocating.rules.greedy import most_votes_first
from portal.funds.allocating.rules.outcomes import (
    COMPLETION,
    EXCLUDED,
    GREEDY,
    SHARES,
    Chosen,
    Comparison,
    Outcome,
)
from portal.funds.allocating.rules.shares import equal_shares


def outcome_of(election: Election, rules: Rules, progress: Progress | None = None) -> Outcome:
    """What the rules give; with the comparison step the result that more voters prefer."""
    first = _by_one(election, rules, progress)
    if not rules.comparison:
        return first
    second = _by_one(election, rules.other(), progress)
    preferred = compared(election, first, second)
    stands = second if preferred.prefer_other > preferred.prefer_this else first
    return replace(stands, rules=rules, comparison=preferred)


def compared(election: Election, this: Outcome, other: Outcome) -> Comparison:
    """Of how many voters more ticks are funded by the one, by the other, equally many by both."""
    here, there = set(this.winners), set(other.winners)
    more = [
        len(here.intersection(one.ticks)) - len(there.intersection(one.ticks)) for one in election.ballots
    ]
    return Comparison(sum(one > 0 for one in more), more.count(0), sum(one < 0 for one in more))


def _by_one(election: Election, rules: Rules, progress: Progress | None) -> Outcome:
    field = field_of(election, rules)
    chosen, share = _chosen(field, rules, progress)
    out = dict(field.out)
    taken = {field.ids.index(one.id) for one in chosen}
    for project in field.running - taken:
        if field.rivals[project] & taken:
            out[field.ids[project]] = EXCLUDED
    cost = sum((election.project[one.id].cost for one in chosen), start=0)
    first = field.share / field.unit
    return Outcome(rules, rules.rule, chosen, out, first, share / field.unit, cost, election.budget)


def _chosen(field: Field, rules: Rules, progress: Progress | None) -> tuple[tuple[Chosen, ...], Fraction]:
    """The choices in their order and the share everybody had in the end, in whole units."""
    if rules.rule == "greedy":
        return tuple(Chosen(field.ids[one], GREEDY) for one in most_votes_first(field)), field.share
    if rules.completion == "add1-greedy":
        bought, share = raised(field, progress)
    else:
        bought, share = equal_shares(field, field.share), field.share
    chosen = [Chosen(field.ids[one.project], SHARES, one.per_head / field.unit) for one in bought]
    if rules.completion != "none":
        added = most_votes_first(field, [one.project for one in bought])
        chosen += [Chosen(field.ids[one], COMPLETION) for one in added]
    return tuple(chosen), share

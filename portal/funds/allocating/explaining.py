"""The explanation of an allocation as data: what every project was paid, what it lacked, what would have made it.

Amounts are whole numbers of the election's unit (fen in a call), shares exact fractions as text "n/d".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from portal.funds.allocating.elections import Amount, Election, Progress, Project
from portal.funds.allocating.reckoning import reckoned
from portal.funds.allocating.replaying import Paid, Replay, Story, replayed
from portal.funds.allocating.rules import Outcome, outcome_of
from portal.funds.allocating.rules.completing import overspent
from portal.funds.allocating.rules.fields import Field, field_of
from portal.funds.allocating.rules.outcomes import SHARES, Comparison
from portal.funds.allocating.rules.ruling import compared
from portal.funds.allocating.supposing import Supposed, Trials, supposed
from portal.funds.allocating.tying import ties

FORMAT = "portal-fund-allocation/1"
# Of more groups of supporters neighbouring ones are joined, with the mean of what each paid: the sums stay exact.
GROUPS = 100
STRUCK = "struck"


def explain(
    election: Election,
    outcome: Outcome,
    *,
    call: int | None = None,
    applications: Mapping[str, int] | None = None,
    struck: Iterable[Project] = (),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The payload "portal-fund-allocation/1" (docs/funds.md). `applications`: keys of projects by their ids.

    `struck`: what was taken off the ballot after it was printed; its ticks are void.
    """
    known = applications or {}
    rules = replace(outcome.rules, rule=outcome.stands, comparison=False)
    field = field_of(election, rules)
    replay = replayed(field, outcome)
    losers, order = _nearest(election, outcome, replay), _richest(election, field, replay)
    near = reckoned(election, rules, field, replay, losers, order) if outcome.stands != "greedy" else {}
    maybe = supposed(Trials(election, outcome.rules, progress, outcome.winners), losers, order, near)
    other, tied = outcome_of(election, rules.other()), ties(field, outcome)

    def row(one: Project, votes: int, out: str) -> dict[str, Any]:
        return {
            "id": one.id,
            "application": known.get(one.id),
            "title": one.title,
            "cost": _money(one.cost),
            "votes": votes,
            "out": out,
            **_chosen(outcome, one.id),
            **_story(replay.stories.get(one.id, Story())),
            "tied": tied.get(one.id),
            "would_have": _would(maybe.get(one.id, Supposed())),
        }

    rows = [row(one, election.votes[one.id], outcome.out.get(one.id, "")) for one in election.projects]
    rows += [row(one, 0, STRUCK) for one in struck]
    return {
        "format": FORMAT,
        "call": call,
        "rule": outcome.rules.rule,
        "completion": outcome.rules.completion,
        "tie": outcome.rules.tie,
        "minimum_votes": outcome.rules.minimum_votes,
        "dear_floor": outcome.rules.dear_floor,
        "comparison": _comparison(outcome),
        "pot": _money(outcome.budget),
        "voters": len(election.ballots),
        "share": _exact(outcome.share),
        "last_share": _exact(outcome.last_share),
        "stopped": _stopped(field, outcome),
        "projects": rows,
        "order": [one.id for one in outcome.chosen],
        "other": _other(election, outcome, other),
        "cost": _money(outcome.cost),
        "left": _money(outcome.budget - outcome.cost),
    }


def share_of(payload: Mapping[str, Any], ticks: Iterable[str]) -> tuple[list[tuple[str, Fraction]], Fraction]:
    """Where one voter's share went, by what the voter ticked: (project, amount) in order, and what is left over."""
    ticked, left, parts = set(ticks), Fraction(payload["last_share"]), []
    rows = {row["id"]: row for row in payload["projects"]}
    for key in payload["order"]:
        if key in ticked and rows[key]["per_head"] is not None:
            paid = min(left, Fraction(rows[key]["per_head"]))
            parts.append((key, paid))
            left -= paid
    return parts, left


def _nearest(election: Election, outcome: Outcome, replay: Replay) -> list[str]:
    """What did not win, nearest first: whose supporters lacked the smallest part of the cost."""
    won = set(outcome.winners)

    def far(one: Project) -> tuple[Fraction, str]:
        lacking = replay.stories.get(one.id, Story()).lacking
        return (Fraction(1) if lacking is None else Fraction(lacking) / one.cost, one.id)

    return [one.id for one in sorted(election.projects, key=far) if one.id not in won]


def _richest(election: Election, field: Field, replay: Replay) -> list[int]:
    """The places of the ballots, those with most of their share left first."""
    place = {key: number for number, key in enumerate(field.ids)}
    left = dict(zip(field.kinds, replay.left, strict=True))
    kinds = [tuple(sorted(place[tick] for tick in ballot.ticks)) for ballot in election.ballots]
    rank = {value: number for number, value in enumerate(sorted(set(replay.left), reverse=True))}
    return sorted(range(len(kinds)), key=lambda number: (rank[left[kinds[number]]], number))


def _stopped(field: Field, outcome: Outcome) -> dict[str, Any] | None:
    """Why everybody's share was not raised further: one step more would have bought more than the pot."""
    if outcome.stands != "equal-shares" or outcome.rules.completion != "add1-greedy":
        return None
    found = overspent(field, outcome.last_share * field.unit)
    if found is None:
        return None
    share, further = found
    then = [one.project for one in further]
    paid = [field.ids.index(one.id) for one in outcome.chosen if one.by == SHARES]
    return {
        "share": _exact(share / field.unit),
        "sum": _money(Fraction(sum(field.costs[one] for one in then), field.unit)),
        "would_win": sorted(field.ids[one] for one in set(then) - set(paid)),
        "would_lose": sorted(field.ids[one] for one in set(paid) - set(then)),
    }


def _chosen(outcome: Outcome, key: str) -> dict[str, Any]:
    for step, one in enumerate(outcome.chosen, start=1):
        if one.id == key:
            per_head = None if one.per_head is None else _exact(one.per_head)
            return {"won": True, "step": step, "by": one.by, "per_head": per_head}
    return {"won": False, "step": None, "by": None, "per_head": None}


def _story(story: Story) -> dict[str, Any]:
    return {
        "paid": [
            {
                "amount": _exact(one.amount),
                "people": one.people,
                "left": _exact(one.left),
                "before": _exact(one.before),
            }
            for one in _joined(story.paid)
        ],
        "lacking": None if story.lacking is None else _exact(story.lacking),
        "at_step": story.at_step,
    }


def _would(one: Supposed) -> dict[str, Any]:
    said = {"votes": one.votes, "cost": one.cost, "tried": one.tried, "sure": one.sure}
    lose = {"votes_lose": one.votes_lose, "cost_lose": one.cost_lose}
    return said | {key: list(lost) for key, lost in lose.items() if lost is not None}


def _joined(paid: tuple[Paid, ...]) -> list[Paid]:
    if len(paid) <= GROUPS:
        return list(paid)
    bounds = [len(paid) * number // GROUPS for number in range(GROUPS + 1)]
    return [_mean(paid[low:high]) for low, high in zip(bounds, bounds[1:], strict=False)]


def _mean(paid: tuple[Paid, ...]) -> Paid:
    people = sum(one.people for one in paid)
    sums = [
        sum((getattr(one, name) * one.people for one in paid), start=Fraction(0)) / people
        for name in ("amount", "left", "before")
    ]
    return Paid(sums[0], people, sums[1], sums[2])


def _comparison(outcome: Outcome) -> dict[str, Any] | None:
    found = outcome.comparison
    if found is None:
        return None
    return {"rule": outcome.rules.rule, **_counted(found), "stands": outcome.stands}


def _counted(found: Comparison) -> dict[str, int]:
    return {"prefer_this": found.prefer_this, "same": found.same, "prefer_other": found.prefer_other}


def _other(election: Election, outcome: Outcome, other: Outcome) -> dict[str, Any]:
    """What the rule that does not stand would have chosen, and how many like which result better."""
    return {
        "rule": other.rules.rule,
        "winners": other.winners,
        "cost": _money(other.cost),
        **_counted(compared(election, outcome, other)),
        "none_here": _empty_handed(election, outcome),
        "none_there": _empty_handed(election, other),
    }


def _empty_handed(election: Election, outcome: Outcome) -> int:
    """How many ticked something and got nothing of it."""
    won = set(outcome.winners)
    return sum(bool(one.ticks) and won.isdisjoint(one.ticks) for one in election.ballots)


def _money(amount: Amount) -> int | str:
    return int(amount) if Fraction(amount).denominator == 1 else _exact(amount)


def _exact(amount: Amount) -> str:
    number = Fraction(amount)
    return f"{number.numerator}/{number.denominator}"

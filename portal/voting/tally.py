"""Counting rows: turnout while a vote is open, totals once it is closed. Constant queries, whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value

from portal.voting.contests import LOT, Contest, contest
from portal.voting.matters import is_counted_only
from portal.voting.models import Ballot, Method, OpenedBallot, RollEntry, Vote
from portal.voting.outcome import Tally, Totals, outcome

# So few of one kind are not told apart: among five, four who compare what they know learn of the fifth.
LEAST_IN_GROUP = 5


@dataclass(frozen=True)
class Turnout:
    """How many of a building took part, and with how much area; never how they chose."""

    name: str
    voted: Tally
    roll: Tally


def turnout(vote: Vote) -> list[Turnout]:
    """Turnout by building, in the order of the buildings."""
    cast = Q(ballot__isnull=False)
    rows = (
        RollEntry.objects.active()
        .filter(vote=vote)
        .values("building__path", "building__name")
        .annotate(
            heads=Count("pk"),
            whole=Sum("area"),
            voted=Count("pk", filter=cast),
            part=Sum("area", filter=cast),
        )
        .order_by("building__path")
    )
    return [
        Turnout(
            row["building__name"], Tally(row["voted"], row["part"] or 0), Tally(row["heads"], row["whole"])
        )
        for row in rows
    ]


def shown(vote: Vote, buildings: list[Turnout]) -> list[Turnout]:
    """The turnout that may be read by building: of a secret vote none, where that would say who took part."""
    if vote.secret and any(building.roll.heads < LEAST_IN_GROUP for building in buildings):
        return []
    return buildings


def together(buildings: list[Turnout]) -> Tally:
    """Who took part in all buildings together."""
    return sum((building.voted for building in buildings), Tally())


@dataclass(frozen=True)
class Row:
    """How many ballots say the same and came by the same way. `choice` as methods.py writes it."""

    choice: str
    channel: str
    cast: Tally


def rows(vote: Vote) -> list[Row]:
    """All that was cast in a closed vote: signed ballots, or of a secret vote what its opening brought to light."""
    found: QuerySet[Any]
    if vote.secret:
        found = OpenedBallot.objects.filter(vote=vote).values("choice", "channel")
        found = found.annotate(heads=Count("pk"), area=Value(0))
    else:
        found = Ballot.objects.filter(vote=vote).values("choice", "channel")
        found = found.annotate(heads=Count("pk"), area=Sum("entry__area"))
    return [
        Row(row["choice"], row["channel"], Tally(row["heads"], row["area"]))
        for row in found.order_by("channel", "choice")
    ]


def take(vote: Vote) -> dict[str, Any]:
    """The totals of a closed vote, as they are kept with it: by choice, by channel, and the silent served."""
    cast = {option: Tally() for option in vote.options} if vote.method is Method.MOTION else {}
    channels: dict[str, dict[str, int]] = {}
    for row in rows(vote):
        cast[row.choice] = cast.get(row.choice, Tally()) + row.cast
        # Of a secret vote the channel is kept only where it gives nobody away.
        if row.channel:
            channels.setdefault(row.channel, {})[row.choice] = row.cast.heads
    silent = RollEntry.objects.active().filter(vote=vote, served=True, ballot=None)
    quiet = silent.aggregate(heads=Count("pk"), area=Sum("area"))
    return {
        "cast": {choice: {"heads": tally.heads, "area": tally.area} for choice, tally in cast.items()},
        "silent": {"heads": quiet["heads"], "area": quiet["area"] or 0},
        "channels": channels,
    }


def totals(vote: Vote) -> Totals:
    """The kept totals of a counted vote, ready for the rule."""
    kept = vote.totals
    return Totals(
        roll=Tally(vote.heads, vote.area),
        cast={choice: Tally(**heads) for choice, heads in kept["cast"].items()},
        agree=vote.options[0],
        silent=Tally(**kept["silent"]),
    )


def contest_of(vote: Vote) -> Contest:
    """The outcome of a choice between options, from its kept totals. Not for motions."""
    rule = {**vote.rule, "lot": vote.lot}
    return contest(rule, vote.options, totals(vote).cast, Tally(vote.heads, vote.area))


def outcome_of(vote: Vote) -> str:
    """The outcome by the vote's own rule, from its kept totals."""
    if vote.method is Method.MOTION:
        return outcome(vote.rule, totals(vote)).result
    return contest_of(vote).result


def waits(vote: Vote) -> bool:
    """Whether some are equal at the last place of a closed vote, and its rule asks for a lot not drawn yet."""
    if vote.method is Method.MOTION or vote.rule.get("tie") != LOT or vote.lot:
        return False
    return bool(contest_of(vote).tied)


def told(vote: Vote) -> dict[str, Any]:
    """What the public record keeps of a count beside its outcome: of a motion all totals, else who was chosen."""
    if vote.method is Method.MOTION:
        return vote.totals
    found = contest_of(vote)
    got = {standing.option: standing.got.heads for standing in found.standings}
    if is_counted_only(vote.matter):
        return {"got": got, "options": vote.labels}
    return {"winners": found.winners, "tied": found.tied, "got": got, "options": vote.labels}

"""The ballots of a round's counted vote as Pabulib text, the input of the allocation and what everybody recomputes."""

from __future__ import annotations

from portal.funds.allocating import pabulib
from portal.funds.allocating.elections import Ballot, Election, Project, Rules
from portal.funds.ballot.selectors import Row, on_ballot, standing
from portal.funds.models import Call
from portal.kit import clock
from portal.voting import methods
from portal.voting.models import INVALID, OpenedBallot, Vote

UNIT = "fen (0.01 yuan)"


def pabulib_of(call: Call) -> str:
    """Pot, standing projects and every counted ballot, in fen; the same text for the same ballots.

    One row a counted ballot, empty and invalid ones too: they took part. None before the count. Its name is the check
    code, which tells its voter alone which row it is. Ticks for void projects are left out.
    """
    return pabulib.write(election_of(call), rules_of(call), unit=UNIT)


def rules_of(call: Call) -> Rules:
    """The frozen rules of a call as the allocation takes them."""
    return Rules(call.rule, call.completion, call.tie, call.minimum_votes, call.dear_floor, call.comparison)


def election_of(call: Call) -> Election:
    """The same as an election."""
    vote = call.vote
    if vote is None:
        return Election(call.pot, (), (), _meta(call))
    rows = standing(on_ballot(call, vote))
    projects = tuple(
        Project(str(row.project.number), row.project.asked, row.project.title, row.project.exclusion)
        for row in sorted(rows, key=lambda row: str(row.project.number))
    )
    return Election(call.pot, projects, _ballots(vote, rows), _meta(call))


def _ballots(vote: Vote, rows: list[Row]) -> tuple[Ballot, ...]:
    numbers = {row.option: str(row.project.number) for row in rows}
    if vote.counted_at is None:
        return ()
    opened = OpenedBallot.objects.filter(vote=vote).values_list("code", "choice")
    # Sorted here, not by the database, whose collation may not be that of code points.
    return tuple(Ballot(code, _ticks(vote, choice, numbers)) for code, choice in sorted(opened))


def _ticks(vote: Vote, choice: str, numbers: dict[str, str]) -> tuple[str, ...]:
    if choice == INVALID:
        return ()
    named = methods.read(vote.method, choice)
    return tuple(sorted(numbers[option] for option in named if option in numbers))


def _meta(call: Call) -> dict[str, str]:
    meta = {
        "description": f"{call.fund.title} {call.title}",
        "country": "China",
        "unit": call.neighbourhood.name,
        "instance": f"{call.year}-{call.pk}",
        "currency": "CNY",
        "language": "zh",
    }
    if call.vote is None:
        return meta
    opened, closed = clock.day_of(call.vote.opens_at), clock.last_day(call.vote.closes_at)
    return meta | {"date_begin": opened.isoformat(), "date_end": closed.isoformat()}

"""Results of rounds for tests: of a real vote with check codes, and of any election at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from portal.funds.allocating import pabulib, services
from portal.funds.allocating.elections import Election, Rules
from portal.funds.allocating.explaining import explain
from portal.funds.allocating.rules import outcome_of
from portal.funds.ballot import services as ballot
from portal.funds.ballot.instance import UNIT
from portal.funds.models import Allocation, Application, Call, Rule
from portal.funds.states import CallState
from portal.kit import clock
from portal.record.hashing import digest
from tests.funds.factories import make_call
from tests.funds.factories_ballot import (
    AFTER,
    CALLED_AT,
    CLOSES_AT,
    OPENS_AT,
    Round,
    cast,
    counted,
    make_round,
)
from tests.worlds import kept

# Which projects each of six voters ticks: the second is the dearest and most ticked one, that shares do not pay.
TICKS: tuple[tuple[int, ...], ...] = ((0, 1), (0, 1), (0, 3), (1, 2), (1, 3), ())


@dataclass
class Result:
    """A counted and computed round, with the check codes of its ballots in the order of the voters."""

    round: Round
    codes: list[str]

    @property
    def call(self) -> Call:
        """The round."""
        return self.round.call

    @property
    def allocation(self) -> Allocation:
        """What was written down."""
        return self.call.allocations.latest("number")

    def project(self, *, won: bool) -> Application:
        """The first project that was chosen, or was not."""
        rows = [row for row in self.allocation.payload["projects"] if row["won"] is won]
        return Application.objects.get(pk=rows[0]["application"])


@kept
def make_result(rule: str = Rule.EQUAL_SHARES) -> Result:
    """Six voters, four projects, a pot that does not suffice for all."""
    made = make_round(people=len(TICKS), pot=40_000)
    Call.objects.filter(pk=made.call.pk).update(rule=rule)
    with clock.at(CALLED_AT):
        ballot.call_vote(made.funding.director, made.call.pk, OPENS_AT, CLOSES_AT)
    made = made.fresh()
    codes = [cast(made, user, *ticks) for user, ticks in zip(made.people, TICKS, strict=True)]
    made = counted(made)
    with clock.at(AFTER):
        services.compute(services.ask_for(made.call, None).pk)
    return Result(made.fresh(), codes)


@kept
def make_call_with(election: Election, rules: Rules) -> Call:
    """A decided round whose allocation is that of any election; its projects have no page here."""
    call = make_call(state=CallState.DECIDED)
    payload = explain(election, outcome_of(election, rules), call=call.pk)
    text = pabulib.write(election, rules, unit=UNIT)
    payload["instance"] = hashlib.sha256(text.encode()).hexdigest()
    Allocation.objects.create(
        call=call, instance=text, payload=payload, sha256=digest(payload), made_at=CLOSES_AT
    )
    return call

"""Ballots of a round for tests, without a vote: what the allocation reads is set in their place."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from portal.funds.allocating import pabulib, services
from portal.funds.allocating.elections import Ballot, Election, Project
from portal.funds.ballot.instance import UNIT, rules_of
from portal.funds.models import Application, Call
from portal.funds.states import ApplicationState, CallState
from tests.funds.factories import make_application, make_call


@dataclass
class Box:
    """A round whose two projects both ask for 2,400 yuan of a pot of 3,000, and the ballots that were cast."""

    call: Call
    first: Application
    second: Application
    cast: list[tuple[Application, ...]] = field(default_factory=list)

    def text(self, call: Call) -> str:
        """What pabulib_of says of them."""
        both = (self.first, self.second)
        projects = tuple(Project(str(one.number), one.asked, one.title) for one in both)
        ballots = tuple(
            Ballot(f"code{n}", tuple(str(one.number) for one in ticks)) for n, ticks in enumerate(self.cast)
        )
        return pabulib.write(Election(call.pot, projects, ballots), rules_of(call), unit=UNIT)


def make_box(monkeypatch: pytest.MonkeyPatch) -> Box:
    """Three tick the first, two the second."""
    call = make_call(state=CallState.VOTING, pot=300_000, cap=300_000)
    first, second = (
        make_application(call, ApplicationState.VOTING, title=title) for title in ("长椅", "花坛")
    )
    box = Box(call, first, second, [(first,), (first,), (first,), (second,), (second,)])
    monkeypatch.setattr(services, "pabulib_of", box.text)
    return box

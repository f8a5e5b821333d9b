"""The turnout of a vote as its pages show it: counted once a minute, whatever the roll and however many look.

Over the roll of a whole district the sum takes a third of a second, and each ballot would ask for it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from portal.kit import clock
from portal.kit.limits import MINUTE
from portal.record.fragments import keep
from portal.voting import tally
from portal.voting.models import Vote
from portal.voting.outcome import Tally

# On the page of a vote; all buildings have a page of their own.
FIRST_BUILDINGS = 10


@dataclass(frozen=True)
class TurnoutThen:
    """The turnout of one moment. `at` is that moment; None where it is final.

    `buildings` are those that may be told apart: of a secret vote none, where that would say who took part.
    """

    at: datetime | None
    together: Tally
    buildings: list[tally.Turnout]

    @property
    def first(self) -> list[tally.Turnout]:
        """The buildings that the page of the vote shows."""
        return self.buildings[:FIRST_BUILDINGS]

    @property
    def has_more(self) -> bool:
        """Whether there are more buildings than these."""
        return len(self.buildings) > FIRST_BUILDINGS


NOTHING_YET = TurnoutThen(None, Tally(), [])


def turnout_of(vote: Vote) -> TurnoutThen:
    """The turnout of a vote that has begun, not older than a minute; of a counted one what was counted.

    Nothing is kept from one phase to the next, nor over a correction of the roll.
    """
    state = f"turnout.{vote.pk}.{vote.phase}.{vote.heads}.{vote.area}"
    return keep(state, partial(_count, vote, None if vote.counted_at else clock.now()), MINUTE)


def _count(vote: Vote, at: datetime | None) -> TurnoutThen:
    buildings = tally.turnout(vote)
    return TurnoutThen(at, tally.together(buildings), tally.shown(vote, buildings))

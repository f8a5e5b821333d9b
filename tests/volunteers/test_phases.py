"""The phase of a time follows from clock and places alone: whatever happens, it goes by the steps of its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.volunteers.states import NEXT_PHASE, Phase, phase

START = datetime(2026, 11, 28, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Held:
    """A time of two hours with two places, and its moments."""

    starts_at: datetime = START
    ends_at: datetime = START + 2 * HOUR
    slots: int = 2
    taken: int = 0
    closed_at: datetime | None = None
    settled_at: datetime | None = None
    cancelled_at: datetime | None = None

    def do(self, step: str, now: datetime) -> None:
        """What people can do at a moment; what they cannot changes nothing."""
        at = phase(now, self)
        ahead = at in {Phase.RECRUITING, Phase.FULL}
        if step == "take" and ahead:
            self.taken = min(self.slots, self.taken + 1)
        elif step == "give" and ahead:
            self.taken = max(0, self.taken - 1)
        elif step == "call off" and ahead:
            self.cancelled_at = now
        elif step == "put back" and at is Phase.CANCELLED and now < self.starts_at:
            self.cancelled_at = None
        elif step == "close" and at is Phase.FINISHED:
            self.closed_at = now
        elif step == "settle" and at is Phase.HOURS_ENTERED:
            self.settled_at = now
        elif step == "claim late" and at is Phase.SETTLED:
            self.settled_at = None


STEPS = ["take", "give", "call off", "put back", "close", "settle", "claim late", "an hour", "an hour"]


def walked(steps: list[str]) -> set[tuple[Phase, Phase]]:
    """Every change of phase on a walk that begins three hours before."""
    held, now = Held(), START - 3 * HOUR
    ways, was = set(), phase(now, held)
    for step in steps:
        if step == "an hour":
            now += HOUR
        else:
            held.do(step, now)
        if (at := phase(now, held)) is not was:
            ways.add((was, at))
        was = at
    return ways


@given(st.lists(st.sampled_from(STEPS), max_size=40))
def test_every_step_is_one_of_the_table(steps: list[str]) -> None:
    assert {to for was, to in walked(steps) if to not in NEXT_PHASE[was]} == set()


def test_every_step_of_the_table_is_taken_by_somebody_or_by_time() -> None:
    over = ["an hour"] * 6
    walks = [
        ["take", "take", "give", "take", *over, "close", "settle", "claim late"],
        [*over, "close"],
        ["call off", "put back"],
        ["take", "take", "call off", "put back"],
    ]

    ways = set().union(*(walked(steps) for steps in walks))

    assert ways == {(was, to) for was, after in NEXT_PHASE.items() for to in after}

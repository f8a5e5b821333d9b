"""The periodic work of the register: forgetting in time, and handing over what the clock ended."""

from __future__ import annotations

from datetime import timedelta

from portal.duties.tick import beat, rests
from portal.kit.periodic import in_time, job
from portal.register.services import departures, one_file, tidying, voters

HOUR = timedelta(hours=1)
TIDIED = "register.tidied"


@job
def tidy() -> None:
    """Once an hour is often enough; but somebody votes for each dwelling from the first minute of a day on."""
    voters.settle_voters()
    if not rests(TIDIED, HOUR):
        tidying.tidy()
        beat(TIDIED)


@job
def hand_over() -> None:
    """What hangs on ends that nobody pressed, once an hour."""
    if not rests(departures.NAME, HOUR):
        departures.settle_ended()


@job
def draw_letters() -> None:
    """The letters of a whole neighbourhood in one file, a part at a time; and away with files whose time is over."""
    one_file.forget()
    for step in in_time(one_file.steps()):
        step()

"""The periodic work of the register: forgetting in time, and handing over what the clock ended."""

from __future__ import annotations

from django.core.cache import cache

from portal.kit.periodic import job
from portal.register.services import departures, tidying, voters

HOUR = 3600


@job
def tidy() -> None:
    """Once an hour is often enough; but somebody votes for each dwelling from the first minute of a day on."""
    voters.settle_voters()
    if cache.add("community.tidied", True, HOUR):
        tidying.tidy()


@job
def hand_over() -> None:
    """What hangs on ends that nobody pressed, once an hour."""
    if cache.add("register.departures", True, HOUR):
        departures.settle_ended()

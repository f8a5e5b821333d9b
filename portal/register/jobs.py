"""The periodic work of the community: forgetting in time."""

from __future__ import annotations

from django.core.cache import cache

from portal.kit.periodic import job
from portal.register.services import joining, tidying

HOUR = 3600


@job
def tidy() -> None:
    """Once an hour is often enough; but somebody votes for each dwelling from the first minute of a day on."""
    joining.settle_voters()
    if cache.add("community.tidied", True, HOUR):
        tidying.tidy()

"""The periodic work of the community: forgetting in time."""

from __future__ import annotations

from django.core.cache import cache

from portal.kit.periodic import job
from portal.register.services import tidying

HOUR = 3600


@job
def tidy() -> None:
    """Once an hour is often enough."""
    if cache.add("community.tidied", True, HOUR):
        tidying.tidy()

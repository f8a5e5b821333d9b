"""How often something may be done: counters in the cache that all processes share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Limit:
    """At most `amount` times in `seconds`, counted from the first."""

    amount: int
    seconds: int


def allow(action: str, who: str, limit: Limit) -> bool:
    """Count one more try of `who`; False when that is more than the limit. Counted even when refused elsewhere."""
    key = f"limit:{action}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    if cache.add(key, 1, limit.seconds):
        return True
    try:
        return int(cache.incr(key)) <= limit.amount
    except ValueError:
        # The counter ran out between the two steps.
        return cache.add(key, 1, limit.seconds)

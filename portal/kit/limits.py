"""How often something may be done: counters in the cache that all processes share; and how many may do it at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from django.core.cache import cache

Piece = TypeVar("Piece")
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Limit:
    """At most `amount` times in `seconds`, counted from the first."""

    amount: int
    seconds: int


class AtOnce:
    """How many are at something in this process, and how many may be; a few more are no harm."""

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self._now, self._lock = 0, Lock()

    @property
    def full(self) -> bool:
        """Whether nobody should begin now."""
        return self._now >= self.amount

    def during(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The same pieces; counted from the first one until they end or are given up."""
        self._count(1)
        try:
            yield from pieces
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._now += change


def allow(action: str, who: str, limit: Limit) -> bool:
    """Count one more try of `who`; False when that is more than the limit. Counted even when refused elsewhere."""
    key = _key(action, who)
    if cache.add(key, 1, limit.seconds):
        return True
    try:
        return int(cache.incr(key)) <= limit.amount
    except ValueError:
        # The counter ran out between the two steps.
        return cache.add(key, 1, limit.seconds)


def take_back(action: str, who: str) -> None:
    """Count one try of `who` less: it came to nothing."""
    with suppress(ValueError):
        cache.decr(_key(action, who))


def _key(action: str, who: str) -> str:
    return f"limit:{action}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"

"""What was read or drawn once and still holds, so that a thousand readers do not make the portal draw it anew.

Every change in a neighbourhood appends to its record in the same transaction, so the hash of the record's head
names the state of the whole neighbourhood. What is kept under it is never out of date. Words about time ("3 days
left") and the little that is not recorded (a new name) are right to the minute, for nothing is kept longer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

from portal.record import clock
from portal.record.models import Chain

Made = TypeVar("Made")
MINUTE = 60


def mark(chain: str) -> str:
    """The name of the present state of a neighbourhood, for `keep` and {% cache %}. One query."""
    return now(Chain.objects.filter(pk=chain).values_list("hash", flat=True).first() or "")


def now(state: str) -> str:
    """The name of a state in the present minute."""
    return f"{state}.{int(clock.now().timestamp()) // MINUTE}"


def keep(name: str, make: Callable[[], Made]) -> Made:
    """What `make` made under this name, which holds a mark and everything else that the result depends on."""
    found: Made | None = caches["drawn"].get(name)
    if found is None:
        found = make()
        caches["drawn"].set(name, found, MINUTE)
    return found

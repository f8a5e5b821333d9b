"""What was read or drawn once and still holds, so that a thousand readers do not make the portal draw it anew.

Nearly every change in a neighbourhood appends to its record in the same transaction, so the hash of the record's
head names the state of the whole neighbourhood; services whose changes are not recorded one by one (drafts,
secondings) `stir` it instead. What is kept under that name is never out of date. Words about time ("3 days left")
and a changed name are right to the minute, for nothing is kept longer.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.core.cache import cache, caches
from django.db import transaction

from portal.kit import clock
from portal.record.models import Chain

Made = TypeVar("Made")
MINUTE = 60


def mark(chain: str) -> str:
    """The name of the present state of a neighbourhood, for `keep` and {% cache %}. One query."""
    head = Chain.objects.filter(pk=chain).values_list("hash", flat=True).first()
    return now(f"{chain}.{head}.{cache.get(_stirred(chain), '')}")


def now(state: str) -> str:
    """The name of a state in the present minute."""
    return f"{state}.{int(clock.now().timestamp()) // MINUTE}"


def stir(chain: str) -> None:
    """With the commit, give the state of a neighbourhood a new name: something changed that is not recorded."""
    transaction.on_commit(partial(cache.set, _stirred(chain), uuid.uuid4().hex, 2 * MINUTE))


def keep(name: str, make: Callable[[], Made]) -> Made:
    """What `make` made under this name, which holds a mark and whatever else the result depends on."""
    found: Made | None = caches["drawn"].get(name)
    if found is None:
        found = make()
        caches["drawn"].set(name, found, MINUTE)
    return found


def _stirred(chain: str) -> str:
    return f"stirred.{chain}"

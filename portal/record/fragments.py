"""What was read or drawn once and still holds, so that a thousand readers do not make the portal draw it anew.

Nearly every change in a neighbourhood appends to its record in the same transaction, so the head of the record
names the state of the whole neighbourhood; services whose changes are not recorded one by one (drafts, secondings,
duties) `stir` it instead, in the same row and transaction. What is kept under that name is never out of date.
Words about time end what they stand in at the moment they change (`clock.passed`, `clock.holds_until`), and
everything ends with the day. What is kept lies in this process's own memory (settings.CACHES): without it everything
is drawn anew.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.cache import caches
from django.db.models import F

from portal.kit import clock
from portal.record.models import Chain

Made = TypeVar("Made")


def mark(chain: str) -> str:
    """The name of the present state of a neighbourhood. One query."""
    head = Chain.objects.filter(pk=chain).values_list("hash", "stirred").first()
    return named(chain, *(head or (None, None)))


def named(chain: str, head: str | None, stirred: int | None) -> str:
    """The same, where a statement of one's own has read the head of the record (None: there is none yet)."""
    return f"{chain}.{(head or '')[:16]}.{stirred or 0}"


def stir(chain: str) -> None:
    """Give the state of a neighbourhood a new name: something changes in this transaction that is not recorded."""
    if not Chain.objects.filter(pk=chain).update(stirred=F("stirred") + 1):
        Chain.objects.create(pk=chain, stirred=1)


def text(name: str, draw: Callable[[], str], store: str = "drawn") -> str:
    """What `draw` wrote under this name, which holds a mark and whatever else the text depends on."""
    found = standing(name, store)
    return found if found is not None else made(name, draw, store)


def keep(name: str, read: Callable[[], Made], seconds: int | None = None) -> Made:
    """The same for what was read; everybody gets a copy of their own. `seconds`: no longer than that."""

    def make() -> bytes:
        if seconds is not None:
            clock.holds_until(clock.now() + timedelta(seconds=seconds))
        return pickle.dumps(read(), pickle.HIGHEST_PROTOCOL)

    packed = standing(name) or made(name, make)
    found: Made = pickle.loads(packed)  # noqa: S301 - from this process's own memory
    return found


def standing(name: str, store: str = "drawn") -> Any:
    """What is kept under a name and still holds, else None. What it stands in holds no longer than it does."""
    return _holds(caches[store].get(name))


def standing_among(names: Iterable[str], store: str) -> dict[str, Any]:
    """What is kept and still holds, of several names."""
    found = caches[store].get_many(names)
    return {name: held for name, kept in found.items() if (held := _holds(kept)) is not None}


def made(name: str, make: Callable[[], Made], store: str = "drawn") -> Made:
    """Make something, and keep it under a name for as long as it says the same."""
    with clock.holding() as held:
        result = make()
    left = (held.until - clock.now()).total_seconds()
    caches[store].set(name, (held.until, result), left)
    return result


def _holds(kept: tuple[datetime, Any] | None) -> Any:
    if kept is None or kept[0] <= clock.now():
        return None
    clock.holds_until(kept[0])
    return kept[1]

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


def named(chain: str, head: str | None, stirred: int | None) -> str:
    """The name of the state a neighbourhood is in, from the head of its record (None: there is none yet)."""
    return f"{chain}.{(head or '')[:16]}.{stirred or 0}"


def stir(chain: str) -> None:
    """Give the state of a neighbourhood a new name: something changes in this transaction that is not recorded."""
    if not Chain.objects.filter(pk=chain).update(stirred=F("stirred") + 1):
        Chain.objects.create(pk=chain, stirred=1)


def kept(name: str, make: Callable[[], Made], store: str = "drawn") -> Made:
    """What was made under a name and still holds, else made now; the name holds all that it depends on.

    Everybody gets the very same, so it must be immutable.
    """
    found: Made | None = _holds(caches[store].get(name))
    return found if found is not None else _made(name, make, store)


def keep(name: str, read: Callable[[], Made], seconds: int | None = None) -> Made:
    """The same for what was read; everybody gets a copy of their own. `seconds`: no longer than that."""

    def make() -> bytes:
        if seconds is not None:
            clock.holds_until(clock.now() + timedelta(seconds=seconds))
        return pickle.dumps(read(), pickle.HIGHEST_PROTOCOL)

    found: Made = pickle.loads(kept(name, make))  # noqa: S301 - from this process's own memory
    return found


def standing_among(names: Iterable[str], store: str) -> dict[str, Any]:
    """What is kept and still holds, of several names."""
    found = caches[store].get_many(names)
    return {name: held for name, each in found.items() if (held := _holds(each)) is not None}


def _made(name: str, make: Callable[[], Made], store: str) -> Made:
    """Make something, and keep it under a name for as long as it says the same."""
    with clock.holding() as held:
        result = make()
    left = (held.until - clock.now()).total_seconds()
    caches[store].set(name, (held.until, result), left)
    return result


def _holds(found: tuple[datetime, Any] | None) -> Any:
    """What still holds of what was found; what it stands in holds no longer than it does."""
    if found is None or found[0] <= clock.now():
        return None
    clock.holds_until(found[0])
    return found[1]

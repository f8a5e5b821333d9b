"""The list of periodic jobs. An app declares its own in a module `jobs`; `manage.py tick` does them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

Thing = TypeVar("Thing")
Work = Callable[[], object]
JOBS: dict[str, Work] = {}
# A round goes on to other jobs after so long with one.
SECONDS = 30.0
# The periodic work runs each minute: what it finds so soon, it found in time.
PUNCTUAL = timedelta(hours=1)


def job(work: Work) -> Work:
    """Register a periodic job: no arguments, idempotent, safe when two run at once, its own transactions."""
    JOBS[f"{work.__module__.rsplit('.', 1)[0]}.{work.__name__}"] = work
    return work


def in_time(things: Iterable[Thing]) -> Iterator[Thing]:
    """The same things, until a round of one job has taken long enough: what is left is done in the next round.

    For work in which each thing is a transaction of its own, so that other jobs are not kept waiting by a mass of it.
    """
    until = time.monotonic() + SECONDS
    for thing in things:
        yield thing
        if time.monotonic() > until:
            return


def counts_from(happened: datetime, found: datetime) -> datetime:
    """From when a time is counted that the clock began: from the moment itself where it was found in time.

    Else from when it was found: nobody was told before, so a pause of the portal shortens nobody's time.
    """
    return happened if found - happened <= PUNCTUAL else found

"""The periodic work: does all that is due now. Safe to run late, twice, and beside another run."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from django.apps import apps
from django.db import transaction

from portal.duties.models import Heartbeat
from portal.duties.services.pauses import stood_still
from portal.kit import clock
from portal.kit.periodic import JOBS, Work, job
from portal.notifications import waiting

__all__ = ["beat", "job", "last_good", "ordered", "rests", "results", "run"]

log = logging.getLogger(__name__)
BEGUN, WHOLE = "tick.begun", "tick"
# So far the clocks of two computers may differ.
CLOCKS_DIFFER = timedelta(minutes=1)
# What comes before all jobs, by the name under which its result is kept.
FIRST = "portal.duties.begin"


@dataclass(frozen=True)
class Done:
    """How one job went: milliseconds, and why it failed; empty where it ran to its end."""

    name: str
    took: int
    reason: str = ""


def run() -> list[str]:
    """Do every job, each in its own try: a failed one hinders no other. Returns the names of the failed."""
    done = [_done(name, work) for name, work in [(FIRST, begin), *ordered()]]
    keep(done)
    beat(WHOLE)
    return [one.name for one in done if one.reason]


def ordered() -> list[tuple[str, Work]]:
    """The jobs in the order of INSTALLED_APPS, then as declared: outer apps first, mail last."""
    place = {config.name: number for number, config in enumerate(apps.get_app_configs())}
    return sorted(JOBS.items(), key=lambda named: place.get(named[0].rpartition(".")[0], len(place)))


@transaction.atomic
def begin() -> None:
    """Note that a run begins; after a pause of the portal nobody is late because of it, however many begin at once."""
    now = clock.now()
    beaten, new = Heartbeat.objects.select_for_update().get_or_create(name=BEGUN, defaults={"ran_at": now})
    if new:
        return
    stood_still(beaten.ran_at, now)
    if beaten.ran_at > now + CLOCKS_DIFFER:
        waiting.put_right()
    beat(BEGUN)


def beat(name: str) -> None:
    """Note that something was done just now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"ran_at": clock.now()})


def rests(name: str, every: timedelta) -> bool:
    """Whether something was done less than so long ago. A clock that was set back lets nothing rest longer."""
    last = Heartbeat.objects.filter(name=name).first()
    return last is not None and last.ran_at <= clock.now() < last.ran_at + every


def last_good(name: str) -> datetime | None:
    """When a job last ran to its end, before the run that is under way."""
    return Heartbeat.objects.filter(name=name).values_list("good_at", flat=True).first()


def results() -> dict[str, Heartbeat | None]:
    """The last result of every job there is, by its name; None where it has never run. One query."""
    names = sorted([FIRST, *JOBS])
    kept = Heartbeat.objects.in_bulk(names)
    return {name: kept.get(name) for name in names}


def keep(done: Iterable[Done]) -> None:
    """Keep how the jobs of a run went, in one statement: what fails keeps since when."""
    now, before = clock.now(), results()
    rows = [_row(one, before.get(one.name) or Heartbeat(name=one.name)) for one in done]
    for row in rows:
        row.ran_at = now
    Heartbeat.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["ran_at", "took", "good_at", "failing_since", "reason"],
    )


def _row(one: Done, row: Heartbeat) -> Heartbeat:
    now = clock.now()
    row.took, row.reason = one.took, one.reason
    row.good_at = row.good_at if one.reason else now
    # A clock that was set back must not say that it fails from a day to come.
    row.failing_since = min(row.failing_since or now, now) if one.reason else None
    return row


def _done(name: str, work: Work) -> Done:
    began, reason = time.monotonic(), ""
    try:
        work()
    except Exception as error:
        log.exception("job %s failed", name)
        reason = said(error)
    return Done(name, round((time.monotonic() - began) * 1000), reason)


def said(error: Exception) -> str:
    """What kind of failure it was and where: never its words, which may name people or open what is secret."""
    return f"{type(error).__name__}{_where(error.__traceback__)}"[:200]


def _where(trace: TracebackType | None) -> str:
    """The last line of ours."""
    ours = [frame for frame in traceback.extract_tb(trace) if "portal" in Path(frame.filename).parts]
    if not ours:
        return ""
    parts = Path(ours[-1].filename).parts
    inside = parts[len(parts) - parts[::-1].index("portal") - 1 :]
    return f" ({'/'.join(inside)}:{ours[-1].lineno})"

"""The periodic work: does all that is due now. Safe to run late, twice, and beside another run."""

from __future__ import annotations

import logging

from django.apps import apps

from portal.duties.models import Heartbeat
from portal.kit import clock
from portal.kit.periodic import JOBS, Work, job

__all__ = ["job", "ordered", "run"]

log = logging.getLogger(__name__)
WHOLE = "tick"


def run() -> list[str]:
    """Do every job, each in its own try: a failed one hinders no other. Returns the names of the failed."""
    failed = [name for name, work in ordered() if not _done(name, work)]
    beat(WHOLE)
    return failed


def ordered() -> list[tuple[str, Work]]:
    """The jobs in the order of INSTALLED_APPS, then as declared: outer apps first, mail last."""
    place = {config.name: number for number, config in enumerate(apps.get_app_configs())}
    return sorted(JOBS.items(), key=lambda named: place.get(named[0].rpartition(".")[0], len(place)))


def beat(name: str) -> None:
    """Note that a job ran to its end just now."""
    Heartbeat.objects.update_or_create(name=name[:40], defaults={"ran_at": clock.now()})


def _done(name: str, work: Work) -> bool:
    try:
        work()
    except Exception:
        log.exception("job %s failed", name)
        return False
    return True

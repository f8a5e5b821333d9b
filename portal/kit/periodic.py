"""The list of periodic jobs. An app declares its own in a module `jobs`; `manage.py tick` does them."""

from __future__ import annotations

from collections.abc import Callable

Work = Callable[[], object]
JOBS: dict[str, Work] = {}


def job(work: Work) -> Work:
    """Register a periodic job: no arguments, idempotent, safe when two run at once, its own transactions."""
    JOBS[f"{work.__module__.rsplit('.', 1)[0]}.{work.__name__}"] = work
    return work

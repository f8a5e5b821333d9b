"""A clock that can be moved, for the programs of the browser tests. It knows nothing of Django."""

from __future__ import annotations

import os
from datetime import datetime as Real
from datetime import timedelta, tzinfo
from pathlib import Path

from portal.kit import clock


def offset() -> int:
    """How many seconds the tests' clock is ahead of the real one: what the file says."""
    file = Path(os.environ["PORTAL_TEST_CLOCK"])
    return int(file.read_text() or 0) if file.exists() else 0


class Moved(Real):
    """A datetime whose present is ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Real:
        """The real time and the offset."""
        return Real.now(tz) + timedelta(seconds=offset())

    combine = Real.combine


def move() -> None:
    """From now on the portal's clock obeys the file."""
    clock.datetime = Moved

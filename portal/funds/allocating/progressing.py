"""How far a computation is, said to its row now and then: a third for the shares, the rest for what would have been."""

from __future__ import annotations

import time

from portal.funds.models import AllocationRun
from portal.kit import clock

WHOLE = 1000
SHARES = WHOLE // 3
# So often, in seconds, at most.
EVERY = 1.0


class Meter:
    """Writes `done` and `seen_at` of a run; the bar never goes back."""

    def __init__(self, run: AllocationRun) -> None:
        self.pk, self.done, self.said = run.pk, 0, time.monotonic()

    def sharing(self, done: int, of: int) -> None:
        """While shares are raised."""
        self._say(SHARES * done // max(of, 1))

    def explaining(self, done: int, of: int) -> None:
        """While it is looked for what would have made the others win."""
        self._say(SHARES + (WHOLE - SHARES) * done // max(of, 1))

    def _say(self, done: int) -> None:
        self.done = max(self.done, min(done, WHOLE))
        if time.monotonic() - self.said >= EVERY:
            self.said = time.monotonic()
            AllocationRun.objects.filter(pk=self.pk).update(done=self.done, seen_at=clock.now())

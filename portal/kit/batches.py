"""Many things, as many at once as go well into one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
# Fewer than the parameters that SQLite takes in one statement.
BATCH = 500


def batches(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """The things in their order, BATCH at a time; none of nothing."""
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]

"""Telling several stories at once, in the order of time, each step by the real services under its own clock."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable
from datetime import datetime

from portal.kit import clock

# A story yields the moment at which it wants to go on.
Story = Generator[datetime, None, None]


def play(stories: Iterable[Story]) -> int:
    """Resume the stories in the order of their moments until all have ended; returns how many steps were played.

    The record's entries are thereby written in the order of their times, as they would have been.
    """
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        _queue(waiting, number, story)
    steps = 0
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        with clock.at(moment):
            _queue(waiting, number, story)
        steps += 1
    return steps


def _queue(waiting: list[tuple[datetime, int, Story]], number: int, story: Story) -> None:
    """Run a story up to its next wish; one that has ended wishes for nothing."""
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, number, story))

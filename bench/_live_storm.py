"""Ten thousand posts to a hundred readers whose sockets break at random: what each of them has in the end."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from bench._live_crowd import Crowd, Place
from bench._sockets import gather
from bench.report import progress, report

POSTS, READERS = 10_000, 100
# How long a socket holds, and how long its reader is away then (seconds, on average).
HOLDS, AWAY = 3.0, 0.5
PATIENCE = 60.0
REV = re.compile(rb'"rev":(\d+)')


@dataclass
class Wanderer:
    """A reader who comes back with the last number it knows."""

    after: int
    dice: random.Random
    told: Counter[int] = field(default_factory=Counter)
    breaks: int = 0

    async def read(self, thread: int, port: int, until: asyncio.Event, newest: list[int]) -> None:
        """Read until all was posted and arrived, over sockets that break in the middle of whatever they carry."""
        while not (until.is_set() and self.after >= newest[0]):
            path = f"/ws/threads/{thread}/?after={self.after}&lang=zh-hans"
            [reader] = await gather(1, port, path, REV)
            await asyncio.sleep(self.dice.expovariate(1 / HOLDS))
            if reader.transport is not None:
                reader.transport.abort()
            self.breaks += 1
            self.told.update(number for number, _at in reader.seen)
            self.after = max([self.after, *(number for number, _at in reader.seen)])
            await asyncio.sleep(self.dice.expovariate(1 / AWAY))


async def storm(place: Place) -> None:
    """Report what was lost and what came twice."""
    crowd = Crowd("ours", place)
    try:
        await crowd.ready()
        begun, done, newest = crowd.newest, asyncio.Event(), [0]
        readers = [Wanderer(begun, random.Random(number)) for number in range(READERS)]
        reading = [
            asyncio.create_task(reader.read(crowd.thread, crowd.ports[at % len(crowd.ports)], done, newest))
            for at, reader in enumerate(readers)
        ]
        await crowd.post(POSTS, 0)
        newest[0] = begun + POSTS
        done.set()
        await asyncio.wait(reading, timeout=PATIENCE)
    finally:
        crowd.end()
    progress(f"{sum(reader.breaks for reader in readers)} sockets broke")
    wanted = range(begun + 1, begun + POSTS + 1)
    lost = sum(number not in reader.told for reader in readers for number in wanted)
    doubled = sum(reader.told.total() - len(reader.told) for reader in readers)
    what = f"{POSTS:,} posts to {READERS} readers who reconnect at random"
    report("live", f"{what}: lost", lost, "messages", goal="<= 0")
    report("live", f"{what}: doubled", doubled, "messages", goal="<= 0")

"""Ten thousand posts to a hundred readers whose sockets break at random: what each of them has in the end."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace

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


class Crossing:
    """A crowd that wanders: readers spread over the processes of a server, whatever happens to it meanwhile.

    `apart`: the first process only posts, as a page worker does; a thread that never rests would hold up its sockets.
    """

    def __init__(self, place: Place, readers: int, *, apart: bool = False) -> None:
        self.crowd = Crowd("ours", place)
        self.readers: list[Wanderer] = []
        self._many = readers
        self._ports = self.crowd.ports[apart:]
        self._done, self._newest = asyncio.Event(), [0]
        self._reading: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Everybody reads."""
        await self.crowd.ready()
        self._newest[0] = self.crowd.newest
        self.readers = [Wanderer(self.crowd.newest, random.Random(number)) for number in range(self._many)]
        ports = self._ports
        self._reading = [
            asyncio.create_task(
                reader.read(self.crowd.thread, ports[at % len(ports)], self._done, self._newest)
            )
            for at, reader in enumerate(self.readers)
        ]

    async def post(self, many: int, rate: float) -> None:
        """Post so many more."""
        self._newest[0] += len(await self.crowd.post(many, rate))

    async def end(self, patience: float) -> tuple[int, int]:
        """Wait (seconds) until everybody knows everything; how many messages were lost, and how many came twice."""
        self._done.set()
        await asyncio.wait(self._reading, timeout=patience)
        wanted = range(self.crowd.newest + 1, self._newest[0] + 1)
        lost = sum(number not in reader.told for reader in self.readers for number in wanted)
        return lost, sum(reader.told.total() - len(reader.told) for reader in self.readers)


async def storm(place: Place) -> None:
    """Report what was lost and what came twice."""
    apart = bool(place.redis)
    crossing = Crossing(replace(place, processes=place.processes + apart), READERS, apart=apart)
    try:
        await crossing.begin()
        await crossing.post(POSTS, 0)
        lost, doubled = await crossing.end(PATIENCE)
    finally:
        crossing.crowd.end()
    progress(f"{sum(reader.breaks for reader in crossing.readers)} sockets broke")
    what = f"{POSTS:,} posts to {READERS} readers who reconnect at random"
    report("live", f"{what}: lost", lost, "messages", goal="<= 0")
    report("live", f"{what}: doubled", doubled, "messages", goal="<= 0")

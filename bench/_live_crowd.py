"""Crowds of readers of the live benchmark: their servers, what reaches whom when, and at what cost."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, cast

from bench._sockets import Reader, gather
from bench.report import progress

# What each post says, beside its mark.
TEXT = "开门我赞成，晚上十点以后要关，不然睡不踏实。谁负责晚上锁门？请写进约定里。"
WARM_UP, SILENT = (3, 0.5), (15, 5)
OF_A_PROCESS = 2
QUIET, PATIENCE = 0.3, 10.0


@dataclass(frozen=True)
class Figures:
    """What one run came to: messages delivered, lost, doubled, and how many seconds each was late, in order.

    `cpu_us`: microseconds of CPU a message; `alone_us`: without those that making the posts took.
    """

    delivered: int
    lost: int
    doubled: int
    cpu_us: float
    alone_us: float
    waits: list[float]

    @property
    def p99(self) -> float:
        """From commit to frame, what one message in a hundred took longer than; endless where none came."""
        return (
            self.waits[min(len(self.waits) * 99 // 100, len(self.waits) - 1)] if self.waits else float("inf")
        )


@dataclass(frozen=True)
class Place:
    """Where servers run: a folder of their own, the thread of each in its database, Redis (empty: layers in memory)."""

    folder: Path
    threads: dict[str, int] = field(default_factory=dict)
    redis: str = ""
    processes: int = 1

    @property
    def database(self) -> str:
        """The address of the database."""
        return f"sqlite:///{self.folder / 'live.sqlite3'}"

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """A process of the server's module."""
        foreign = ("PORTAL_", "DJANGO_", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {
            "PORTAL_DATABASE_URL": self.database,
            "PORTAL_DATA_DIR": str(self.folder),
            "PORTAL_STAFF_SECOND_FACTOR": "no",
            "PORTAL_LOG_LEVEL": "ERROR",
            "PORTAL_PROCESSES": str(self.processes),
            "PORTAL_REDIS_URL": self.redis,
            "PORT": str(free_port()) if arguments[0] == "prepare" else arguments[-1],
        }
        command = [sys.executable, "-m", "bench._live_server", *arguments]
        return subprocess.Popen(
            command, env=kept | own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )


class Crowd:
    """The processes of one server, `ours` or `bare`, and its readers, spread over them evenly."""

    def __init__(self, mode: str, place: Place) -> None:
        self.mode = mode
        self.ports = [free_port() for _process in range(place.processes)]
        self.thread = place.threads[mode]
        self.servers = [place.run(mode, str(self.thread), str(port)) for port in self.ports]
        self.readers: list[Reader] = []
        self.newest = 0
        # What making a post takes, without a reader (seconds of CPU).
        self.a_post = 0.0

    async def ready(self) -> None:
        """Wait until all processes serve, and see what a post costs that nobody reads."""
        self.newest = max([int(await line_of(server)) for server in self.servers])
        await self.post(*WARM_UP)
        before = self.cpu()
        await self.post(*SILENT)
        self.a_post = (self.cpu() - before) / SILENT[0]
        self.newest += WARM_UP[0] + SILENT[0]

    async def join(self, many: int, cookies: list[str] | None = None) -> None:
        """So many readers more."""
        path = f"/ws/threads/{self.thread}/?after={self.newest}&lang=zh-hans"
        for at, port in enumerate(self.ports):
            share = many // len(self.ports) + (at < many % len(self.ports))
            self.readers += await gather(share, port, path, cookies=cookies)
        await asyncio.sleep(1)

    async def told(self, many: int, rate: float) -> Figures:
        """Post so many at a rate (a second), from the first process; what arrived, and what it cost them all."""
        for reader in self.readers:
            reader.seen.clear()
        before = self.cpu()
        sent = await self.post(many, rate)
        await until_quiet(self.readers, len(sent) * len(self.readers))
        figures = judge(sent, self.readers, self.cpu() - before, self.a_post)
        progress(
            f"{self.mode}: {len(self.readers)} readers, {rate}/s: {figures.cpu_us:.1f} us, "
            f"{figures.alone_us:.1f} alone, p99 {figures.p99:.3f} s, {figures.lost} lost"
        )
        return figures

    async def post(self, many: int, rate: float) -> dict[int, float]:
        """Post so many at a rate; the number of each and when it was committed."""
        commands = cast(IO[str], self.servers[0].stdin)
        commands.write(f"{many} {rate}\n")
        commands.flush()
        return {int(number): at for number, at in json.loads(await line_of(self.servers[0])).items()}

    def cpu(self) -> float:
        """Seconds of CPU that all processes have used."""
        return sum(cpu(server.pid) for server in self.servers)

    def memory(self) -> float:
        """KB that all processes hold for themselves."""
        return sum(memory(server.pid) for server in self.servers)

    def end(self) -> None:
        """End all processes."""
        for server in self.servers:
            server.kill()
            server.communicate()


def prepared(folder: Path, *authors: str) -> tuple[Place, dict[str, Any]]:
    """A folder with a database in it, and what `prepare` says; `authors`: how many, where not all are needed."""
    (folder / "static").mkdir()
    place = Place(folder)
    said = json.loads(place.run("prepare", *authors).communicate()[0])
    return replace(place, threads={mode: said[mode] for mode in ("ours", "bare")}), said


@contextmanager
def both(place: Place) -> Iterator[dict[str, Crowd]]:
    """The bare one and ours, side by side: what is compared meets the same load of the machine."""
    crowds = {mode: Crowd(mode, place) for mode in ("bare", "ours")}
    try:
        yield crowds
    finally:
        for crowd in crowds.values():
            crowd.end()


async def compared(
    place: Place, readers: int, runs: int, rates: dict[str, tuple[int, float]]
) -> dict[str, list[Figures]]:
    """Runs of both by turns, `rates`: how many posts at how many a second."""
    with both(place) as crowds:
        for crowd in crowds.values():
            await crowd.ready()
            await crowd.join(readers)
        figures = {mode: [await crowd.told(*WARM_UP)] for mode, crowd in crowds.items()}
        for _time in range(runs):
            for mode, crowd in crowds.items():
                figures[mode].append(await crowd.told(*rates[mode]))
        return figures


def median_cost(runs: list[Figures]) -> float:
    """Microseconds of CPU a delivered message, of the run in the middle."""
    return statistics.median(figures.cpu_us for figures in _whole(runs))


def delivering(runs: list[Figures]) -> float:
    """The same without what making the posts took."""
    return statistics.median(figures.alone_us for figures in _whole(runs))


def _whole(runs: list[Figures]) -> list[Figures]:
    """The runs that lost nothing, or the one that lost least: a server that drops its readers is no measure."""
    return [run for run in runs if not run.lost] or [min(runs, key=lambda run: run.lost)]


def judge(sent: dict[int, float], readers: list[Reader], spent: float, a_post: float) -> Figures:
    """Compare what was committed with what each reader saw; `spent`, and on making a post, in seconds of CPU."""
    waits, doubled = [], 0
    for reader in readers:
        times = Counter(number for number, _at in reader.seen)
        doubled += sum(times.values()) - len(times)
        first = {number: at for number, at in reversed(reader.seen) if number in sent}
        waits += [at - sent[number] for number, at in first.items()]
    waits.sort()
    delivered = len(waits)
    lost = len(sent) * len(readers) - delivered
    alone = max(spent - a_post * len(sent), 0.0)
    each = 1e6 / max(delivered, 1)
    return Figures(delivered, lost, doubled, each * spent, each * alone, waits)


async def until_quiet(readers: list[Reader], expected: int) -> None:
    """Wait until everything has arrived, or nothing more does."""
    seen, last = 0, time.monotonic()
    while seen < expected and time.monotonic() - last < PATIENCE:
        await asyncio.sleep(QUIET)
        now = sum(len(reader.seen) for reader in readers)
        seen, last = now, last if now == seen else time.monotonic()
    gc.collect()


def cpu(pid: int) -> float:
    """Seconds of CPU a process has used in all its threads: its own clock, which Linux names by the process."""
    return time.clock_gettime((~pid << 3) | OF_A_PROCESS)


def memory(pid: int) -> float:
    """KB of memory that a process holds for itself alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis of one's own; empty where none is installed."""
    if not shutil.which("redis-server"):
        yield ""
        return
    port = free_port()
    told = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(["redis-server", *told], stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


async def line_of(server: subprocess.Popen[str]) -> str:
    """The next line a server says."""
    line = await asyncio.to_thread(cast(IO[str], server.stdout).readline)
    if not line:
        raise RuntimeError("the benchmark's server ended")
    return line

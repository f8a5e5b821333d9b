"""Live discussion: 500 readers of one thread on Daphne, beside a bare Channels consumer.

Both run on the same machine, one after the other, with the same service making the posts, the same in-memory
layer, the same events, the same readers in another process. Ours also checks origins, knows who is signed in,
numbers, beats and catches up. Its frames carry what was committed within 0.1 s; each post is one message.
The bare consumer counts at its best: it is tried at a post a second too, where it loses nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from bench._sockets import Reader, gather
from bench.report import progress, report

READERS = 500
# Posts a second, and for how many seconds.
RUNS = {"bare": [(1, 8), (5, 8)], "ours": [(5, 10), (20, 6)]}
WARM_UP = (2, 1)
P99 = {5: "<= 0.3", 20: "<= 1"}
QUIET, PATIENCE = 0.5, 4.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """What one run came to."""

    delivered: int
    lost: int
    doubled: int
    cpu_us: float
    p50: float
    p99: float

    @property
    def sent(self) -> int:
        """How many messages there should have been."""
        return self.delivered + self.lost


def main() -> None:
    """Print the figures of all runs."""
    with tempfile.TemporaryDirectory(prefix="bench-live-") as place:
        database = Path(place) / "live.sqlite3"
        (Path(place) / "static").mkdir()
        thread = int(run_server(["prepare"], database, 0).communicate()[0])
        bare = asyncio.run(measure("bare", thread, database))
        ours = asyncio.run(measure("ours", thread, database))
    best = min(figures.cpu_us for figures in bare.values())
    for rate, figures in ours.items():
        tell(f"{READERS} readers, {rate} posts/s", figures, best, P99[rate])
    tell_bare(f"{READERS} readers, 5 posts/s", bare[5])


def tell(what: str, ours: Figures, bare_us: float, p99: str) -> None:
    """Report one rate, beside the least that a message cost the bare consumer."""
    cost = f"server CPU a delivered message, {what}"
    report("live", cost, ours.cpu_us, "us", limit=bare_us, goal="<= 0.25")
    report("live", f"messages lost of {ours.sent}, {what}", ours.lost, "messages", goal="<= 0")
    report("live", f"messages doubled, {what}", ours.doubled, "messages", goal="<= 0")
    report("live", f"commit to frame p99, {what}", ours.p99, "s", goal=p99)


def tell_bare(what: str, bare: Figures) -> None:
    """What the counterpart came to, for comparison."""
    report("live", f"bare consumer: messages lost of {bare.sent}, {what}", bare.lost, "messages")
    report("live", f"bare consumer: commit to frame p99, {what}", bare.p99, "s")


async def measure(mode: str, thread: int, database: Path) -> dict[int, Figures]:
    """All runs of one server, by rate."""
    port = free_port()
    server = run_server([mode, str(port)], database, port)
    try:
        newest = int(await line_of(server))
        readers = await gather(READERS, port, f"/ws/threads/{thread}/?after={newest}&lang=zh-hans")
        await asyncio.sleep(2)
        await run(mode, server, readers, *WARM_UP)
        return {rate: await run(mode, server, readers, rate, seconds) for rate, seconds in RUNS[mode]}
    finally:
        server.kill()
        server.wait()


async def run(
    mode: str, server: subprocess.Popen[str], readers: list[Reader], rate: int, seconds: int
) -> Figures:
    """Post at a rate and count what arrives where, and what it cost the server."""
    for reader in readers:
        reader.seen.clear()
    before = cpu(server.pid)
    commands = cast(IO[str], server.stdin)
    commands.write(f"{rate} {seconds}\n")
    commands.flush()
    sent = {int(number): at for number, at in json.loads(await line_of(server)).items()}
    await until_quiet(readers, len(sent) * len(readers))
    figures = judge(sent, readers, cpu(server.pid) - before)
    progress(f"{mode}: {rate}/s {figures}")
    return figures


def judge(sent: dict[int, float], readers: list[Reader], spent: float) -> Figures:
    """Compare what was committed with what each reader saw; `spent` in seconds of CPU."""
    waits, doubled = [], 0
    for reader in readers:
        times = Counter(number for number, _at in reader.seen)
        doubled += sum(times.values()) - len(times)
        first = {number: at for number, at in reversed(reader.seen) if number in sent}
        waits += [at - sent[number] for number, at in first.items()]
    waits.sort()
    delivered = len(waits)
    lost = len(sent) * len(readers) - delivered
    return Figures(
        delivered, lost, doubled, 1e6 * spent / max(delivered, 1), quantile(waits, 50), quantile(waits, 99)
    )


def quantile(sorted_values: list[float], percent: int) -> float:
    """The value below which so many percent lie; endless where there is none."""
    if not sorted_values:
        return float("inf")
    return sorted_values[min(len(sorted_values) * percent // 100, len(sorted_values) - 1)]


async def until_quiet(readers: list[Reader], expected: int) -> None:
    """Wait until everything has arrived, or nothing more does."""
    seen, last = 0, time.monotonic()
    while seen < expected and time.monotonic() - last < PATIENCE:
        await asyncio.sleep(QUIET)
        now = sum(len(reader.seen) for reader in readers)
        seen, last = now, last if now == seen else time.monotonic()
    await asyncio.sleep(QUIET)


def cpu(pid: int) -> float:
    """Seconds of CPU a process has used, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_server(arguments: list[str], database: Path, port: int) -> subprocess.Popen[str]:
    """The server's process, on a database of its own, as an embedded portal runs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | {
        "PORTAL_DATABASE_URL": f"sqlite:///{database}",
        "PORTAL_DATA_DIR": str(database.parent),
        "PORTAL_STAFF_SECOND_FACTOR": "no",
        "PORTAL_LOG_LEVEL": "ERROR",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "bench._live_server", *arguments]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


async def line_of(server: subprocess.Popen[str]) -> str:
    """The next line a server says."""
    line = await asyncio.to_thread(cast(IO[str], server.stdout).readline)
    if not line:
        raise RuntimeError("the benchmark's server ended")
    return line


if __name__ == "__main__":
    main()

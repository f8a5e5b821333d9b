"""A record of 100,000 entries and twenty who download it again and again: how long a search takes beside them.

In turns with nobody downloading, on one server as `manage.py serve` runs it. The first download of all writes the
ready files, and is told by itself.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import Event, Thread
from urllib.parse import quote

from bench.pages import on_each_database, portal, surroundings
from bench.report import progress, report

READERS, SEARCHES, ROUNDS = 20, 15, 3
# The page that asks to wait is shorter than this (bytes), a long record longer.
REFUSAL = 20_000
SEARCH = f"/n/tianxin/topics/?words={quote('小门')}"
RECORD = "/n/tianxin/record.jsonl"


def main() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-record-", told)


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"making a long record on {name}")
    made = [sys.executable, "-m", "bench._record_data"]
    subprocess.run(made, env=surroundings(place, database, 0), stdout=subprocess.DEVNULL, check=True)
    with portal(place, database) as port:
        first, size = timed(port, RECORD, "127.0.0.2")
        again, _size = timed(port, RECORD, "127.0.0.2")
        report("record", f"{name}: first download, {size / 1e6:.1f} MB, writes the files", first, "s")
        report("record", f"{name}: a download after it", again, "s")
        alone, beside = [], []
        for _round in range(ROUNDS):
            alone += searches(port)
            with readers(port):
                beside += searches(port)
    figure = f"{name}: search beside {READERS} readers of the record, beside none"
    report("record", figure, median(beside) * 1000, "ms", limit=median(alone) * 1000)
    report("record", f"{name}: the slowest search beside them", max(beside) * 1000, "ms")


def searches(port: int) -> list[float]:
    """How long each search takes (s)."""
    return [timed(port, SEARCH, "127.0.0.1")[0] for _search in range(SEARCHES)]


@contextmanager
def readers(port: int) -> Iterator[None]:
    """So many who download until the end of the block, each from an address of their own."""
    stop = Event()

    def read(number: int) -> None:
        while not stop.is_set():
            _taken, size = timed(port, RECORD, f"127.0.1.{number + 1}")
            # Who is asked to wait waits, if not as long as asked.
            stop.wait(0 if size > REFUSAL else 1)

    threads = [Thread(target=read, args=[number]) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def timed(port: int, path: str, address: str) -> tuple[float, int]:
    """How long an answer takes (s), and its bytes as they are sent."""
    start = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=120, source_address=(address, 0))
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        size = len(connection.getresponse().read())
    finally:
        connection.close()
    return time.perf_counter() - start, size


if __name__ == "__main__":
    main()

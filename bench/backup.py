"""The demo and 200,000 posts: backed up while four write, brought back, and moved to PostgreSQL.

Each command as an operator types it, its start and all its checks included, beside the bare copy it is made of:
one-step backup() and a copy of the file on SQLite, pg_dump and pg_restore on PostgreSQL. PostgreSQL where
PORTAL_DATABASE_URL names a server on which databases can be made.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

from bench.pages import postgresql, surroundings
from bench.report import progress, report

WRITERS, PAUSE = 4, 0.01
MOST_WAIT, MOST_SECONDS = "<= 0.5", "<= 10"
MEGABYTE = 1_000_000


def main() -> None:
    """SQLite, and what leads from it to PostgreSQL where there is one."""
    server = os.environ.get("PORTAL_DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder:
        place = Path(folder)
        progress("making the demo and 200,000 posts")
        ran([sys.executable, "-m", "bench._backup_data"], place / "data", sqlite_of(place / "data"))
        told_sqlite(place)
        if not server:
            progress("PostgreSQL: skipped. Name a server in PORTAL_DATABASE_URL to measure on it too.")
            return
        with postgresql(server) as (first, _name), postgresql(server) as (second, _other):
            told_move(place, first)
            told_postgresql(place, first, second)


def told_sqlite(place: Path) -> None:
    """Backup under writers and restore, on SQLite."""
    file, database = place / "data" / "portal.sqlite3", sqlite_of(place / "data")
    size = file.stat().st_size / MEGABYTE
    bare = seconds(lambda: bare_backup(file, place / "bare.sqlite3"))
    waits: list[float] = []
    with writers(file, waits):
        taken = seconds(lambda: manage(place / "data", database, "backup", str(place / "made")))
    figure = f"SQLite, {size:.0f} MB and 20 MB of uploads, {WRITERS} writers"
    report("backup", f"{figure}: backup, proved, beside backup() alone", taken, "s", limit=bare)
    report("backup", f"{figure}: backup, proved", taken, "s", goal=MOST_SECONDS)
    report("backup", f"{figure}: slowest of {len(waits):,} writes", max(waits), "s", goal=MOST_WAIT)
    copied = seconds(lambda: shutil.copyfile(place / "made" / "database.sqlite3", place / "bare2.sqlite3"))
    taken = seconds(lambda: manage(place / "new", sqlite_of(place / "new"), "restore", str(place / "made")))
    report(
        "backup",
        f"SQLite, {size:.0f} MB: restore, proved, beside a copy of the file",
        taken,
        "s",
        limit=copied,
    )


def told_move(place: Path, target: str) -> None:
    """Everything from SQLite to PostgreSQL."""
    taken = seconds(lambda: manage(place / "new", sqlite_of(place / "new"), "move_database", target))
    report("backup", "SQLite to PostgreSQL: move_database, tables made, each row compared", taken, "s")


def told_postgresql(place: Path, first: str, second: str) -> None:
    """Backup and restore on PostgreSQL."""
    dump = place / "bare.dump"
    bare = seconds(lambda: ran(["pg_dump", "-Fc", f"--file={dump}", first], place, first))
    taken = seconds(lambda: manage(place / "new", first, "backup", str(place / "pg")))
    report("backup", "PostgreSQL: backup, proved, beside pg_dump alone", taken, "s", limit=bare)
    taken = seconds(lambda: manage(place / "newer", second, "restore", str(place / "pg")))
    restoring = ["pg_restore", "--no-owner", "--clean", "--if-exists", "-1", f"--dbname={second}", str(dump)]
    bare = seconds(lambda: ran(restoring, place, second))
    report("backup", "PostgreSQL: restore, proved, beside pg_restore alone", taken, "s", limit=bare)


# --- what is measured ---


def sqlite_of(place: Path) -> str:
    """The address of the database in a data directory."""
    return f"sqlite:///{place / 'portal.sqlite3'}"


def manage(place: Path, database: str, *arguments: str) -> None:
    """A command of the portal, as an operator starts it."""
    ran([sys.executable, "manage.py", *arguments], place, database)


def ran(command: list[str], place: Path, database: str) -> None:
    """Run a program to its end; what it says goes to standard error."""
    subprocess.run(command, env=surroundings(place, database, 0), stdout=sys.stderr, check=True)


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare_backup(source: Path, target: Path) -> None:
    """SQLite's own copy in one step."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


@contextmanager
def writers(file: Path, waits: list[float]) -> Iterator[None]:
    """So many who write again and again until the end of the block; how long each write took (s)."""
    stop = Event()

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
            while not stop.wait(PAUSE):
                start = time.perf_counter()
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE record_chain SET stirred = stirred + 1")
                connection.execute("COMMIT")
                waits.append(time.perf_counter() - start)

    threads = [Thread(target=write) for _number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()

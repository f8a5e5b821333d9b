"""SQLite: a copy while others write, and being alone with a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from portal.keeping import Refused
from portal.keeping.files import create
from portal.keeping.places import alone

VERSION = sqlite3.sqlite_version
PATIENCE = 1
ENDINGS = ("-wal", "-shm", "-journal")
# Fails while another process has the file open, also one that is only waiting.
EXCLUSIVE = "PRAGMA locking_mode = EXCLUSIVE; "


def snapshot(source: Path, target: Path) -> None:
    """Copy a database that is in use into a new file, as it is at one moment.

    In one step: a copy step by step begins anew whenever another process writes, and `cp` copies half a change.
    """
    create(target).close()
    read_only = f"{source.resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(read_only, uri=True, timeout=10)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
        # One file, without the two that a write-ahead log has beside it.
        writing.execute("PRAGMA journal_mode = DELETE")


def copy_of(config: dict[str, Any], file: Path) -> dict[str, Any]:
    """How a copy of a database is reached: as the original, but as one file."""
    return {**alone(config, init_command="PRAGMA secure_delete = ON;"), "NAME": str(file)}


def locked(config: dict[str, Any]) -> dict[str, Any]:
    """How a database is reached by one process alone."""
    given = config.get("OPTIONS", {}).get("init_command", "")
    return alone(config, init_command=EXCLUSIVE + given, timeout=PATIENCE)


def faults(file: Path) -> list[str]:
    """What SQLite itself finds broken in a file."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            found = [str(line) for (line,) in connection.execute("PRAGMA quick_check(5)")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
    return [] if found == ["ok"] else [f"The database is damaged: {line}" for line in found]


@contextmanager
def lone(file: Path) -> Iterator[None]:
    """Hold a database so that nobody else reads or writes it; Refused where somebody has it open.

    What lies in its log is brought into the file first. Nothing where there is no file.
    """
    if not file.exists():
        yield
        return
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
        try:
            connection.executescript(f"{EXCLUSIVE} BEGIN EXCLUSIVE; COMMIT; PRAGMA journal_mode = DELETE;")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Refused(
                f"Somebody has {file} open ({error}): stop the portal and its periodic work first."
            ) from error
        except sqlite3.DatabaseError:
            # Not readable any more: nobody can use it, and it is what is to be replaced.
            pass
        yield


def left_beside(file: Path) -> list[Path]:
    """The files of its log that a broken-off process left beside a database."""
    return [path for ending in ENDINGS if (path := file.with_name(file.name + ending)).exists()]

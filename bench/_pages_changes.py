"""Changes in every neighbourhood that are not recorded one by one, for the pages benchmark: until it is ended."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable

import psycopg

CHANGE = "UPDATE record_chain SET stirred = stirred + 1"
PAUSE, LONGEST = 0.005, 600.0


def main() -> None:
    """Change the database of the first argument 200 times a second."""
    change, end = changer(sys.argv[1]), time.monotonic() + LONGEST
    while time.monotonic() < end:
        change()
        time.sleep(PAUSE)


def changer(database: str) -> Callable[[], object]:
    """One change in a transaction of its own."""
    if database.startswith("sqlite:///"):
        lite = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
        lite.execute("PRAGMA synchronous = NORMAL")
        return lambda: lite.execute(CHANGE)
    server = psycopg.connect(database, autocommit=True)
    return lambda: server.execute(CHANGE)

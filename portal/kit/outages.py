"""What a failure means to somebody who wants to go on: the database is away, or there is no room left."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from enum import Enum

from django.conf import settings
from django.db import InterfaceError, OperationalError


class Outage(Enum):
    """Something that passes, or that whoever runs the portal has to end. Not a fault of the program."""

    AWAY = "away"
    FULL = "full"


# PostgreSQL: disk_full. Of the classes: connection_exception, insufficient_resources (too many connections),
# operator_intervention (it is being shut down, or has not started up yet; but a cancelled query is somebody's wish).
DISK_FULL, CANCELLED = "53100", "57014"
AWAY_CLASSES = ("08", "53", "57P")
# With less (bytes) nothing can be written that deserves the name.
NO_ROOM = 256 * 1024
# What SQLite says where its files cannot grow, or be made, besides "full".
MAY_BE_FULL = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def outage_of(error: BaseException | None) -> Outage | None:
    """Which outage an exception tells of, if any."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return _of_database(error.__cause__, isinstance(error, InterfaceError))
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Outage.FULL
    return None


def room_left() -> int:
    """How much (bytes) may still be written into the data directory; 0 where it cannot be looked at."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return 0


def _of_database(cause: BaseException | None, lost: bool) -> Outage | None:
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if not type(cause).__module__.startswith("psycopg"):
        return None
    state = getattr(cause, "sqlstate", None)
    if state == DISK_FULL:
        return Outage.FULL
    # Without a state it is libpq or the pool that speaks: there was nobody to ask.
    away = lost or state is None or (state.startswith(AWAY_CLASSES) and state != CANCELLED)
    return Outage.AWAY if away else None


def _of_sqlite(code: int) -> Outage | None:
    if code == sqlite3.SQLITE_FULL or (code in MAY_BE_FULL and room_left() < NO_ROOM):
        return Outage.FULL
    return None

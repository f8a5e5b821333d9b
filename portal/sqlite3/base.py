"""SQLite whose writers take turns within a process.

SQLite lets one transaction write at a time. Whoever has to wait asks again after a while, in the end ten times a
second; where many write at once, some are passed over again and again. Here the threads of one process stand in a
queue and the next one begins at once. Other processes are waited for as SQLite does it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from portal.kit.private import close_database

TURNS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
PATIENCE = 10


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds its process's turn from BEGIN to COMMIT or ROLLBACK."""

    _turn: threading.Lock | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django does, but the file is the portal's alone, old or new."""
        name = str(conn_params["database"])
        if not name.startswith("file:") and name != ":memory:":
            close_database(Path(name))
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        turn = TURNS[str(self.settings_dict["NAME"])]
        # Whoever waited too long asks SQLite, which says that the database is locked.
        if turn.acquire(timeout=PATIENCE):
            self._turn = turn
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_on()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()

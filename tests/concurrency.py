"""Doing the same thing several times at once, for races. They mean something on PostgreSQL only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections


@dataclass
class Outcome:
    """What each of the simultaneous attempts returned or raised."""

    results: list[Any] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)


def at_once(n: int, work: Callable[[int], Any] | Callable[[], Any], *, numbered: bool = False) -> Outcome:
    """Run `work` in n threads that start together, each with its own database connection.

    `numbered`: call work(0) … work(n - 1) instead of work().
    """
    gate, outcome = threading.Barrier(n), Outcome()

    def run(number: int) -> None:
        try:
            gate.wait(timeout=10)
            outcome.results.append(work(number) if numbered else work())  # type: ignore[call-arg]
        except Exception as error:  # noqa: BLE001 - the test judges what was raised
            outcome.errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "an attempt hangs"
    return outcome

"""A district of 180,700 owners: drawing the roll, casting, counting, counting again; beside bare counterparts.

On SQLite, and on PostgreSQL where PORTAL_DATABASE_URL names a server on which databases can be made. The roll is
measured beside a copy of as many rows, the count beside one GROUP BY over the same rows. Ballots are sent to
the portal as browsers send them, from the step where the choice was checked, and in turns to another Django on the
same database that does nothing but one INSERT; both under Daphne, loaded by the same client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench._http import request as asked
from bench._voting_load import Load, form, send
from bench.pages import daphne, free_port, on_each_database, portal, surroundings
from bench.report import progress, report
from portal.voting import recount

CONNECTIONS, ROUNDS = 4, 7


def main() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-voting-", told)


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"making the owners of a district on {name}")
    said = step(place, database, "make")
    told_roll(name, said)
    told_casting(name, place, database, said)
    told_page(name, said["heads"], step(place, database, str(said["open"]), module="_voting_page"))
    told_count(name, said["heads"], step(place, database, "count", str(said["vote"])))
    told_recount(name, said["heads"], place / "result.json")


def told_roll(name: str, said: dict[str, Any]) -> None:
    """Drawing the roll, and calling a vote as a whole."""
    figure = f"{name}: a roll of {said['heads']:,} is drawn, beside a bare INSERT … SELECT"
    report("voting", figure, said["draw"], "s", limit=said["copy"], goal="<= 5")
    report("voting", f"{name}: fingerprint of that roll", said["fingerprint"], "s")
    report("voting", f"{name}: the vote is called, with news to all", said["call"], "s", goal="<= 60")


def told_page(name: str, heads: int, said: dict[str, float]) -> None:
    """The page of a vote after a ballot, and the one a minute for which the roll is counted anew."""
    figure = f"{name}: vote page after a ballot, {heads:,} on the roll, CPU"
    report("voting", figure, said["page"] * 1000, "ms", goal="<= 15")
    report("voting", f"{figure}, once a minute", said["anew"] * 1000, "ms")


def told_count(name: str, heads: int, said: dict[str, float]) -> None:
    """Counting: the sums beside one GROUP BY, and the whole with its fingerprint, record and news."""
    figure = f"{name}: sums of {heads:,} ballots"
    report("voting", f"{figure}, beside one GROUP BY", said["take"], "s", limit=said["group"], goal="<= 3")
    report(
        "voting", f"{figure}, beside one GROUP BY without areas", said["take"], "s", limit=said["group_heads"]
    )
    report("voting", f"{name}: fingerprint of the result", said["fingerprint"], "s")
    report("voting", f"{name}: the whole count, with fingerprint, record and news", said["count"], "s")
    report("voting", f"{name}: memory the count takes", said["memory"], "MB", goal="<= 200")


def told_recount(name: str, heads: int, file: Path) -> None:
    """The recount program, in a process of its own as anybody runs it."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, recount.__file__, str(file)], stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the recount did not agree")
    taken = time.perf_counter() - start
    report("voting", f"{name}: recount of {heads:,} ballots", taken, "s", goal="<= 10")
    report("voting", f"{name}: memory of the recount", used.ru_maxrss / 1000, "MB", goal="<= 600")


# --- casting ---


@dataclass
class Voters:
    """Those who have not voted yet, each for one request."""

    vote: int
    cookies: list[str]

    def take(self, number: int) -> list[str]:
        """The next ones."""
        taken, self.cookies = self.cookies[:number], self.cookies[number:]
        return taken


def told_casting(name: str, place: Path, database: str, said: dict[str, Any]) -> None:
    """Ballots a second, and the slowest of a hundred, beside a bare INSERT, in turns."""
    voters = Voters(said["open"], said["voters"])
    each = len(voters.cookies) // (ROUNDS + 1)
    with portal(place, database) as ours, bare(place, database) as theirs:
        pairs = [(cast(ours, voters, each), insert(theirs, each)) for _round in range(ROUNDS + 1)][1:]
    rate = median(mine.rate / other.rate for mine, other in pairs)
    bare_rate = median(other.rate for _mine, other in pairs)
    figure = f"{name}: ballots cast, beside a bare INSERT"
    report("voting", figure, rate * bare_rate, "ballots/s", limit=bare_rate, goal=">= 0.5")
    p99, bare_p99 = (
        Load(0, [one for load in loads for one in load.taken]).p99 for loads in zip(*pairs, strict=True)
    )
    report(
        "voting",
        f"{name}: p99 of a ballot, beside a bare INSERT",
        p99 * 1000,
        "ms",
        limit=bare_p99 * 1000,
        goal="<= 2",
    )


def cast(port: int, voters: Voters, number: int) -> Load:
    """So many voters' ballots. Each has just been on the page before, so that the session is known."""
    path, cookies = f"/votes/{voters.vote}", voters.take(number)
    send([asked(f"{path}/check/", port, {"Cookie": cookie}) for cookie in cookies], port, CONNECTIONS)
    return send([ballot(f"{path}/check/", port, cookie) for cookie in cookies], port, CONNECTIONS)


def ballot(path: str, port: int, cookie: str) -> bytes:
    """One voter's ballot, as the check step sends it."""
    token = cookie.rpartition("=")[2]
    return form(
        path, port, cookie, {"csrfmiddlewaretoken": token, "once": str(uuid.uuid4()), "choice": "for"}
    )


def insert(port: int, number: int) -> Load:
    """So many rows of the bare counterpart."""
    lines = (time.monotonic_ns() + at for at in range(number))
    fields = ({"csrfmiddlewaretoken": "x" * 32, "choice": "for", "line": str(line)} for line in lines)
    return send([form("/cast/", port, "a=b", field) for field in fields], port, CONNECTIONS)


@contextmanager
def bare(place: Path, database: str) -> Iterator[int]:
    """The counterpart on a free port."""
    port = free_port()
    environment = surroundings(place, database, port)
    del environment["DJANGO_SETTINGS_MODULE"]
    with daphne("bench._voting_bare:application", port, environment):
        yield port


def step(place: Path, database: str, *what: str, module: str = "_voting_data") -> dict[str, Any]:
    """A step of a module of this package in a process of its own."""
    environment = surroundings(place, database, 0)
    environment |= {"PORTAL_DATABASE_POOL": "0", "BENCH_FILE": str(place / "result.json")}
    command = [sys.executable, "-m", f"bench.{module}", *what]
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(made.stdout))


if __name__ == "__main__":
    main()

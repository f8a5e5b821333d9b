"""A district of 180,700 owners: drawing the roll, casting, counting, counting again; beside bare counterparts.

On SQLite, and on PostgreSQL where PORTAL_DATABASE_URL names a server on which databases can be made. The roll is
measured beside a copy of as many rows, the sums beside one GROUP BY over the same rows, the whole count beside
its sums. News to all are delivered as the periodic work does it; of the count and of the news the longest
transaction is told.

Ballots are sent to the portal as browsers send them, from the step where the choice was checked (that somebody chose
before is done, but not measured), and in turns to another Django on the same database that does nothing but one
INSERT; both under Daphne, loaded by the same client. First the ballots alone; then each connection asks, after each
ballot, for the page it is sent to, and the bare counterpart for a ready text of as many bytes: there the rate is that
of both together.
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
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench._http import Answer, fetch
from bench._http import request as asked
from bench._voting_load import Load, form, p99, send
from bench.pages import daphne, free_port, on_each_database, portal, surroundings
from bench.report import progress, report
from portal.voting import recount

CONNECTIONS, ROUNDS, ENGINE_ROUNDS = 4, 7, 3
# Rate and p99 of ballots, beside the bare counterpart.
GOALS = {"SQLite": (">= 0.8", "<= 1"), "PostgreSQL": (">= 0.4", "<= 3")}


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
    """Counting: the sums beside one GROUP BY, the whole with its fingerprint and record, the news after it."""
    figure = f"{name}: sums of {heads:,} ballots"
    report("voting", f"{figure}, beside one GROUP BY", said["take"], "s", limit=said["group"], goal="<= 3")
    report(
        "voting", f"{figure}, beside one GROUP BY without areas", said["take"], "s", limit=said["group_heads"]
    )
    report("voting", f"{name}: fingerprint of the result", said["fingerprint"], "s")
    figure = f"{name}: the whole count with fingerprint and record, beside its sums"
    report("voting", figure, said["count"], "s", limit=said["take"], goal="<= 3")
    report("voting", f"{name}: longest transaction of the count", said["longest"], "s", goal="<= 1")
    report("voting", f"{name}: the news of the count reach all", said["news"], "s")
    report("voting", f"{name}: longest transaction of the news", said["longest_news"], "s", goal="<= 1")
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
    """Those who have not voted yet, each for one ballot."""

    vote: int
    cookies: list[str]

    def take(self, number: int) -> list[str]:
        """The next ones."""
        taken, self.cookies = self.cookies[:number], self.cookies[number:]
        return taken


def told_casting(name: str, place: Path, database: str, said: dict[str, Any]) -> None:
    """Ballots a second and the slowest of a hundred, alone and each with the page after it, in turns with the bare."""
    voters, goals = Voters(said["open"], said["voters"]), GOALS[name]
    each = len(voters.cookies) // (2 * (ROUNDS + 1) + 2 * (ENGINE_ROUNDS + 1) + 1)
    with portal(place, database) as ours:
        page = after_a_ballot(ours, voters)
        with bare(place, database, page) as theirs:
            for what, follow in (("ballots", False), ("ballots with the page after each", True)):
                pairs = [
                    (cast(ours, voters, each, follow=follow), insert(theirs, each, follow=follow))
                    for _round in range(ROUNDS + 1)
                ][1:]
                told_pairs(f"{name}: {what}, beside a bare INSERT", pairs, ("", "") if follow else goals)
        if name == "SQLite":
            told_engine(place, database, voters, each)


def told_engine(place: Path, database: str, voters: Voters, each: int) -> None:
    """What portal.sqlite3 is worth: the same ballots with Django's own SQLite engine, in turns."""
    with portal(place, database) as ours, portal(place, database, "engine") as theirs:
        pairs = [
            (cast(ours, voters, each, follow=False), cast(theirs, voters, each, follow=False))
            for _round in range(ENGINE_ROUNDS + 1)
        ][1:]
    told_pairs("SQLite: ballots, beside Django's own engine", pairs, ("", ""))


def told_pairs(figure: str, pairs: list[tuple[Load, Load]], goals: tuple[str, str]) -> None:
    """Rate and p99 of rounds in turns."""
    bare_rate = median(other.rate for _mine, other in pairs)
    rate = median(mine.rate / other.rate for mine, other in pairs) * bare_rate
    report("voting", figure, rate, "a second", limit=bare_rate, goal=goals[0])
    loads = list(zip(*pairs, strict=True))
    mine, other = (p99([one for load in side for one in load.taken]) * 1000 for side in loads)
    report("voting", f"{figure}: p99 of a ballot", mine, "ms", limit=other, goal=goals[1])
    if pairs[0][0].after:
        mine, other = (p99([one for load in side for one in load.after]) * 1000 for side in loads)
        report("voting", f"{figure}: p99 of the page", mine, "ms", limit=other)


def cast(port: int, voters: Voters, number: int, *, follow: bool) -> Load:
    """So many voters' ballots. Each has just chosen, so that the session is known and the choice waits in it."""
    vote, cookies = f"/votes/{voters.vote}/", voters.take(number)
    send([ballot(vote, port, cookie) for cookie in cookies], port, CONNECTIONS)
    ballots = [ballot(f"{vote}check/", port, cookie) for cookie in cookies]
    return send(ballots, port, CONNECTIONS, partial(followed, port, cookies) if follow else None)


def ballot(path: str, port: int, cookie: str) -> bytes:
    """One voter's choice, as the page of the vote and the step where it is checked send it."""
    token = cookie.rpartition("=")[2]
    return form(
        path, port, cookie, {"csrfmiddlewaretoken": token, "once": str(uuid.uuid4()), "choice": "for"}
    )


def followed(port: int, cookies: list[str], number: int, answer: Answer) -> bytes:
    """The page a browser asks for after a ballot, with the message it was given."""
    said = answer.headers.get("set-cookie", "").partition(";")[0]
    cookie = "; ".join(filter(None, [cookies[number], said]))
    return asked(answer.headers["location"], port, {"Cookie": cookie})


def after_a_ballot(port: int, voters: Voters) -> bytes:
    """The bytes of the page after the first ballot."""
    vote, cookie = f"/votes/{voters.vote}/", voters.take(1)[0]
    send([ballot(f"{vote}check/", port, cookie)], port, 1)
    return fetch(vote, port, cookie).body


def insert(port: int, number: int, *, follow: bool) -> Load:
    """So many rows of the bare counterpart."""
    lines = (time.monotonic_ns() + at for at in range(number))
    fields = ({"csrfmiddlewaretoken": "x" * 32, "choice": "for", "line": str(line)} for line in lines)
    rows = [form("/cast/", port, "a=b", field) for field in fields]
    return send(
        rows, port, CONNECTIONS, (lambda _at, _answer: asked("/after/", port, {})) if follow else None
    )


@contextmanager
def bare(place: Path, database: str, page: bytes = b"") -> Iterator[int]:
    """The counterpart on a free port, with as long a page after each row."""
    port, file = free_port(), place / "page.html"
    file.write_bytes(page)
    environment = surroundings(place, database, port) | {"BENCH_PAGE": str(file)}
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

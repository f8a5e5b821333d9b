"""300 volunteers check in by one QR within 30 s: each opens the scanned page and presses its button, as browsers do.

On SQLite, and on PostgreSQL where PORTAL_DATABASE_URL names a server on which databases can be made. Volunteers come
one after the other at an even pace, each with a session and a connection of the own; whoever is slow hinders nobody
else from coming. In the same run as many come at the same pace to another Django on the same database that does
nothing but one INSERT; both under Daphne.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._http import HOST, Answer, exchange
from bench._http import request as asked
from bench._voting_load import form
from bench.pages import on_each_database, portal, surroundings
from bench.report import progress, report
from bench.voting import bare
from portal.volunteers import codes

PEOPLE, SECONDS = 300, 30.0
WARM = 8
ACTION = re.compile(r'action="(/shifts/[^"]+)"')


@dataclass
class Taken:
    """How long pages and presses took (s), and how many volunteers met something else than they should."""

    pages: list[float] = field(default_factory=list)
    presses: list[float] = field(default_factory=list)
    lost: int = 0


def main() -> None:
    """Measure on the databases that are at hand."""
    on_each_database("bench-checkins-", told)


def told(name: str, place: Path, database: str) -> None:
    """All figures of one database."""
    progress(f"{PEOPLE} volunteers check in on {name}")
    said = step(place, database, "make", str(PEOPLE + WARM))
    with portal(place, database) as ours, bare(place, database) as theirs:
        # The first requests of a process load what the others find loaded.
        asyncio.run(arrivals(ours, said, said["cookies"][:WARM], pace=0.3))
        taken = asyncio.run(arrivals(ours, said, said["cookies"][WARM:], pace=SECONDS / PEOPLE))
        inserts = asyncio.run(bare_arrivals(theirs))
    there = step(place, database, "count")["there"] - WARM
    what = f"{name}: {PEOPLE} check-ins in {SECONDS:.0f} s by one QR"
    report("volunteers", f"{what}, noted", there, "check-ins", goal=f">= {PEOPLE}")
    report("volunteers", f"{what}, not answered as they should be", taken.lost, "check-ins", goal="<= 0")
    report("volunteers", f"{what}, p95 of the button", p95(taken.presses) * 1000, "ms", goal="<= 400")
    report("volunteers", f"{what}, p95 of the page", p95(taken.pages) * 1000, "ms", goal="<= 400")
    figure = f"{what}, p95 of the button, beside a bare INSERT"
    report("volunteers", figure, p95(taken.presses) * 1000, "ms", limit=p95(inserts) * 1000)


def p95(taken: list[float]) -> float:
    """What only one in twenty took longer than (s)."""
    return sorted(taken)[int(len(taken) * 0.95)]


async def arrivals(port: int, said: dict[str, Any], cookies: list[str], *, pace: float) -> Taken:
    """Each volunteer comes `pace` seconds after the one before."""
    taken = Taken()
    await asyncio.gather(
        *(volunteer(port, said, cookie, at * pace, taken) for at, cookie in enumerate(cookies))
    )
    return taken


async def volunteer(port: int, said: dict[str, Any], cookie: str, after: float, taken: Taken) -> None:
    """Scan, open the page, press the button."""
    await asyncio.sleep(after)
    code = codes.place_code(said["secret"], said["shift"], datetime.now(UTC))
    path = f"/shifts/{said['shift']}/in/{code}/"
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        page = await timed(reader, writer, asked(path, port, {"Cookie": cookie}), taken.pages)
        action = ACTION.search(page.text)
        if page.status != 200 or action is None:
            raise RuntimeError(f"{page.status}: {page.text[:400]}")
        token = cookie.rpartition("=")[2]
        fields = {"csrfmiddlewaretoken": token, "once": uuid.uuid4().hex, "what": "in"}
        answer = await timed(reader, writer, form(action[1], port, cookie, fields), taken.presses)
        if answer.status != 302:
            raise RuntimeError(f"{answer.status}: {answer.text[:400]}")
    except (RuntimeError, OSError, EOFError) as error:
        progress(str(error))
        taken.lost += 1
    finally:
        writer.close()


async def bare_arrivals(port: int) -> list[float]:
    """As many rows of the bare counterpart at the same pace."""
    taken: list[float] = []

    async def one(number: int) -> None:
        await asyncio.sleep(number * SECONDS / PEOPLE)
        fields = {"csrfmiddlewaretoken": "x" * 32, "choice": "in", "line": str(time.monotonic_ns())}
        reader, writer = await asyncio.open_connection(HOST, port)
        await timed(reader, writer, form("/cast/", port, "a=b", fields), taken)
        writer.close()

    await asyncio.gather(*(one(number) for number in range(PEOPLE)))
    return taken


async def timed(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes, into: list[float]
) -> Answer:
    """One request and its answer; how long that took is added to `into`."""
    start = time.perf_counter()
    answer = await exchange(reader, writer, sent)
    into.append(time.perf_counter() - start)
    return answer


def step(place: Path, database: str, *what: str) -> dict[str, Any]:
    """A step of _volunteers_people in a process of its own."""
    environment = surroundings(place, database, 0) | {"PORTAL_DATABASE_POOL": "0"}
    command = [sys.executable, "-m", "bench._volunteers_people", *what]
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(made.stdout))


if __name__ == "__main__":
    main()

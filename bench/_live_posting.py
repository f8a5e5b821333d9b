"""Posting over HTTP beside a bare view with one INSERT, both under Daphne on the same database."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any
from uuid import uuid4

from bench._http import HOST, exchange
from bench._live_crowd import TEXT, Place, cpu
from bench._voting_load import form, sound
from bench.pages import daphne, free_port, surroundings
from bench.report import report

CREATED = 201
POSTS, CONNECTIONS, RUNS = 200, 4, 3
BARE = "bench._meetings_bare:application"


def posting(place: Place, said: dict[str, Any]) -> None:
    """Report posts a second, and what the server spent on each, beside the bare view's."""
    environment = surroundings(place.folder, place.database, free_port())
    ports = {"ours": free_port(), "bare": free_port()}
    sent = {"ours": _posts(said, ports["ours"]), "bare": _rows(ports["bare"])}
    with (
        daphne("portal.asgi:application", ports["ours"], environment) as ours,
        daphne(BARE, ports["bare"], environment) as bare,
    ):
        pids = {"ours": ours, "bare": bare}
        for mode in pids:
            asyncio.run(_send(sent[mode], ports[mode], 40))
        runs = [{mode: _run(sent[mode], ports[mode], pids[mode]) for mode in pids} for _time in range(RUNS)]
    rates, costs = (
        {mode: statistics.median(run[mode][which] for run in runs) for mode in pids} for which in (0, 1)
    )
    report("live", "posts a second", rates["ours"], "posts/s", limit=rates["bare"], goal=">= 0.4")
    report(
        "live",
        "server CPU a post, beside a bare INSERT",
        costs["ours"],
        "ms",
        limit=costs["bare"],
        goal="<= 2.5",
    )


def _run(sent: Iterator[bytes], port: int, pid: int) -> tuple[float, float]:
    """Requests a second, and milliseconds of CPU on each."""
    spent, began = cpu(pid), time.perf_counter()
    asyncio.run(_send(sent, port, POSTS))
    return POSTS / (time.perf_counter() - began), 1000 * (cpu(pid) - spent) / POSTS


async def _send(sent: Iterator[bytes], port: int, many: int) -> None:
    async def connection() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for _post in range(many // CONNECTIONS):
            answer = await exchange(reader, writer, next(sent))
            sound(answer, 201 if answer.status == CREATED else 302)
        writer.close()

    await asyncio.gather(*(connection() for _number in range(CONNECTIONS)))


def _posts(said: dict[str, Any], port: int) -> Iterator[bytes]:
    path = f"/threads/{said['ours']}/posts/"
    for number, cookie in enumerate(cycle(said["cookies"])):
        fields = {"csrfmiddlewaretoken": said["token"], "body": f"{number} {TEXT}", "once": uuid4().hex}
        yield form(path, port, cookie, fields, "application/json")


def _rows(port: int) -> Iterator[bytes]:
    for number in count(time.time_ns()):
        yield form("/answer/", port, "", {"person": str(number), "option": "1"})

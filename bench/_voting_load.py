"""Sending ballots: a request a voter, over some connections at once, and how long each took; the page after it, too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench._http import HOST, Answer, exchange

After = Callable[[int, Answer], bytes]


@dataclass
class Load:
    """How fast requests were answered: so many a second, and the time of each and of the page after it (s)."""

    rate: float = 0
    taken: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def p99(taken: list[float]) -> float:
    """What only one in a hundred took longer than."""
    return sorted(taken)[int(len(taken) * 0.99)]


def form(path: str, port: int, cookie: str, fields: dict[str, str], accept: str = "*/*") -> bytes:
    """A form that is sent, as its bytes; `accept`: what a script wants to hear."""
    body = urlencode(fields).encode()
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}:{port}", "Accept-Language: zh-CN", f"Cookie: {cookie}"]
    lines.append(f"Accept: {accept}")
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def send(requests: list[bytes], port: int, connections: int, after: After | None = None) -> Load:
    """Send each request once; `after`: what a browser asks next, of the number of the request and its answer.

    Raises RuntimeError where the answer is no redirect, or the page after it does not come.
    """
    load = Load()

    async def connection(waiting: Iterator[tuple[int, bytes]]) -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for number, request in waiting:
            start = time.perf_counter()
            answer = sound(await exchange(reader, writer, request), 302)
            load.taken.append(time.perf_counter() - start)
            if after:
                start = time.perf_counter()
                sound(await exchange(reader, writer, after(number, answer)), 200)
                load.after.append(time.perf_counter() - start)
        writer.close()

    async def all_at_once() -> None:
        waiting, start = iter(enumerate(requests)), time.perf_counter()
        await asyncio.gather(*(connection(waiting) for _number in range(connections)))
        load.rate = len(load.taken) / (time.perf_counter() - start)

    asyncio.run(all_at_once())
    return load


def sound(answer: Answer, expected: int) -> Answer:
    """Only what was expected counts."""
    if answer.status != expected:
        raise RuntimeError(f"{answer.status}: {answer.headers} {answer.text[:400]}")
    return answer

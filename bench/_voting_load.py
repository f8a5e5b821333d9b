"""Sending ballots: a request a voter, over some connections at once, and how long each took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from bench._http import HOST, exchange


@dataclass(frozen=True)
class Load:
    """How fast requests were answered: so many a second, and each one's time (s)."""

    rate: float
    taken: list[float]

    @property
    def p99(self) -> float:
        """What only one in a hundred took longer than (s)."""
        return sorted(self.taken)[int(len(self.taken) * 0.99)]


def form(path: str, port: int, cookie: str, fields: dict[str, str]) -> bytes:
    """A form that is sent, as its bytes."""
    body = urlencode(fields).encode()
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}:{port}", "Accept-Language: zh-CN", f"Cookie: {cookie}"]
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def send(requests: list[bytes], port: int, connections: int, expected: int = 302) -> Load:
    """Send each request once. Raises RuntimeError where an answer is another than expected."""

    async def connection(waiting: Iterator[bytes], taken: list[float]) -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for request in waiting:
            start = time.perf_counter()
            answer = await exchange(reader, writer, request)
            taken.append(time.perf_counter() - start)
            if answer.status != expected:
                raise RuntimeError(f"{answer.status}: {answer.headers} {answer.text[:400]}")
        writer.close()

    async def load() -> Load:
        waiting, taken = iter(requests), list[float]()
        start = time.perf_counter()
        await asyncio.gather(*(connection(waiting, taken) for _number in range(connections)))
        return Load(len(taken) / (time.perf_counter() - start), taken)

    return asyncio.run(load())

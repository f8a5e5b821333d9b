"""A small HTTP client for load: connections that stay open, one request after the other on each."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Target:
    """A page of a server; `cookies` of readers who take turns, {} in the path is replaced by a running number."""

    port: int
    path: str
    cookies: tuple[str, ...] = ("",)

    def requests(self) -> Iterator[bytes]:
        """The requests for it, without end."""
        for number, cookie in enumerate(cycle(self.cookies)):
            path = self.path.replace("{}", f"{number}.{time.monotonic_ns()}")
            yield request(path, self.port, {"Cookie": cookie} if cookie else {})


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers in small letters, the last of several."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


def request(path: str, port: int, headers: dict[str, str]) -> bytes:
    """One GET as its bytes."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}:{port}", "Accept-Language: zh-CN"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def fetch(path: str, port: int, cookie: str = "", *, packed: bool = False) -> Answer:
    """One page, for looking at; `packed`: compressed, as browsers ask for it."""
    headers = ({"Cookie": cookie} if cookie else {}) | ({"Accept-Encoding": "gzip"} if packed else {})

    async def once() -> Answer:
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            return await exchange(reader, writer, request(path, port, headers))
        finally:
            writer.close()

    return asyncio.run(once())


def rate(target: Target, connections: int, seconds: float) -> float:
    """Pages a second over some connections for some time. Raises RuntimeError where an answer is not 200."""

    async def connection(requests: Iterator[bytes], until: float) -> int:
        reader, writer = await asyncio.open_connection(HOST, target.port)
        count = 0
        while time.perf_counter() < until:
            sound(await exchange(reader, writer, next(requests)))
            count += 1
        writer.close()
        return count

    async def load() -> float:
        requests, start = target.requests(), time.perf_counter()
        counts = await asyncio.gather(
            *(connection(requests, start + seconds) for _number in range(connections))
        )
        return sum(counts) / (time.perf_counter() - start)

    return asyncio.run(load())


def durations(targets: list[Target], rounds: int) -> list[list[float]]:
    """How long each target takes (s) when they are asked in turns, one at a time, on a connection of their own."""

    async def measure() -> list[list[float]]:
        lines = [await asyncio.open_connection(HOST, target.port) for target in targets]
        requests = [target.requests() for target in targets]
        taken: list[list[float]] = [[] for _target in targets]
        for _round in range(rounds):
            for at, (reader, writer) in enumerate(lines):
                start = time.perf_counter()
                sound(await exchange(reader, writer, next(requests[at])))
                taken[at].append(time.perf_counter() - start)
        for _reader, writer in lines:
            writer.close()
        return taken

    return asyncio.run(measure())


def sound(answer: Answer) -> None:
    """Only whole pages count."""
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {answer.headers}")


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes) -> Answer:
    """Send a request and read the whole answer."""
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(first.split(" ", 2)[1]), headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body

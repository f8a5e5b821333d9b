"""A crowd of WebSocket readers in one process, as light as can be: they look for marks `m-<number>-`."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from typing import cast

MARK = re.compile(rb"m-(\d+)-")
SHORT, LONG = 126, 127
PING, PONG, MASKED = 0x89, 0x8A, 0x80
AT_ONCE, TRIES = 10, 5
HELLO = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: {cookie}\r\n\r\n"
)


class Reader(asyncio.Protocol):
    """One reader: when each marked post arrived, every time it did. `mark`: what a number of interest looks like."""

    def __init__(self, hello: bytes, mark: re.Pattern[bytes] = MARK) -> None:
        self.mark = mark
        self.seen: list[tuple[int, float]] = []
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone = False
        self.transport: asyncio.Transport | None = None
        self._hello = hello
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._hello)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note it: a reader that was dropped has lost everything after."""
        self.gone = True
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("refused"))

    def data_received(self, data: bytes) -> None:
        """Read whole frames and note the marks in them."""
        self._buffer += data
        if not self.ready.done() and not self._greeted():
            return
        while (size := frame_size(self._buffer)) and len(self._buffer) >= size:
            now = time.monotonic()
            if self._buffer[0] == PING:
                self._pong(self._buffer[2:size])
            self.seen += [(int(number), now) for number in self.mark.findall(self._buffer, 0, size)]
            self._buffer = self._buffer[size:]

    def _pong(self, body: bytes) -> None:
        if self.transport is not None:
            self.transport.write(bytes([PONG, MASKED | len(body), 0, 0, 0, 0]) + body)

    def _greeted(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(head.decode("latin-1"))
        self._buffer = rest
        self.ready.set_result(None)
        return True


def frame_size(data: bytes) -> int:
    """How long the frame at the beginning is, with its head; 0 while that cannot be told."""
    if len(data) < 2:
        return 0
    size, head = data[1] & 127, 2
    if size in (SHORT, LONG):
        head = 4 if size == SHORT else 10
        if len(data) < head:
            return 0
        size = int.from_bytes(data[2:head], "big")
    return head + size


async def gather(
    count: int, port: int, path: str, mark: re.Pattern[bytes] = MARK, cookies: list[str] | None = None
) -> list[Reader]:
    """So many readers, connected; few shake hands at a time, and whoever is turned away tries again.

    `cookies`: of those who are signed in, one after the other.
    """
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Reader:
        cookie = cookies[number % len(cookies)] if cookies else ""
        hello = HELLO.format(path=path, port=port, cookie=cookie).encode()
        for _try in range(TRIES):
            async with gate:
                _transport, reader = await loop.create_connection(
                    lambda: Reader(hello, mark), "127.0.0.1", port
                )
                with suppress(ConnectionError):
                    await reader.ready
                    return reader
        raise ConnectionError("the server takes no more readers")

    return list(await asyncio.gather(*(one(number) for number in range(count))))

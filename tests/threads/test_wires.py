"""Frames that go straight to a socket: whole and in order whatever it takes, and no more of them kept than a bound."""

from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory
from daphne.ws_protocol import WebSocketProtocol
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.abstract import FileDescriptor

from portal.threads.readers import TOO_SLOW, Frame, Reader
from portal.threads.wires import LAG_BYTES, Wire, encoded, wire
from tests.examples import examples

REACTOR = SimpleNamespace(addWriter=lambda one: None, removeWriter=lambda one: None)


class Socket(FileDescriptor):
    """A transport of Twisted's whose socket takes so many bytes at a time; when none is left, nothing."""

    connected = 1

    def __init__(self, takes: list[int]) -> None:
        super().__init__(cast(Any, REACTOR))
        self.takes, self.took = takes, b""

    def writeSomeData(self, data: bytes) -> int:
        size = min(len(data), self.takes.pop(0) if self.takes else 0)
        self.took += bytes(data[:size])
        return size

    @property
    def waiting(self) -> int:
        """How many bytes it keeps."""
        return len(self.dataBuffer) - self.offset + self._tempDataLen


def wired(socket: Socket) -> Wire:
    return Wire(SimpleNamespace(state=WebSocketProtocol.STATE_OPEN, transport=socket))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_a_text_is_framed_as_autobahn_frames_it(size: int) -> None:
    text = "x" * size
    theirs = WebSocketServerFactory().prepareMessage(text.encode(), isBinary=False)

    assert encoded(text) == theirs.payloadHybi


@settings(max_examples=examples(100))
@given(st.lists(st.integers(0, 400), max_size=30), st.lists(st.text(max_size=200), max_size=20))
def test_whatever_a_socket_takes_frames_arrive_whole_and_in_order(takes: list[int], texts: list[str]) -> None:
    socket = Socket(takes)
    line = wired(socket)

    assert all(line.write(encoded(text)) for text in texts)
    socket.takes += [10**6] * 3
    while socket.waiting:
        socket.doWrite()

    assert socket.took == b"".join(map(encoded, texts))


def test_whoever_reads_nothing_is_let_go_and_keeps_no_more_than_a_bound() -> None:
    socket, said = Socket([]), []

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    async def scenario() -> None:
        reader = Reader(send, "en", wire=wired(socket))
        frame = Frame({}, encoded("x" * 10_000))
        for _time in range(500):
            reader.offer(frame)

    asyncio.run(scenario())

    assert said == [{"type": "websocket.close", "code": TOO_SLOW}]
    assert LAG_BYTES < socket.waiting <= LAG_BYTES + 10_004


def test_nothing_is_written_to_a_socket_that_closes() -> None:
    socket = Socket([10])
    closing = Wire(SimpleNamespace(state=WebSocketProtocol.STATE_CLOSING, transport=socket))

    assert closing.write(encoded("x"))
    assert (socket.took, socket.waiting) == (b"", 0)


def test_only_daphnes_sockets_have_a_wire() -> None:
    protocol = WebSocketProtocol()
    protocol.transport = Socket([])

    assert wire(partial(print, protocol)) is not None
    assert wire(partial(print, "protocol")) is None
    assert wire(print) is None

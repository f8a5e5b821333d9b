"""The straight way to a socket under Daphne, for frames that are encoded once and written to many.

The ordinary way leads each frame through the session's wrapper, Daphne, autobahn and Twisted, which encode it anew for
each reader and ask the loop three times; and it takes whatever it is given, also for somebody who reads nothing.
Read in Daphne 4.2, autobahn 26 and Twisted 26 (tests/test_overrides.py); under any other server there is no such way.
"""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.abstract import FileDescriptor

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
# How many bytes wait for a slow reader before it is let go.
LAG_BYTES = 512 * 1024
# The first byte of a whole text, and where its length is told in more than seven bits (RFC 6455, 5.2).
TEXT, SHORT, MIDDLE = 0x81, 125, 0xFFFF


class Wire:
    """A socket under Daphne. Everything but whole texts goes the ordinary way, also closing it."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def write(self, frame: bytes) -> bool:
        """Write a frame of `encoded` now, or keep what the socket does not take; False where too much waits already."""
        protocol, transport = self._protocol, self._protocol.transport
        if protocol.state != WebSocketProtocol.STATE_OPEN:
            return True  # it closes, and whoever serves it hears so
        waiting = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        if waiting > LAG_BYTES:
            return False
        transport.write(frame[_at_once(transport, frame) :] if not waiting else frame)
        return True


class Straight:
    """Gives an application the wire of each socket in its scope, as `wire`; None where there is none."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Awaitable[None]:
        return self._application(scope | {"wire": wire(send)}, receive, send)


def wire(send: Any) -> Wire | None:
    """The wire behind what Daphne gives an application to send with."""
    protocol = send.args[0] if isinstance(send, partial) and send.args else None
    plain = isinstance(protocol, WebSocketProtocol) and isinstance(protocol.transport, FileDescriptor)
    return Wire(protocol) if plain else None


def encoded(text: str) -> bytes:
    """A text as one whole frame from a server, not masked."""
    body = text.encode()
    size = len(body)
    if size <= SHORT:
        return struct.pack("!BB", TEXT, size) + body
    if size <= MIDDLE:
        return struct.pack("!BBH", TEXT, SHORT + 1, size) + body
    return struct.pack("!BBQ", TEXT, SHORT + 2, size) + body


def _at_once(transport: FileDescriptor, frame: bytes) -> int:
    """How much the socket took at once; nothing where it broke, which Twisted finds out when it writes."""
    took = transport.writeSomeData(frame)
    return took if isinstance(took, int) else 0

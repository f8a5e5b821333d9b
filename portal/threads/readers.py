"""One socket: what is sent to it, how far it may lag, how much it may say."""

from __future__ import annotations

import asyncio
import logging
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, NamedTuple

from portal.threads.tickets import Ticket
from portal.threads.wires import Wire

log = logging.getLogger(__name__)
Message = dict[str, Any]
Send = Callable[[Message], Coroutine[Any, Any, None]]

# The codes a socket is closed with. Always after it was accepted: browsers learn no code of a refused one.
SIGNED_OUT, UNKNOWN, TOO_MANY, TOO_SLOW = 4403, 4404, 4429, 4408
# How many frames wait for a slow reader before it is let go; it comes back with its number, missing nothing.
# Daphne never makes us wait: there the bytes count that a wire keeps.
LAG = 64
# What a reader may say, though nothing is listened to.
LONGEST_TEXT = 1024
MOST_TEXTS, IN_SECONDS = 30, 10.0


class Frame(NamedTuple):
    """A text for many sockets, made once: as any server takes it, and as it goes over a wire."""

    message: Message
    data: bytes


class Reader:
    """A socket that reads one thread. `ticket` is None for visitors who are not signed in."""

    __slots__ = ("_heard", "_send", "_slow", "_waiting", "_wire", "closed", "language", "ticket")

    def __init__(
        self, send: Send, language: str, ticket: Ticket | None = None, wire: Wire | None = None
    ) -> None:
        self.language = language
        self.ticket = ticket
        self.closed = False
        self._wire = wire
        self._send = send
        self._waiting: deque[Message] = deque()
        self._slow: asyncio.Task[None] | None = None
        self._heard: deque[float] = deque(maxlen=MOST_TEXTS)

    def offer(self, frame: Frame) -> None:
        """Send a frame without waiting. What a slow reader does not take waits, up to a bound; then it is let go."""
        if self.closed:
            return
        if self._wire is None:
            self._pass(frame.message)
        elif not self._wire.write(frame.data):
            self.close(TOO_SLOW)

    def _pass(self, message: Message) -> None:
        if self._slow is not None:
            self._queue(message)
            return
        sending = self._send(message)
        try:
            blocked_on = sending.send(None)
        except StopIteration:
            return
        except Exception:
            log.debug("a socket broke while it was written to", exc_info=True)
            self.closed = True
            return
        self._slow = asyncio.ensure_future(self._catch_up(_resume(sending, blocked_on)))

    def close(self, code: int) -> None:
        """Send nothing more, and close with a code that tells the page what to do."""
        if self.closed:
            return
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
        self._pass({"type": "websocket.close", "code": code})
        self.closed = True

    def stop(self) -> None:
        """The socket is gone."""
        self.closed = True
        if self._slow is not None:
            self._slow.cancel()

    def floods(self, text: str | bytes, now: float) -> bool:
        """Whether a reader says too much: a long text, or many in a short time (steady clock, seconds)."""
        full = len(self._heard) == MOST_TEXTS and now - self._heard[0] < IN_SECONDS
        self._heard.append(now)
        return full or len(text) > LONGEST_TEXT

    def _queue(self, message: Message) -> None:
        if len(self._waiting) < LAG:
            self._waiting.append(message)
        else:
            self.close(TOO_SLOW)

    async def _catch_up(self, sending: Awaitable[None]) -> None:
        try:
            await sending
            while self._waiting:
                await self._send(self._waiting.popleft())
        except Exception:
            log.debug("a slow socket broke", exc_info=True)
            self.closed = True
        finally:
            if self._slow is asyncio.current_task():
                self._slow = None


@types.coroutine
def _resume(sending: Coroutine[Any, Any, None], blocked_on: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that was begun by hand and stopped at `blocked_on`."""
    try:
        while True:
            try:
                answer = yield blocked_on
            except BaseException as error:  # noqa: BLE001 - whatever comes in is the coroutine's business
                blocked_on = sending.throw(error)
            else:
                blocked_on = sending.send(answer)
    except StopIteration:
        return

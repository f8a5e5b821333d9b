"""The socket of a thread, or of another source. It speaks and takes nothing: every change is a form sent over HTTP.

A plain ASGI application instead of a Channels consumer, which costs a channel and a message of the layer for
every reader. Here a process hears of a change once (hub.py) and writes the same text to each of its sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from portal.threads.fragments import LANGUAGES
from portal.threads.hub import Hub, hub
from portal.threads.readers import TOO_SLOW, UNKNOWN, Message, Reader, Send
from portal.threads.rooms import Room
from portal.threads.sources import THREADS, Source
from portal.threads.tickets import Ticket

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
FARTHEST = 2**31 - 1


async def thread(scope: Scope, receive: Receive, send: Send) -> None:
    """`/ws/threads/<pk>/?after=N&lang=zh-hans`: everything after number N, then whatever happens."""
    await follow(THREADS, scope, receive, send)


async def follow(source: Source, scope: Scope, receive: Receive, send: Send) -> None:
    """The same for one whole of any source, its key in the address as `pk`. Unknown where it must not be known."""
    await receive()
    await send({"type": "websocket.accept"})
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    reader = Reader(send, _language(asked), _ticket(scope), scope.get("wire"))
    here, pk = hub(source), int(scope["url_route"]["kwargs"]["pk"])
    if not here.admit(reader):
        return
    try:
        if await _may_follow(source, scope, pk):
            await _read(here, pk, _number(asked), reader, receive)
        else:
            reader.close(UNKNOWN)
    finally:
        here.dismiss(reader)


async def _may_follow(source: Source, scope: Scope, pk: int) -> bool:
    if source.lets is None:
        return True
    return await database_sync_to_async(source.lets)(scope.get("user") or AnonymousUser(), pk)


async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
    """A socket that leads nowhere, closed so that no page tries again."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": UNKNOWN})


async def _read(here: Hub, pk: int, after: int, reader: Reader, receive: Receive) -> None:
    room = await here.enter(pk)
    if room is None:
        reader.close(UNKNOWN)
        return
    try:
        await room.join(reader, after)
        await _until_gone(room, reader, receive)
    finally:
        await here.leave(room, reader)


async def _until_gone(room: Room, reader: Reader, receive: Receive) -> None:
    clock = asyncio.get_running_loop().time
    while (message := await receive())["type"] != "websocket.disconnect":
        if reader.floods(message.get("text") or message.get("bytes") or "", clock()):
            room.readers.discard(reader)
            reader.close(TOO_SLOW)


def _ticket(scope: Scope) -> Ticket | None:
    user = scope.get("user")
    if user is None or not user.is_authenticated:
        return None
    return Ticket(scope["session"].session_key or "", user.pk)


def _language(asked: dict[str, list[str]]) -> str:
    language = asked.get("lang", [""])[0]
    return language if language in LANGUAGES else LANGUAGES[0]


def _number(asked: dict[str, list[str]]) -> int:
    text = asked.get("after", [""])[0]
    return min(int(text), FARTHEST) if text.isascii() and text.isdigit() and len(text) < 20 else 0

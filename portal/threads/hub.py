"""The one subscriber of a server process, in the channel layer's group of every thread that is read here.

An event reaches a process once, whatever the number of its readers. The hub also looks after the sockets:
every few seconds it asks the database whether it missed anything and whether readers are still signed in.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from portal.kit.steady import PATIENCE, Absence
from portal.threads import live
from portal.threads.readers import SIGNED_OUT, TOO_MANY, Reader
from portal.threads.rooms import Room
from portal.threads.sources import THREADS, Source
from portal.threads.tickets import Ticket, ended

log = logging.getLogger(__name__)
# How often sessions and newest numbers are compared with the database; sign-outs take hold within 5 seconds.
LOOK = 3.0
HEARTBEAT = 20.0
SOCKETS_A_USER = 10
# The channel layer, as those who read know it.
AWAY = Absence("open discussions look into the database every few seconds")

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Hub]] = WeakKeyDictionary()


def hub(source: Source = THREADS) -> Hub:
    """The hub of a source in the running loop."""
    hubs = _hubs.setdefault(asyncio.get_running_loop(), {})
    if source.name not in hubs:
        hubs[source.name] = Hub(source)
    return hubs[source.name]


class Hub:
    """The rooms of a source that are read in this process. It sleeps while there are none."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rooms: dict[int, Room] = {}
        self.process = secrets.token_hex(8)
        self._sockets: dict[int, int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._channel: asyncio.Task[str] | None = None

    async def enter(self, pk: int) -> Room | None:
        """The room of what has this key; None where there is no such thing. Every room entered must be left."""
        room = self.rooms.get(pk)
        if room is None:
            room = self.rooms[pk] = Room(self.source, pk, self.process)
            room.opening = asyncio.ensure_future(self._open(room))
        room.holds += 1
        try:
            await asyncio.shield(room.opening)
        except BaseException:
            await self.leave(room)
            raise
        if room.exists:
            return room
        await self.leave(room)
        return None

    async def leave(self, room: Room, reader: Reader | None = None) -> None:
        """Leave a room; the last one closes it."""
        if reader is not None:
            room.readers.discard(reader)
        room.holds -= 1
        if room.holds or self.rooms.get(room.pk) is not room:
            return
        del self.rooms[room.pk]
        room.end()
        channel = await self._name()
        if not self.rooms:
            self._sleep()
        if room.pk not in self.rooms and channel:
            await _in_time(get_channel_layer().group_discard(self.source.group(room.pk), channel))

    def admit(self, reader: Reader) -> bool:
        """Count a socket of somebody signed in; refuses the one beyond SOCKETS_A_USER."""
        if reader.ticket is None:
            return True
        held = self._sockets.get(reader.ticket.user, 0)
        if held >= SOCKETS_A_USER:
            reader.close(TOO_MANY)
            return False
        self._sockets[reader.ticket.user] = held + 1
        return True

    def dismiss(self, reader: Reader) -> None:
        """Forget a socket that was admitted."""
        reader.stop()
        if reader.ticket is not None:
            self._sockets[reader.ticket.user] -= 1
            if not self._sockets[reader.ticket.user]:
                del self._sockets[reader.ticket.user]

    async def _open(self, room: Room) -> None:
        self._awake()
        # First the subscription, then the state: what happens between the two is heard.
        await self._subscribe(room)
        await room.begin()

    async def _subscribe(self, room: Room) -> None:
        """Hear of a room through the layer. While that is away, `_look` tells what is new, and tries again."""
        if AWAY.over() and (channel := await self._name()):
            room.heard = await _in_time(get_channel_layer().group_add(self.source.group(room.pk), channel))

    async def _name(self) -> str:
        """This hub's channel; empty while the layer is away."""
        if self._channel is None:
            self._channel = asyncio.ensure_future(_new_channel())
        name = await asyncio.shield(self._channel)
        if not name and self._channel is not None and self._channel.done():
            self._channel = None
        return name

    def _awake(self) -> None:
        if not self._tasks:
            live.serve_in(asyncio.get_running_loop())
            self._tasks = [asyncio.ensure_future(work()) for work in (self._listen, self._look, self._beat)]

    def _sleep(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks, self._channel = [], None

    async def _listen(self) -> None:
        while True:
            try:
                if not (channel := await self._name()):
                    await asyncio.sleep(1)
                    continue
                event = await get_channel_layer().receive(channel)
                if room := self.rooms.get(event.get("thread")):
                    room.hear(event)
            except Exception:  # a layer that is away, or an event of another version
                log.exception("live news interrupted")
                await asyncio.sleep(1)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._check_readers()
                await self._check_numbers()
                await self._check_subscriptions()
            except Exception:  # a database that is away comes back
                log.exception("sockets could not be checked")

    async def _check_readers(self) -> None:
        readers = [reader for room in self.rooms.values() for reader in room.readers if not reader.closed]
        gone = await _ended({reader.ticket for reader in readers if reader.ticket})
        for reader in readers:
            if reader.ticket in gone:
                reader.close(SIGNED_OUT)

    async def _check_numbers(self) -> None:
        for pk, sequence, is_open in await database_sync_to_async(self.source.numbers)(list(self.rooms)):
            if pk in self.rooms:
                self.rooms[pk].check(sequence, is_open)

    async def _check_subscriptions(self) -> None:
        deaf = [room for room in self.rooms.values() if room.exists and not room.heard]
        for room in deaf:
            await self._subscribe(room)
            if not room.heard:
                return

    async def _beat(self) -> None:
        while True:
            for room in [room for room in self.rooms.values() if room.exists]:
                try:
                    await self._pulse(room)
                except Exception:  # the next beat comes
                    log.exception("no heartbeat for %s", self.source.group(room.pk))
            await asyncio.sleep(HEARTBEAT)

    async def _pulse(self, room: Room) -> None:
        room.beat()
        # Memberships run out after a day; asking again renews them.
        await self._subscribe(room)
        if room.heard:
            told = {"type": "thread.online", "thread": room.pk, "process": self.process, "count": room.here()}
            await _in_time(get_channel_layer().group_send(self.source.group(room.pk), told))


async def _in_time(asked: Awaitable[object]) -> bool:
    """Whether the layer did what it was asked to; it may be away, or hang. One says so, not every room."""
    try:
        async with asyncio.timeout(PATIENCE):
            await asked
    except Exception as error:  # noqa: BLE001 - whatever the layer fails of, the database tells what is new
        AWAY.begin()
        log.debug("the channel layer does not answer: %r", error)
        return False
    AWAY.end()
    return True


async def _new_channel() -> str:
    made: list[str] = []

    async def make() -> None:
        made.append(await get_channel_layer().new_channel("live."))

    await _in_time(make())
    return made[0] if made else ""


@database_sync_to_async
def _ended(tickets: set[Ticket]) -> set[Ticket]:
    return ended(tickets) if tickets else set()

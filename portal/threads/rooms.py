"""A thread, or another whole of a source, as one server process follows it: what happened, and who reads it.

Events of the channel layer may be lost or overtake each other. A room applies them by number, fetches
what is missing from the database once for all its readers, and sends them the same text, made once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from channels.db import database_sync_to_async

from portal.threads.fragments import LANGUAGES
from portal.threads.readers import Frame, Reader
from portal.threads.sources import Change, Source, Told
from portal.threads.wires import encoded

log = logging.getLogger(__name__)
# Changes that come closer together than this (seconds) travel in one frame.
WINDOW = 0.1
# How many changes are remembered for readers who come back, all of them after a restart. Whoever is further
# behind has them read from the database.
REMEMBERED = 500
# How many sockets are served before others get their turn on the loop.
TURN = 50
# How long (seconds) another process's count of readers is believed.
LEASE = 50.0
RETRY = 1.0
# That somebody is writing is told at most so often (seconds), however many write.
HINT = 4.0
FIRST, END = LANGUAGES[0], 2**31 - 1


@database_sync_to_async
def fetch(source: Source, pk: int, after: int) -> Told | None:
    """What changed since a number, at most one portion; None where there is no such whole."""
    return source.read(pk, after)


def told_by(event: dict[str, Any]) -> Told:
    """What an event of the channel layer tells."""
    drawn = zip(*(event["posts"][code] for code in LANGUAGES), strict=True)
    changes = [
        Change(items[0]["n"], items[0]["rev"], dict(zip(LANGUAGES, items, strict=True))) for items in drawn
    ]
    return Told(event["sequence"], event["open"], changes)


class Room:
    """The readers of one thread, or another whole, in this process.

    `newest` is the last number known, `flushed` the last one sent to all readers; what changed after `floor`
    is remembered. Always floor <= flushed <= newest.
    """

    def __init__(self, source: Source, pk: int, process: str) -> None:
        self.source = source
        self.pk = pk
        self.process = process
        self.readers: set[Reader] = set()
        self.holds = 0
        self.exists = False
        # Whether the channel layer tells of it.
        self.heard = False
        self.opening: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.newest = self.flushed = self.floor = 0
        self._open = True
        self._elsewhere: dict[str, tuple[int, float]] = {}
        self._recent: dict[int, Change] = {}
        self._gap = False
        self._writing, self._hinted = False, -HINT
        self._wake = asyncio.Event()
        self._recalling = asyncio.Lock()
        self._runner: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Learn where the thread stands; `exists` stays False where there is none."""
        told = await fetch(self.source, self.pk, END)
        if told is None:
            return
        self.exists, self._open = True, told.open
        self.newest = self.flushed = self.floor = max(self.newest, told.sequence)
        self._runner = asyncio.ensure_future(self._run())

    def end(self) -> None:
        """Nobody reads any more."""
        if self._runner is not None:
            self._runner.cancel()

    async def join(self, reader: Reader, after: int) -> None:
        """Give a reader what came after a number, then let it read along."""
        await self._recall(after)
        while after < self.floor:
            told = await fetch(self.source, self.pk, after)
            if told is None or not told.changes:
                break
            until = min(told.sequence, self.flushed)
            known = [change for change in told.changes if change.rev <= until]
            reader.offer(self._frame(reader.language, after, until, known))
            after = until
        # Nothing is awaited from here on, so nothing falls between what was fetched and what follows.
        after = min(after, self.flushed)
        self.readers.add(reader)
        reader.offer(self._frame(reader.language, after, self.flushed, self._since(after)))

    def hear(self, event: dict[str, Any]) -> None:
        """Take an event of the channel layer; an unknown kind comes from another version of the portal."""
        if event["type"] == "thread.online":
            self._elsewhere[event["process"]] = (event["count"], self._now() + LEASE)
        elif event["type"] == "thread.writing":
            self.hint()
        elif event["type"] == "thread.number":
            self.check(event["sequence"], event["open"])
        elif event["type"] == "thread.news" and event["after"] > self.newest:
            self.miss()
        elif event["type"] == "thread.news":
            self._apply(told_by(event))

    def check(self, sequence: int, is_open: bool) -> None:
        """Compare with the database: what another process did without telling this one is fetched."""
        if sequence > self.newest:
            self.miss()
        elif is_open != self._open:
            self._open = is_open
            self._wake.set()

    def miss(self) -> None:
        """Something was lost or came out of order: fetch it, once for all readers."""
        self._gap = True
        self._wake.set()

    def hint(self) -> None:
        """Somebody is writing: the next frame says so, and no more frames than one in HINT seconds."""
        if self._now() - self._hinted >= HINT:
            self._writing, self._hinted = True, self._now()
            self._wake.set()

    def beat(self) -> None:
        """Tell all readers the newest number and how many they are, even if nothing happened."""
        self._wake.set()

    def here(self) -> int:
        """How many people read in this process: an account once, and every socket without one."""
        tickets = [reader.ticket for reader in self.readers if not reader.closed]
        return len({ticket.user for ticket in tickets if ticket}) + tickets.count(None)

    def online(self) -> int:
        """How many read in all processes together, as far as those said so lately."""
        now = self._now()
        return self.here() + sum(
            count
            for process, (count, until) in self._elsewhere.items()
            if until > now and process != self.process
        )

    async def _recall(self, after: int) -> None:
        """Remember further back, once for all who come back from there."""
        async with self._recalling:
            if after >= self.floor or self.newest - after > REMEMBERED:
                return
            older, told, at = {}, None, after
            while at < self.floor and (told := await fetch(self.source, self.pk, at)) and told.changes:
                older.update({change.n: change for change in told.changes})
                at = told.sequence
            known = sorted((older | self._recent).values(), key=lambda change: change.rev)
            self._recent = {change.n: change for change in known}
            self.floor = min(self.floor, after)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while self._gap:
                    await self._mend()
                await self._flush()
            except Exception:
                log.exception("%s could not be brought up to date", self.source.group(self.pk))
                await asyncio.sleep(RETRY)
                self._wake.set()
            await asyncio.sleep(self.source.window or WINDOW)

    async def _mend(self) -> None:
        told = await fetch(self.source, self.pk, self.newest)
        self._gap = told is not None and len(told.changes) >= self.source.portion
        if told is not None:
            self._apply(told)

    def _apply(self, told: Told) -> None:
        for change in told.changes:
            known = self._recent.get(change.n)
            if known is None or known.rev < change.rev:
                self._recent.pop(change.n, None)
                self._recent[change.n] = change
        self.newest, self._open = max(self.newest, told.sequence), told.open
        self._wake.set()

    async def _flush(self) -> None:
        after, self.flushed = self.flushed, self.newest
        changes, readers = self._since(after), list(self.readers)
        also, self._writing = {"writing": True} if self._writing else {}, False
        frames = {
            language: self._frame(language, after, self.flushed, changes, **also)
            for language in {reader.language for reader in readers}
        }
        self._forget()
        for served, reader in enumerate(readers, start=1):
            reader.offer(frames[reader.language])
            if served % TURN == 0:
                await asyncio.sleep(0)

    def _forget(self) -> None:
        while len(self._recent) > REMEMBERED:
            oldest = self._recent.pop(next(iter(self._recent)))
            self.floor = max(self.floor, min(oldest.rev, self.flushed))

    def _since(self, after: int) -> list[Change]:
        return [change for change in self._recent.values() if after < change.rev <= self.flushed]

    def _frame(self, language: str, after: int, until: int, changes: Sequence[Change], **also: bool) -> Frame:
        news = {
            "after": after,
            "sequence": until,
            "open": self._open,
            "online": self.online(),
            "posts": [change.items[language] for change in changes],
            **also,
        }
        text = json.dumps(news, ensure_ascii=False, separators=(",", ":"))
        return Frame({"type": "websocket.send", "text": text}, encoded(text))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

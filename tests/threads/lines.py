"""Sockets for tests: a server of one connection, and a reader that applies news as the page does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser

from portal.threads import fragments
from portal.threads.hub import hub
from portal.threads.models import Thread
from portal.threads.sockets import routes

application = URLRouter(routes)


class Mirror:
    """What a page shows: the newest change of each post, applied by number."""

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self.shown: dict[int, tuple[int, str]] = {}
        self.doubles = 0

    def take(self, news: dict[str, Any]) -> bool:
        """Apply news; False where something before them is missing."""
        if news["after"] > self.last:
            return False
        for post in news["posts"]:
            if post["rev"] <= self.shown.get(post["n"], (0, ""))[0]:
                self.doubles += 1
                continue
            self.shown[post["n"]] = (post["rev"], post["html"])
        self.last = max(self.last, news["sequence"])
        return True


class Line:
    """One socket."""

    def __init__(self, pk: int, *, after: int = 0, language: str = "zh-hans", **scope: Any) -> None:
        self.scope = {
            "type": "websocket",
            "path": f"/ws/threads/{pk}/",
            "query_string": f"after={after}&lang={language}".encode(),
            "headers": [],
            "user": AnonymousUser(),
            **scope,
        }
        self.accepted, self.refused, self.code = False, False, 0
        self.texts: list[str] = []
        self.mirror = Mirror(after)
        self.gaps = 0
        self.stuck: asyncio.Event | None = None
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.say_raw({"type": "websocket.connect"})

    @property
    def frames(self) -> list[dict[str, Any]]:
        """Everything that came, read."""
        return [json.loads(text) for text in self.texts]

    @property
    def told(self) -> list[tuple[int, int]]:
        """Number and revision of every post that came."""
        return [(post["n"], post["rev"]) for frame in self.frames for post in frame["posts"]]

    def open(self, app: Callable[..., Awaitable[None]] = application) -> Line:
        """Let the server talk to it."""
        self._task = asyncio.ensure_future(app(self.scope, self._inbox.get, self._send))  # type: ignore[arg-type]
        return self

    def say(self, text: str) -> None:
        """What a page never does."""
        self.say_raw({"type": "websocket.receive", "text": text})

    def say_raw(self, message: dict[str, Any]) -> None:
        """Any message of a server."""
        self._inbox.put_nowait(message)

    async def shut(self) -> None:
        """Leave, and wait until the server has noticed."""
        if self.stuck:
            self.stuck.set()
        self.say_raw({"type": "websocket.disconnect", "code": 1001})
        if self._task and not self.refused:
            await asyncio.wait_for(self._task, 5)

    async def until(self, true: Callable[[Line], bool], seconds: float = 8) -> Line:
        """Wait for something to be true of this line."""
        for _time in range(int(seconds * 50)):
            if true(self):
                return self
            await asyncio.sleep(0.02)
        raise AssertionError(f"never happened: {self.texts[-2:]} {self.code}")

    async def _send(self, message: dict[str, Any]) -> None:
        if self.stuck:
            await self.stuck.wait()
        if message["type"] == "websocket.accept":
            self.accepted = True
        elif message["type"] == "websocket.close":
            self.refused = not self.accepted
            self.code = message.get("code", 0)
        else:
            assert not self.code, "sent after closing"
            self.texts.append(message["text"])
            self.gaps += not self.mirror.take(json.loads(message["text"]))


def live(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario in an event loop; its services run in this thread, as views beside a server's loop."""

    async def whole() -> None:
        await scenario()
        # Whoever left has left nothing behind.
        assert hub().rooms == {}
        if left := [task for task in asyncio.all_tasks() if is_ours(task)]:
            assert (await asyncio.wait(left, timeout=5))[1] == set()

    async_to_sync(whole)()


def is_ours(task: asyncio.Task[Any]) -> bool:
    """Whether a task is of the portal (the channel layer keeps some of its own)."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "/portal/threads/" in code.co_filename


async def shut(*lines: Line) -> None:
    """Close several lines."""
    for line in lines:
        await line.shut()


@sync_to_async
def stored(thread: Thread, language: str = "zh-hans") -> dict[int, tuple[int, str]]:
    """What the database would show now, as a mirror holds it."""
    posts = thread.posts.drawn()
    items = [fragments.item(post, language) for post in posts]
    return {item["n"]: (item["rev"], item["html"]) for item in items}

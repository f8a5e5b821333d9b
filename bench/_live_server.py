"""A server of the live benchmark, in a process of its own: Daphne, its sockets, posts through the service.

`python -m bench._live_server ours|bare THREAD PORT` says the newest number, as a page would know it, and takes lines
"COUNT RATE" on standard input: so many posts, so many a second (0: as fast as they go). It answers each with one JSON
object: number of each post and when it was committed, on the machine's steady clock.
`python -m bench._live_server prepare [AUTHORS]` makes the database.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import count, cycle
from typing import Any
from uuid import uuid4

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from daphne.server import Server
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.urls import path
from twisted.internet import reactor

from bench._bulk import lay_tables
from bench._live_crowd import TEXT
from bench._meetings_live import lay_bare
from portal.asgi import application as ours
from portal.community import rules
from portal.community.models import User
from portal.threads import fragments, live, services
from portal.threads.models import Post, Thread
from tests.threads.factories import make_neighbour, make_thread

# So many that nobody writes more than the pace of a person allows, in all runs together.
AUTHORS, SIGNED_IN = 1_000, 400
TOKEN = "x" * 32


class Bare(AsyncWebsocketConsumer):
    """The plain way: each reader joins the group and sends on what it gets, ready-made, and no more."""

    async def connect(self) -> None:
        """Join the thread's group."""
        self.groups.append(live.group(self.scope["url_route"]["kwargs"]["pk"]))
        await self.channel_layer.group_add(self.groups[-1], self.channel_name)
        await self.accept()

    async def told(self, event: dict[str, Any]) -> None:
        """Send the text on."""
        await self.send(text_data=event["text"])


BARE = [path("ws/threads/<int:pk>/", Bare.as_asgi())]


def tell_barely(thread: Thread, after: int, posts: Sequence[Post]) -> None:
    """Instead of ours, after the commit: the text that our sockets would carry, ready-made, to the whole group."""
    news = {
        "after": after,
        "sequence": after + 1,
        "open": True,
        "online": 500,
        "posts": [fragments.item(post, "zh-hans") for post in posts],
    }
    event = {"type": "told", "text": json.dumps(news, ensure_ascii=False, separators=(",", ":"))}
    told = get_channel_layer().group_send(live.group(thread.pk), event)
    asyncio.run_coroutine_threadsafe(told, reactor._asyncioEventloop)


def prepare(many: int) -> None:
    """A thread for each server, and neighbours who are known long enough to write much, some of them signed in."""
    lay_tables()
    lay_bare()
    rules.load()
    with transaction.atomic():
        thread = make_thread()
        bare = make_thread(neighbourhood=thread.neighbourhood)
        authors = [make_neighbour(thread) for _time in range(many)]
        cookies = [cookie_of(user) for user in authors[:SIGNED_IN]]
    print(json.dumps({"ours": thread.pk, "bare": bare.pk, "cookies": cookies, "token": TOKEN}))


def cookie_of(user: User) -> str:
    """The cookies of somebody who signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def serve(mode: str, pk: int, port: int) -> None:
    """Serve a thread until the process is ended."""
    if mode == "bare":
        live._told = tell_barely
    application = ours if mode == "ours" else ProtocolTypeRouter({"websocket": URLRouter(BARE)})
    Server(
        application=application,
        endpoints=[f"tcp:port={port}:interface=127.0.0.1"],
        ready_callable=lambda: threading.Thread(target=post_on_command, args=(pk,), daemon=True).start(),
    ).run()


def post_on_command(pk: int) -> None:
    """Post in a thread as it is asked for, and say when each post was committed."""
    live.serve_in(reactor._asyncioEventloop)
    thread, numbers = Thread.objects.get(pk=pk), count()
    authors = cycle(User.objects.select_related("person").order_by("pk"))
    print(thread.sequence, flush=True)
    for line in sys.stdin:
        many, rate = line.split()
        print(json.dumps(dict(posted(thread, authors, numbers, int(many), float(rate)))), flush=True)


def posted(
    thread: Thread, authors: Iterator[User], numbers: Iterator[int], many: int, rate: float
) -> Iterator[tuple[int, float]]:
    """Number and moment of commit of each post; `rate` posts a second."""
    start = time.monotonic()
    committed: list[float] = []
    for turn in range(many):
        if rate:
            time.sleep(max(0.0, start + turn / rate - time.monotonic()))
        number = next(numbers)
        with transaction.atomic():
            # Callbacks run in the order they were given: this one before the news is sent.
            transaction.on_commit(lambda: committed.append(time.monotonic()))
            services.post(next(authors), thread.pk, body=f"m-{number}- {TEXT}", key=uuid4())
        yield number, committed[-1]


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]) if len(sys.argv) > 2 else AUTHORS)
    else:
        serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

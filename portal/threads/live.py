"""Telling every server process what was committed: one event on the channel layer, never one a reader."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from portal.kit.steady import PATIENCE, Absence
from portal.threads.fragments import LANGUAGES, item
from portal.threads.models import Post, Thread
from portal.threads.sources import THREADS, Source

log = logging.getLogger(__name__)
# The channel layer, as those who commit know it.
AWAY = Absence("readers fetch the news from the database")
# The loop in which this process serves sockets, once it does.
_serving: asyncio.AbstractEventLoop | None = None


def group(thread_pk: int) -> str:
    """The channel layer's name for a thread."""
    return THREADS.group(thread_pk)


def serve_in(loop: asyncio.AbstractEventLoop | None) -> None:
    """Remember the loop that serves sockets: events are handed to it without waiting, from any thread."""
    global _serving
    _serving = loop


def send(thread: Thread, after: int, posts: Sequence[Post] = ()) -> None:
    """After the commit, tell all readers of a thread what changed in it since the number `after`.

    An event may be lost: its numbers show the gap, and the gap is fetched. A dead layer never fails what was
    stored.
    """
    transaction.on_commit(partial(_publish, thread.pk, after, [post.pk for post in posts]), robust=True)


def send_new(post: Post) -> None:
    """The same for a post that this transaction has made: nothing hangs on it yet that would have to be read."""
    transaction.on_commit(partial(_publish_new, post), robust=True)


def tell(source: Source, pk: int, sequence: int, *, is_open: bool = True) -> None:
    """After the commit, tell all rooms of something that its newest number is this one; they fetch what is missing.

    For what changes often in few parts: however many changes come within a room's window, they are read once.
    """
    event = {"type": "thread.number", "thread": pk, "sequence": sequence, "open": is_open}
    transaction.on_commit(partial(_send, source.group(pk), event), robust=True)


def somebody_writes(thread_pk: int) -> None:
    """Tell the readers of a thread that somebody is writing: not who, and nothing is kept of it."""
    _send(group(thread_pk), {"type": "thread.writing", "thread": thread_pk})


def _publish(thread_pk: int, after: int, post_pks: list[int]) -> None:
    posts = list(Post.objects.drawn().filter(pk__in=post_pks).order_by("revision"))
    _told(Thread.objects.get(pk=thread_pk), after, posts)


def _publish_new(post: Post) -> None:
    _told(post.thread, post.revision - 1, [post.as_drawn_new()])


def _told(thread: Thread, after: int, posts: Sequence[Post]) -> None:
    event = {
        "type": "thread.news",
        "thread": thread.pk,
        "after": after,
        "sequence": after + len(posts),
        "open": thread.is_open,
        "posts": {code: [item(post, code) for post in posts] for code in LANGUAGES},
    }
    _send(group(thread.pk), event)


def _send(to: str, event: dict[str, Any]) -> None:
    loop = _serving
    if loop is not None and loop.is_running():
        asyncio.run_coroutine_threadsafe(_deliver(to, event), loop)
    else:
        async_to_sync(_deliver)(to, event)


async def _deliver(to: str, event: dict[str, Any]) -> None:
    if not AWAY.over():
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await get_channel_layer().group_send(to, event)
    except Exception as error:  # noqa: BLE001 - the post is stored; readers notice the gap and fetch it
        AWAY.begin()
        log.warning("no live news of %s: %r", to, error)
    else:
        AWAY.end()

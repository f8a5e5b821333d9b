"""What a room can be about: a thread, or whatever an app above registers here with its own socket.

A source tells of numbered changes of something numbered as a whole. Rooms and hubs know nothing else of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.community.models import Visitor
from portal.threads.fragments import LANGUAGES, PORTION, Item, changed, item, reaches
from portal.threads.models import Thread


class Change(NamedTuple):
    """A part as it was last told, in every language: its number, the number of its last change, how it looks."""

    n: int
    rev: int
    items: dict[str, Item]


class Told(NamedTuple):
    """What somebody knows of a whole beyond a number, up to another."""

    sequence: int
    open: bool
    changes: Sequence[Change]


@dataclass(frozen=True)
class Source:
    """One kind of whole that is followed live.

    `name` begins its groups in the channel layer. `read(key, after)`: what changed since a number, at most `portion`
    parts; None where there is no such whole. `numbers(keys)`: key, newest number and whether it is open, of those
    that exist. `lets`: whether a visitor may follow it, asked once, when the socket opens; None: everybody may.
    `window`: changes that come closer together (seconds) travel in one frame; None: as in discussions.
    """

    name: str
    read: Callable[[int, int], Told | None]
    numbers: Callable[[list[int]], list[tuple[int, int, bool]]]
    lets: Callable[[Visitor, int], bool] | None = None
    portion: int = PORTION
    window: float | None = None

    def group(self, pk: int) -> str:
        """The channel layer's name for one of them."""
        return f"{self.name}.{pk}"


def _read(pk: int, after: int) -> Told | None:
    thread = Thread.objects.filter(pk=pk).first()
    if thread is None:
        return None
    posts = changed(thread, after) if after < thread.sequence else []
    changes = [
        Change(post.sequence, post.revision, {code: item(post, code) for code in LANGUAGES}) for post in posts
    ]
    return Told(reaches(thread, posts), thread.is_open, changes)


def _numbers(pks: list[int]) -> list[tuple[int, int, bool]]:
    threads = Thread.objects.filter(pk__in=pks).only("sequence", "closes_at", "opened_at")
    return [(thread.pk, thread.sequence, thread.is_open) for thread in threads]


THREADS = Source("thread", _read, _numbers)

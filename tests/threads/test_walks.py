"""Posts, edits, hides, withdrawals, readers who come and go: in the end everybody has what a fresh page has."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import caches

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.threads import fragments, services
from portal.threads.models import Post, Reading, Thread
from tests.threads.factories import make_neighbour, make_thread, make_worker, say
from tests.threads.lines import Line, live, shut, stored

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = 40


class Talk:
    """Neighbours who talk, and a worker who moderates, at random."""

    def __init__(self, thread: Thread, dice: random.Random) -> None:
        self.thread, self.dice = thread, dice
        self.worker = make_worker(thread)
        self.neighbours = [make_neighbour(thread) for _time in range(4)]
        self.by: dict[int, User] = {}

    def go_on(self) -> int:
        """One thing happens; the thread's newest number."""
        step: Callable[[], object] = self.dice.choice(
            [self.say, self.say, self.answer, self.edit, self.hide, self.show, self.take_back, self.read]
        )
        with suppress(NotPossible):
            step()
        return Thread.objects.get(pk=self.thread.pk).sequence

    def say(self, to: int | None = None) -> None:
        """Somebody says something, perhaps in answer to a post, or quoting it."""
        author = self.dice.choice(self.neighbours)
        said = services.post(
            author, self.thread.pk, body=f"{self.dice.random()}", key=uuid4(), to=to, quote=to
        )
        self.by[said.pk] = author

    def answer(self) -> None:
        """An answer to a post that stands."""
        standing = list(Post.objects.standing().filter(thread=self.thread))
        self.say(self.dice.choice(standing).sequence if standing else None)

    def edit(self) -> None:
        """An author says it in other words."""
        if post := self._one(hidden_at=None, withdrawn_at=None):
            services.edit(self.by[post.pk], post.pk, body=f"换句话说 {self.dice.random()}")

    def hide(self) -> None:
        """The committee hides a post."""
        if post := self._one(hidden_at=None, withdrawn_at=None):
            services.hide(self.worker, post.pk, "insult")

    def show(self) -> None:
        """And shows one again."""
        if post := self._one(hidden_at__isnull=False):
            services.restore(self.worker, post.pk)

    def take_back(self) -> None:
        """An author takes a post back."""
        if post := self._one(hidden_at=None, withdrawn_at=None):
            services.withdraw(self.by[post.pk], post.pk)

    def read(self) -> None:
        """A neighbour tells how far the page was read, also less far than another tab told before."""
        length = Thread.objects.get(pk=self.thread.pk).length
        services.read_up_to(self.neighbours[0], self.thread.pk, self.dice.randint(0, length))

    def _one(self, **which: object) -> Post | None:
        posts = list(Post.objects.filter(thread=self.thread, **which))
        return self.dice.choice(posts) if posts else None

    def unread(self) -> tuple[int, int]:
        """What the server says is new to the neighbour who reads, and what stands there, counted one by one."""
        known = Reading.objects.filter(thread=self.thread, user=self.neighbours[0]).first()
        if known is None:
            return 0, 0
        shown = Post.objects.standing().filter(thread=self.thread, sequence__gt=known.upto)
        return known.unread()[0], sum(self.by[post.pk] != self.neighbours[0] for post in shown)


@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_comes_and_goes_ends_with_what_a_fresh_page_has(seed: int) -> None:
    dice = random.Random(seed)
    talk = Talk(make_thread(), dice)

    async def scenario() -> None:
        lines = [Line(talk.thread.pk).open() for _time in range(3)]
        newest = 0
        for _step in range(STEPS):
            newest = await sync_to_async(talk.go_on)()
            if dice.random() < 0.3:
                at = dice.randrange(len(lines))
                lines[at] = await back(lines[at])
        shown = await stored(talk.thread)
        for line in lines:
            await line.until(lambda line: line.mirror.last == newest)
            assert line.mirror.shown == shown
            assert (line.gaps, line.mirror.doubles) == (0, 0)
        fresh = await Line(talk.thread.pk).open().until(lambda line: line.mirror.last == newest)
        assert fresh.mirror.shown == shown
        await shut(fresh, *lines)

    async def back(line: Line) -> Line:
        """A line breaks, and its page opens another one with what it knows."""
        await shut(line)
        again = Line(talk.thread.pk, after=line.mirror.last)
        again.mirror = line.mirror
        return again.open()

    live(scenario)
    assert newest_is_told(talk.thread)
    told, counted = talk.unread()
    assert told == counted


def newest_is_told(thread: Thread) -> bool:
    """Whether numbers have no gaps and none is behind the thread."""
    posts = Post.objects.filter(thread=thread)
    return sorted(posts.values_list("sequence", flat=True)) == list(range(1, posts.count() + 1))


def test_a_post_looks_as_it_was_sent_when_it_is_read_again() -> None:
    thread = make_thread()
    worker, author = make_worker(thread), make_neighbour(thread)
    first = say(author, thread)
    key = uuid4()
    services.post(
        author, thread.pk, body="谁负责？", key=key, asks="worker", to=first.sequence, quote=first.sequence
    )
    services.answer(worker, Post.objects.get(key=key).pk, body="我们。", key=uuid4())

    sent = {post.pk: caches["posts"].get(f"{post.pk}.{post.revision}.zh-hans") for post in thread.posts.all()}
    caches["posts"].clear()
    read = {post.pk: fragments.item(post, "zh-hans")["html"] for post in thread.posts.drawn()}

    assert {pk: html for pk, (_until, html) in sent.items()} == read

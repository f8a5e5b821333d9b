"""Threads and posts for tests, made by the services that make them in life."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from portal.community.models import Area, Person, User
from portal.community.models import Post as Office
from portal.kit import clock
from portal.threads import services
from portal.threads.models import Post, Thread
from tests.factories import make_neighbourhood, make_resident, make_user, number, person_of
from tests.worlds import kept


@kept
def make_thread(*, neighbourhood: Area | None = None, title: str = "红林路小门") -> Thread:
    """An open thread of some subject."""
    n = number()
    return services.open_thread(
        f"topic:{n}", neighbourhood=neighbourhood or make_neighbourhood(), title=title, url=f"/topics/{n}/"
    )


@kept
def make_neighbour(thread: Thread, *, name: str = "") -> User:
    """A resident who has been known for long."""
    return known(make_resident(within=thread.neighbourhood, name=name))


@kept
def make_manager(thread: Thread) -> User:
    """The property manager of the thread's neighbourhood."""
    return make_user(post=Office.PROPERTY, neighbourhood=thread.neighbourhood, name="李经理")


@kept
def make_worker(thread: Thread) -> User:
    """A committee worker of the thread's neighbourhood."""
    return make_user(post=Office.WORKER, neighbourhood=thread.neighbourhood, name="沈老师")


@kept
def known(user: User, *, days: int = 30) -> User:
    """The account, as if made some days ago."""
    user.date_joined = clock.now() - timedelta(days=days)
    user.save(update_fields=["date_joined"])
    return user


@kept
def say(user: User, thread: Thread, body: str = "我赞成。", *, asks: str = "") -> Post:
    """A post, said by the service."""
    return services.post(user, thread.pk, body=body, asks=asks, key=uuid4())


@kept
def make_question(thread: Thread) -> Post:
    """A neighbour's question to the property manager, who is there."""
    make_manager(thread)
    return say(make_neighbour(thread), thread, "谁负责晚上锁门？", asks=Office.PROPERTY)


@kept
def make_posts(thread: Thread, count: int, *, author: Person | None = None) -> list[Post]:
    """Many posts at once, without the pace a person has to keep."""
    author = author or person_of(make_neighbour(thread))
    thread.refresh_from_db()
    posts_before, changes_before = thread.length, thread.sequence
    posts = Post.objects.bulk_create(
        Post(
            thread=thread,
            sequence=posts_before + at,
            revision=changes_before + at,
            author=author,
            author_name=author.public_name,
            author_note="6号楼",
            body=f"第 {posts_before + at} 条",
        )
        for at in range(1, count + 1)
    )
    thread.length, thread.sequence = posts_before + count, changes_before + count
    thread.save(update_fields=["length", "sequence"])
    return posts

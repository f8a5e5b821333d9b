"""Asking for an official answer, and giving it before the time runs out."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, notify
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of, post_users, signature
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key as subject_key
from portal.threads import live
from portal.threads.events import ANSWERED, ASKED
from portal.threads.models import ASKABLE, Post
from portal.threads.permissions import POSTS
from portal.threads.services.transitions import add, change, checked, next_number
from portal.threads.states import State

DUTY = "thread.answer"


@transaction.atomic
def ask(user: User, post_pk: int, *, asks: str) -> Post:
    """Ask for an official answer to something already said: by its author, or passed on by the committee."""
    post = POSTS.take(user, post_pk, "ask")
    due = due_for(post, asks)
    change(post, State.ASKED, asks=asks, asked_at=clock.now(), due_at=due.at)
    promise(post)
    return post


@transaction.atomic
def acknowledge(user: User, post_pk: int) -> Post:
    """Say that the question was seen and is being worked on. The time for the answer goes on running."""
    post = POSTS.take(user, post_pk, "acknowledge")
    change(post, State.ACKNOWLEDGED, acknowledged_at=clock.now())
    return post


@transaction.atomic
def answer(user: User, post_pk: int, *, body: str, key: UUID | None = None) -> Post:
    """Answer officially as the holder of the asked post: a post of its own, which keeps the promise.

    The same `key` gives the same answer back. May be given after the thread was closed.
    Raises PermissionDenied for whoever does not hold the asked post, NotPossible where it has moved on.
    """
    author = person_of(user)
    given = Post.objects.filter(key=key, answers=post_pk, author=author).first() if key else None
    if given is not None:
        return given
    asked = POSTS.take(user, post_pk, "answer")
    text, signed, now = checked(body), signature(user, asked.neighbourhood), clock.now()
    given = Post(
        thread=asked.thread,
        key=key or uuid4(),
        author=author,
        author_name=signed.name[:80],
        author_note=signed.note[:80],
        body=text,
        at=now,
        official=True,
        answers=asked,
    )
    before = add(given)
    advance(asked, State.ANSWERED, answered_at=now, revision=next_number(asked.thread))
    duties.close(DUTY, asked, by=user)
    _publish(asked, given)
    live.send(asked.thread, before, [given, asked])
    return given


def due_for(post: Post, asks: str) -> Deadline:
    """Until when an official answer would be owed; NotPossible where nobody can be asked for one."""
    if asks not in ASKABLE:
        raise NotPossible(_("Only the property manager and the residents' committee can be asked here."))
    if not post_users(asks, post.neighbourhood):
        raise NotPossible(_("Nobody holds this post here now. Please ask the residents' committee."))
    return add_working_days(clock.now(), rule("thread.answer_working_days", post.neighbourhood))


def promise(post: Post) -> None:
    """Open the promise of an answer and tell those who owe it."""
    owed = owe_answer(post)
    asked = post_users(post.asks, post.neighbourhood)
    notify(ASKED, post, asked, once_per=subject_key(post), due_at=owed.due_at.isoformat())


def owe_answer(post: Post) -> Duty:
    """The duty to answer a post, due from now; none is opened while one stands."""
    return duties.open_duty(DUTY, post, due=due_for(post, post.asks), post=post.asks)


def _publish(asked: Post, given: Post) -> None:
    announce(
        ANSWERED,
        asked,
        by=given.author_name,
        to=accounts_of(asked.author_id),
        data={
            "question": asked.sequence,
            "answer": given.sequence,
            "minutes": asked.minutes_waited,
            "sha256": sha256(given.body.encode()).hexdigest(),
        },
        once_per=subject_key(given),
        url=given.get_absolute_url(),
        who=given.author_name,
    )

"""Asking for an official answer, and giving it before the time runs out."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.rules import rule
from portal.community.selectors import post_users, signature
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications import services as notifications
from portal.record.services import key as subject_key
from portal.record.services import write
from portal.threads import live
from portal.threads.models import ASKABLE, Post
from portal.threads.news import ANSWERED, ASKED
from portal.threads.services.transitions import add, checked, locked, revise, writer

DUTY = "thread.answer"


@transaction.atomic
def ask(user: User, post_pk: int, *, asks: str) -> Post:
    """Ask for an official answer to something already said: by its author, or passed on by the committee."""
    post = locked(user, post_pk, "ask")
    put_question(post, asks)
    before = revise(post, "asks", "asked_at", "due_at")
    announce_question(post)
    live.tell(post.thread, before, [post])
    return post


@transaction.atomic
def acknowledge(user: User, post_pk: int) -> Post:
    """Say that the question was seen and is being worked on. The time for the answer goes on running."""
    post = locked(user, post_pk, "acknowledge")
    post.acknowledged_at = clock.now()
    live.tell(post.thread, revise(post, "acknowledged_at"), [post])
    return post


@transaction.atomic
def answer(user: User, post_pk: int, *, body: str, key: UUID) -> Post:
    """Answer officially as the holder of the asked post: a post of its own, which keeps the promise.

    The same `key` gives the same answer back. May be given after the thread was closed.
    Raises PermissionDenied for whoever does not hold the asked post, NotPossible where it has moved on.
    """
    given = Post.objects.filter(key=key, answers=post_pk, author=writer(user)).first()
    if given is not None:
        return given
    asked = locked(user, post_pk, "answer")
    text = checked(body)
    signed, now = signature(user, asked.thread.neighbourhood), clock.now()
    given = Post(
        thread=asked.thread,
        key=key,
        author=writer(user),
        author_name=signed.name[:80],
        author_note=signed.note[:80],
        body=text,
        at=now,
        official=True,
        answers=asked,
    )
    before = add(given)
    asked.answered_at = now
    revise(asked, "answered_at")
    duties.close(DUTY, asked, by=user)
    _publish(asked, given)
    live.tell(asked.thread, before, [given, asked])
    return given


def put_question(post: Post, asks: str) -> None:
    """Set whom a post asks, and until when the answer is owed; the caller saves."""
    if asks not in ASKABLE:
        raise NotPossible(_("Only the property manager and the residents' committee can be asked here."))
    if not post_users(asks, post.thread.neighbourhood):
        raise NotPossible(_("Nobody holds this post here now. Please ask the residents' committee."))
    post.asks, post.asked_at = asks, clock.now()
    post.due_at = _due(post).at


def announce_question(post: Post) -> None:
    """Open the promise of an answer and tell those who owe it."""
    promise(post)
    notifications.send(
        ASKED,
        post_users(post.asks, post.thread.neighbourhood),
        neighbourhood=post.thread.neighbourhood,
        occasion=subject_key(post),
        url=page(post),
        params={"title": post.thread.title, "due_at": post.due_at.isoformat() if post.due_at else ""},
    )


def promise(post: Post) -> Duty:
    """The duty to answer a post, due from now; none is opened while one stands."""
    return duties.open_duty(
        DUTY,
        post,
        neighbourhood=post.thread.neighbourhood,
        title=post.thread.title,
        url=page(post),
        due=_due(post),
        post=post.asks,
    )


def page(post: Post) -> str:
    """Where one post is read, answered and moderated."""
    return reverse("threads:post", args=[post.pk])


def _due(post: Post) -> Deadline:
    days = rule("thread.answer_working_days", post.thread.neighbourhood)
    return add_working_days(clock.now(), days)


def _publish(asked: Post, given: Post) -> None:
    neighbourhood = asked.thread.neighbourhood
    write(
        neighbourhood.slug,
        "thread.answered",
        actor=given.author_name,
        subject=asked.thread.subject,
        title=asked.thread.title,
        data={
            "question": asked.sequence,
            "answer": given.sequence,
            "minutes": asked.minutes_waited,
            "sha256": sha256(given.body.encode()).hexdigest(),
        },
    )
    asker = User.objects.filter(person=asked.author_id, is_active=True)
    notifications.send(
        ANSWERED,
        asker,
        neighbourhood=neighbourhood,
        occasion=subject_key(given),
        url=f"{asked.thread.url}#post-{given.sequence}",
        params={"title": asked.thread.title, "who": given.author_name},
    )

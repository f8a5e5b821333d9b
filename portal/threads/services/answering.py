"""Asking for an official answer, and giving it before the time runs out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
from portal.kit.names import blank
from portal.record.services import key as subject_key
from portal.threads import live
from portal.threads.events import ANSWERED, ASKED, FOLLOWED
from portal.threads.models import ASKABLE, BODIES, Post
from portal.threads.outcomes import LONGEST_WORDS, Refusal
from portal.threads.permissions import POSTS
from portal.threads.services.files import File, attach
from portal.threads.services.telling import tell_who_asked_too
from portal.threads.services.transitions import add, change, checked, next_number
from portal.threads.states import State

# Owed by whom the question is with now, and by the body asked first, which sees to it that the answer comes.
# What an answer has not solved is seen to again.
DUTY, FOLLOW, AGAIN = "thread.answer", "thread.follow", "thread.again"


@transaction.atomic
def ask(user: User, post_pk: int, *, asks: str) -> Post:
    """Ask for an official answer to something already said: by its author, or passed on by the committee."""
    post = POSTS.take(user, post_pk, "ask")
    due = due_for(post, asks)
    change(post, State.ASKED, asks=asks, asked_at=clock.now(), due_at=due.at)
    promise(post, due)
    return post


@transaction.atomic
def acknowledge(user: User, post_pk: int) -> Post:
    """Say that the question was seen and is being worked on. The time for the answer goes on running."""
    post = POSTS.take(user, post_pk, "acknowledge")
    change(post, State.ACKNOWLEDGED, acknowledged_at=clock.now())
    return post


@transaction.atomic
def answer(
    user: User,
    post_pk: int,
    *,
    body: str,
    also: Iterable[int] = (),
    photos: Iterable[File] = (),
    because: str = "",
    key: UUID | None = None,
) -> Post:
    """Answer officially as the holder of the asked post: a post of its own, which keeps the promise.

    `also`: further questions of the same discussion that it answers, each promised to somebody; `photos`: photos and
    papers, checked by content; `because`: why what was asked cannot be done, where that is the answer. The same `key`
    gives the same answer back. May be given after the thread was closed.
    Raises PermissionDenied for whoever does not hold the asked post, NotPossible where one has moved on.
    """
    author = person_of(user)
    given = Post.objects.filter(key=key, answers=post_pk, author=author).first() if key else None
    if given is not None:
        return given
    questions = _questions(user, post_pk, also)
    given, before = written(user, questions[0], body, key, photos=photos, because=because)
    for asked in questions:
        _settle(user, asked, given)
    live.send(given.thread, before, [given, *questions])
    return given


def written(
    user: User, asked: Post, body: str, key: UUID | None, *, photos: Iterable[File] = (), because: str = ""
) -> tuple[Post, int]:
    """The post of an official answer with what belongs to it, and the thread's number before it."""
    given = _written(user, asked, checked(body), key)
    before = add(given)
    attach(user, given, photos)
    if not blank(because):
        given.refusal = Refusal.objects.create(answer=given, because=because.strip()[:LONGEST_WORDS])
    return given, before


def due_for(post: Post, asks: str, among: Collection[str] = ASKABLE) -> Deadline:
    """Until when an official answer would be owed; NotPossible where nobody can be asked for one."""
    if asks not in among:
        raise NotPossible(_("Only the property manager and the residents' committee can be asked here."))
    if not post_users(asks, post.neighbourhood):
        raise NotPossible(_("Nobody holds this post here now. Please ask the residents' committee."))
    return add_working_days(clock.now(), rule("thread.answer_working_days", post.neighbourhood))


def promise(post: Post, due: Deadline) -> None:
    """Open the promise of an answer and tell those who owe it."""
    owed = owe_answer(post, due)
    asked = post_users(post.asks, post.neighbourhood)
    notify(ASKED, post, asked, once_per=subject_key(post), due_at=owed.due_at.isoformat())


def owe_answer(post: Post, due: Deadline) -> Duty:
    """The duty to answer a post by a date; none is opened while one stands. Its first contact looks after it."""
    if post.first_contact != post.asks:
        duties.open_duty(FOLLOW, post, due=due, post=post.first_contact)
    return duties.open_duty(DUTY, post, due=due, post=post.asks)


def owe_anew(post: Post) -> Duty:
    """The same with all its time again: for a question that was hidden meanwhile."""
    return owe_answer(post, due_for(post, post.asks, among=(*ASKABLE, *BODIES)))


def no_longer_owed(post: Post) -> None:
    """Nobody owes the answer by the date that stood: it was hidden, goes to another body, or has another date."""
    for kind in (DUTY, FOLLOW, AGAIN):
        duties.drop(post, kind)


def _questions(user: User, post_pk: int, also: Iterable[int]) -> list[Post]:
    """The questions that one answer answers, locked: that of the page first, all of one discussion."""
    asked = POSTS.take(user, post_pk, "answer")
    others = [POSTS.take(user, pk, "answer") for pk in sorted(set(also) - {asked.pk})]
    for other in others:
        if other.thread_id != asked.thread_id:
            raise NotPossible(_("One answer answers questions of one discussion only."))
        # One thread counts for all of them.
        other.thread = asked.thread
    return [asked, *others]


def _written(user: User, asked: Post, text: str, key: UUID | None) -> Post:
    signed = signature(user, asked.neighbourhood)
    return Post(
        thread=asked.thread,
        key=key or uuid4(),
        author=person_of(user),
        author_name=signed.name[:80],
        author_note=signed.note[:80],
        body=text,
        at=clock.now(),
        under=asked.under or asked,
        official=True,
        answers=asked,
    )


def _settle(user: User, asked: Post, given: Post) -> None:
    """One question is answered: its promise is kept, and whoever asked is told, and the body asked first."""
    number = next_number(asked.thread)
    advance(asked, State.ANSWERED, answered_at=given.at, answered_in=given, revision=number)
    keep_promise(user, asked, given)
    publish(asked, given)


def keep_promise(user: User, asked: Post, given: Post) -> None:
    """Whoever owed the answer has given it; the body asked first learns of it."""
    duties.close(DUTY, asked, by=user)
    if duties.close(FOLLOW, asked, by=user):
        first = post_users(asked.first_contact, asked.neighbourhood)
        url = given.get_absolute_url()
        notify(FOLLOWED, asked, first, once_per=subject_key(asked), url=url, who=given.author_name)


def publish(asked: Post, given: Post) -> None:
    """The record notes an answer with the hash of its words, and whoever asked is told."""
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
        once_per=f"{subject_key(asked)}:{subject_key(given)}",
        url=given.get_absolute_url(),
        who=given.author_name,
    )
    tell_who_asked_too(asked, given)

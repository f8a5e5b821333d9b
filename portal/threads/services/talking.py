"""Opening and closing a thread, and speaking in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.community.models import Area, Ownership, Person, Residency, User
from portal.community.selectors import person_of, signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import moment
from portal.threads import live
from portal.threads.limits import KNOWN_AFTER, LINKS_OF_NEW, NEW, TRUSTED, Limit, free_at, links, longest
from portal.threads.models import Post, Thread
from portal.threads.permissions import THREADS
from portal.threads.services.answering import due_for, promise
from portal.threads.services.files import File, attach
from portal.threads.services.muting import require_heard
from portal.threads.services.reviewing import hold, is_staff, why_held
from portal.threads.services.telling import tell
from portal.threads.services.transitions import add, checked


@transaction.atomic
def open_thread(
    subject: str, *, neighbourhood: Area, title: str, url: str, closes_at: datetime | None = None
) -> Thread:
    """The thread of a subject, by its key ("topic:12"): made, or opened again where it was closed, under its title now.

    `closes_at`: the fixed end of the discussion, from when on no posts are taken.
    """
    thread, new = Thread.objects.select_for_update(of=("self",)).get_or_create(
        subject=subject,
        defaults={
            "neighbourhood": neighbourhood,
            "title": title[:200],
            "url": url,
            "opened_at": clock.now(),
            "closes_at": closes_at,
        },
    )
    if not new and (closes_at or not thread.is_open):
        thread.closes_at = closes_at
        thread.save(update_fields=["closes_at"])
        live.send(thread, thread.sequence)
    if title and thread.title != title[:200]:
        thread.title = title[:200]
        thread.save(update_fields=["title"])
    return thread


@transaction.atomic
def close_thread(thread_pk: int) -> Thread:
    """Take no more posts from now on. Promised official answers are still owed, and may still be given."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread_pk)
    if thread.is_open:
        thread.closes_at = max(clock.now(), thread.opened_at)
        thread.save(update_fields=["closes_at"])
        live.send(thread, thread.sequence)
    return thread


@transaction.atomic
def post(
    user: User,
    thread_pk: int,
    *,
    body: str,
    asks: str = "",
    key: UUID,
    to: int | None = None,
    quote: int | None = None,
    photos: Iterable[File] = (),
) -> Post:
    """Say something in a thread. The same `key` of the same author gives the same post back.

    `asks`: the post (Post value) asked for an official answer; `to`, `quote`: numbers of the posts it answers and
    quotes; `photos`: photos and papers, shown with it. Raises Http404, PermissionDenied for those who may only read,
    NotPossible for a closed thread, an empty or long text, a file that cannot be taken, many links or posts (and when),
    or where the answered post is away.
    """
    thread = THREADS.take(user, thread_pk, "speak")
    author = person_of(user)
    if sent := _sent_before(thread, author, key):
        return sent
    text = checked(body)
    if not thread.is_open:
        raise NotPossible(_("This discussion is closed. What was said stays readable."))
    require_heard(user, thread)
    check_links(user, thread, text)
    _check_pace(user, thread)
    signed = signature(user, thread.neighbourhood)
    said = Post(
        thread=thread,
        key=key,
        author=author,
        author_name=signed.name[:80],
        author_note=signed.note[:80],
        body=text,
        at=clock.now(),
        **_addressed(thread, to, quote),
    )
    due = due_for(said, asks) if asks else None
    if why := why_held(user, thread, text):
        hold(said, why, asks)
        attach(user, said, photos)
        return said
    if due is not None:
        said.asks, said.asked_at, said.due_at = asks, clock.now(), due.at
    add(said)
    attach(user, said, photos)
    if due is not None:
        promise(said, due)
    live.send_new(said)
    tell(said)
    return said


def is_new(user: User) -> bool:
    """Whether somebody is too new to be trusted with many posts: nothing about them is a week old."""
    since = clock.now() - KNOWN_AFTER
    if user.date_joined <= since:
        return False
    today = clock.today()
    held = (model.objects.on(today).filter(person=user.person_id) for model in (Residency, Ownership))
    return not any(relations.filter(verified_at__lte=since).exists() for relations in held)


def check_links(user: User, thread: Thread, text: str) -> None:
    """Refuse many addresses from somebody new: NotPossible."""
    if links(text) > LINKS_OF_NEW and _limited(user, thread):
        raise NotPossible(
            ngettext(
                "New neighbours can put at most %(count)d link into a post. Please leave some out.",
                "New neighbours can put at most %(count)d links into a post. Please leave some out.",
                LINKS_OF_NEW,
            )
            % {"count": LINKS_OF_NEW}
        )


def _limited(user: User, thread: Thread) -> bool:
    return not is_staff(user, thread.neighbourhood) and is_new(user)


def _sent_before(thread: Thread, author: Person, key: UUID) -> Post | None:
    sent = Post.objects.filter(author=author, key=key).first()
    if sent is not None and sent.thread_id != thread.pk:
        raise NotPossible(_("This page is too old. Please reload it and send your post again."))
    return sent


def _addressed(thread: Thread, to: int | None, quote: int | None) -> dict[str, Post | None]:
    """Under which post a new one stands, and which it quotes. An answer to an answer quotes what it answers."""
    answered, quoted = _standing(thread, to), _standing(thread, quote)
    if answered is not None and answered.under is not None:
        answered, quoted = answered.under, quoted or answered
    return {"under": answered, "quotes": quoted}


def _standing(thread: Thread, number: int | None) -> Post | None:
    if number is None:
        return None
    found = thread.posts.standing().select_related("under").filter(sequence=number).first()
    if found is None:
        raise NotPossible(
            _(
                "The post you refer to is not shown any more. You can leave it out and post your text by itself."
            )
        )
    return found


def _check_pace(user: User, thread: Thread) -> None:
    limits: Sequence[Limit] = NEW if _limited(user, thread) else TRUSTED
    now = clock.now()
    times = Post.objects.filter(author=user.person_id, official=False, at__gt=now - longest(limits))
    free = free_at(list(times.values_list("at", flat=True)), limits, now)
    if free > now:
        raise NotPossible(
            _("You have written a lot in a short time. You can post again at %(when)s; your text is kept.")
            % {"when": moment(_full_minute(free))}
        )


def _full_minute(when: datetime) -> datetime:
    """Not before the time that is shown: rounded up to the minute."""
    minute = when.replace(second=0, microsecond=0)
    return minute if minute == when else minute + timedelta(minutes=1)

"""What every change of a thread does: take the next number (one for each post and change), and tell its readers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.actions.lifecycles import advance
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.search import services as search
from portal.threads import live
from portal.threads.models import LONGEST, Post, Thread
from portal.threads.services.files import follow
from portal.threads.sources import THREADS
from portal.threads.states import State

# More changes than this at once are not sent with their texts: each process reads them once.
TOLD_AT_ONCE = 20


def next_number(thread: Thread) -> int:
    """The number of the next change. The caller holds the thread's lock."""
    thread.sequence += 1
    thread.save(update_fields=["sequence"])
    return thread.sequence


def add(post: Post) -> int:
    """Save a new post under the thread's next numbers, to be found by search; returns the number of changes before."""
    before = post.thread.sequence
    post.thread.length += 1
    post.thread.sequence += 1
    post.thread.save(update_fields=["length", "sequence"])
    post.sequence, post.revision = post.thread.length, post.thread.sequence
    post.save(force_insert=True)
    search.index(post)
    return before


def change(post: Post, to: State, **changes: Any) -> None:
    """Bring a post into another state under the thread's next number; its readers hear of it."""
    before, was_away = post.thread.sequence, post.is_away
    advance(post, to, revision=next_number(post.thread), **changes)
    if post.is_away == was_away:
        live.send(post.thread, before, [post])
    else:
        follow(post)
        _reworded(post, before)


def reword(post: Post, **changes: Any) -> None:
    """Change what a post says without bringing it into another state."""
    before = post.thread.sequence
    _renew(post, **changes)
    _reworded(post, before)


def touch(post: Post, **changes: Any) -> None:
    """Change what stands beside a post's words; its readers hear of it."""
    before = post.thread.sequence
    _renew(post, **changes)
    live.send(post.thread, before, [post])


def _renew(post: Post, **changes: Any) -> None:
    for name, value in {**changes, "revision": next_number(post.thread)}.items():
        setattr(post, name, value)
    post.save(update_fields=[*changes, "revision"])


def _reworded(post: Post, before: int) -> None:
    """Everybody reads something else in its place: search finds that, and whatever quotes it is drawn anew."""
    search.index(post)
    quoting = list(post.quoted_by.order_by("sequence"))
    for other in quoting:
        other.revision = next_number(post.thread)
    Post.objects.bulk_update(quoting, ["revision"])
    if len(quoting) < TOLD_AT_ONCE:
        live.send(post.thread, before, [post, *quoting])
    else:
        live.tell(THREADS, post.thread_id, post.thread.sequence, is_open=post.thread.is_open)


def checked(body: str) -> str:
    """A text as it is kept; NotPossible where there is none or it is too long."""
    text = body.replace("\r\n", "\n").strip()
    if blank(text):
        raise NotPossible(_("Please write something first."))
    if len(text) > LONGEST:
        raise NotPossible(
            _("Your text is %(over)s characters too long. Please shorten it or send it in two parts.")
            % {"over": len(text) - LONGEST}
        )
    return text

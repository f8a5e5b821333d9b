"""What every change of a thread does: lock, check, take the next number (one for each post and change)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal.community.models import Person, User
from portal.kit.errors import NotPossible
from portal.threads.models import LONGEST, Post, Thread
from portal.threads.permissions import NEEDS, post_for


def next_number(thread: Thread) -> int:
    """The number of the next change. The caller holds the thread's lock."""
    thread.sequence += 1
    thread.save(update_fields=["sequence"])
    return thread.sequence


def add(post: Post) -> int:
    """Save a new post under the thread's next numbers; returns the number of changes before it."""
    before = post.thread.sequence
    post.thread.length += 1
    post.thread.sequence += 1
    post.thread.save(update_fields=["length", "sequence"])
    post.sequence, post.revision = post.thread.length, post.thread.sequence
    post.save(force_insert=True)
    return before


def revise(post: Post, *fields: str) -> int:
    """Save changed fields of a post under the thread's next number; returns the number of changes before it."""
    before = post.thread.sequence
    post.revision = next_number(post.thread)
    post.save(update_fields=[*fields, "revision"])
    return before


def locked(user: User, post_pk: int, action: str) -> Post:
    """A post in a state that allows an action, its thread locked; NotPossible where it has moved on."""
    post = post_for(user, post_pk, action, lock=True)
    if post.state not in NEEDS[action][1]:
        raise NotPossible(_("This post has moved on in the meantime. Please reload the page and look again."))
    return post


def writer(user: User) -> Person:
    """The person behind an account; whoever has a role is one."""
    if user.person is None:
        raise PermissionDenied("no person")
    return user.person


def checked(body: str) -> str:
    """A text as it is kept; NotPossible where there is none or it is too long."""
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise NotPossible(_("Please write something first."))
    if len(text) > LONGEST:
        raise NotPossible(
            _("Your text is %(over)s characters too long. Please shorten it or send it in two parts.")
            % {"over": len(text) - LONGEST}
        )
    return text

"""What an author can do to a post for a while: change its words, which stay readable, and take it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.threads.models import Earlier, Post
from portal.threads.permissions import POSTS
from portal.threads.services.answering import no_longer_owed
from portal.threads.services.moderation import settle_flags
from portal.threads.services.muting import require_heard
from portal.threads.services.reviewing import decided, why_held
from portal.threads.services.talking import check_links
from portal.threads.services.transitions import change, checked, reword
from portal.threads.states import State


@transaction.atomic
def edit(user: User, post_pk: int, *, body: str) -> Post:
    """Say it in other words, within thread.edit_minutes of posting it. Nobody is told; the earlier words stay readable.

    Raises PermissionDenied for all but the author, NotPossible for an official answer or an answered question, too
    late, in a closed discussion, for words that cannot be posted, and for whoever may not write now.
    """
    post = POSTS.take(user, post_pk, "edit")
    _require_time(post, edit_until(post))
    require_heard(user, post.thread)
    text = checked(body)
    check_links(user, post.thread, text)
    if not post.held_at and why_held(user, post.thread, text):
        raise NotPossible(
            _("These words have to be looked at before they are shown. Please say them in a new post.")
        )
    if text != post.body:
        Earlier.objects.create(post=post, body=post.body, since=post.edited_at or post.at, until=clock.now())
        reword(post, body=text, edited_at=clock.now())
    return post


@transaction.atomic
def withdraw(user: User, post_pk: int) -> Post:
    """Take a post back, within thread.withdraw_minutes of posting it: a stub stays, with the answers it has.

    An answer is owed to it no more, and those who reported it are told. Raises as `edit` does.
    """
    post = POSTS.take(user, post_pk, "withdraw")
    _require_time(post, withdraw_until(post))
    change(post, State.WITHDRAWN, held_at=None, withdrawn_at=clock.now())
    decided(user, post, released=False)
    no_longer_owed(post)
    settle_flags(user, post, "withdrawn")
    return post


def edit_until(post: Post) -> datetime:
    """Until when a post's words can be changed (rule thread.edit_minutes)."""
    return post.at + timedelta(minutes=rule("thread.edit_minutes", post.neighbourhood))


def withdraw_until(post: Post) -> datetime:
    """Until when a post can be taken back (rule thread.withdraw_minutes)."""
    return post.at + timedelta(minutes=rule("thread.withdraw_minutes", post.neighbourhood))


def _require_time(post: Post, until: datetime) -> None:
    if post.official:
        raise NotPossible(_("An official answer stays as it is. Say in another post what is different now."))
    if post.reacting:
        raise NotPossible(
            _(
                "Neighbours have said whether they agree, so it stays. Say in another post what is different now."
            )
        )
    if not post.thread.is_open:
        raise NotPossible(_("This discussion is closed. What was said stays readable."))
    if clock.passed(until):
        raise NotPossible(_("The time for this is over. Say in another post what is different now."))

"""Saying whether one agrees with a short post, and showing how many do."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit.errors import NotPossible
from portal.threads import stances
from portal.threads.models import Post
from portal.threads.permissions import POSTS, lock_thread
from portal.threads.services.muting import require_heard
from portal.threads.services.transitions import touch
from portal.threads.stances import Tally


@transaction.atomic
def react(user: User, post_pk: int, *, value: int) -> Post:
    """Agree, disagree, or be not sure (a View); the last counts.

    Raises PermissionDenied for those who do not live or own here, NotPossible for a post that is no short statement,
    a closed discussion, where opinions are not taken now, and for whoever may not write now.
    """
    post, kept = POSTS.take(user, post_pk, "react"), stances.kept()
    if kept is None or not stances.reactable(post):
        raise NotPossible(
            _("Short sentences that stand by themselves can be agreed with. Please reply to this one.")
        )
    if not post.thread.is_open:
        raise NotPossible(_("This discussion is closed. What was said stays readable."))
    require_heard(user, post.thread)
    _show(post, kept.react(user, post, value))
    return post


@transaction.atomic
def show_stances(post_pk: int, tally: Tally) -> None:
    """Show how many agree with a post, after somebody said so elsewhere."""
    lock_thread(post_pk)
    _show(Post.objects.select_related("thread").get(pk=post_pk), tally)


@transaction.atomic
def draw_anew(post_pk: int) -> None:
    """A post's numbers were changed beside it: its readers hear of it."""
    lock_thread(post_pk)
    touch(Post.objects.select_related("thread").get(pk=post_pk))


def _show(post: Post, tally: Tally) -> None:
    """Readers hear of it once so many reacted that a number is shown, and only when it is another."""
    before, told = post.agreed, {"agreeing": tally.agreeing, "reacting": tally.reacting}
    for name, number in told.items():
        setattr(post, name, number)
    if post.agreed != before:
        touch(post, **told)
    else:
        post.save(update_fields=list(told))

"""Wanting to know what somebody else asked: it raises the question in the list of who answers, and nothing else."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.community.selectors import person_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.threads.models import AlsoAsk, Post
from portal.threads.permissions import POSTS
from portal.threads.services.muting import require_heard
from portal.threads.services.transitions import touch


@transaction.atomic
def ask_too(user: User, post_pk: int) -> Post:
    """Want to know it too, once a person; whoever asked is counted already. The day of the answer stays as it is.

    Raises PermissionDenied for those who do not live or own here, NotPossible for one's own question, one that is
    answered, and for whoever may not write now.
    """
    post, person = POSTS.take(user, post_pk, "ask_too"), person_of(user)
    if post.author_id == person.pk:
        raise NotPossible(_("You asked this yourself: you are counted already."))
    require_heard(user, post.thread)
    AlsoAsk.objects.get_or_create(post=post, person=person, defaults={"at": clock.now()})
    return counted(post)


@transaction.atomic
def ask_no_more(user: User, post_pk: int) -> Post:
    """Take that back. Nothing where it was not said."""
    post = POSTS.take(user, post_pk, "ask_no_more")
    AlsoAsk.objects.filter(post=post, person=person_of(user)).delete()
    return counted(post)


def counted(post: Post) -> Post:
    """Count anew how many ask the same; readers hear of it where it is another number. The thread is locked."""
    asking = post.also_asked.count()
    if asking != post.asking:
        touch(post, asking=asking)
    return post


def asks_too(user: User, post: Post) -> bool:
    """Whether somebody said so."""
    return AlsoAsk.objects.filter(post=post, person=user.person_id).exists()

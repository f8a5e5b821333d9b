"""How posts are found: by their words, under what is discussed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Visitor
from portal.search.kinds import Kind, register
from portal.threads.models import Post, PostQuerySet


def _things() -> PostQuerySet:
    return Post.objects.select_related("thread")


def _readable(user: Visitor) -> PostQuerySet:
    """What stands in a hidden post is found by nobody, not by its author either."""
    return Post.objects.visible_to(user).filter(hidden_at=None, held_at=None)


register(
    Kind(
        name="post",
        label=_("Posts in discussions"),
        model=Post,
        things=_things,
        visible_to=_readable,
        title=lambda post: post.thread.title,
        titled=False,
        text=lambda post: post.body,
        url=lambda post: post.get_absolute_url(),
        when=lambda post: post.at,
        note=lambda post: post.author_name,
        shown=lambda post: post.hidden_at is None and post.held_at is None,
        neighbourhood=lambda post: post.thread.neighbourhood_id,
    )
)

"""Whom a post tells once it is shown: at once, or when somebody has looked at it."""

from __future__ import annotations

from portal.actions.events import notify
from portal.community.selectors import accounts_of, post_users
from portal.kit import clock
from portal.record.services import key as subject_key
from portal.threads.events import ANSWERED_TOO, MORE, REPLIED
from portal.threads.models import Post


def tell(said: Post) -> None:
    """Whoever is answered or quoted, and the bodies that answered its author before."""
    _tell_answered(said)
    _tell_of_more(said)


def _tell_answered(said: Post) -> None:
    """Whoever is answered or quoted learns it, of each of their posts once a day."""
    for other in {post.pk: post for post in (said.under, said.quotes) if post is not None}.values():
        if other.author_id != said.author_id:
            told = f"{subject_key(other)}:{clock.today()}"
            notify(REPLIED, other, accounts_of(other.author_id), once_per=told, url=said.get_absolute_url())


def _tell_of_more(said: Post) -> None:
    """Somebody whose question was answered in this discussion writes again: whoever answered is told."""
    mine = Post.objects.standing().filter(thread=said.thread_id, author=said.author_id)
    bodies = mine.filter(answered_at__isnull=False).values_list("asks", flat=True).distinct().order_by()
    for body in list(bodies):
        told = post_users(body, said.neighbourhood)
        notify(MORE, said, told, once_per=f"{subject_key(said)}:{body}", who=said.author_name)


def tell_who_asked_too(asked: Post, given: Post) -> None:
    """Whoever wanted to know the same learns of the answer."""
    people = asked.also_asked.values_list("person", flat=True)
    told = accounts_of(*people) if people else []
    once = f"{subject_key(asked)}:{subject_key(given)}"
    notify(ANSWERED_TOO, asked, told, once_per=once, url=given.get_absolute_url(), who=given.author_name)

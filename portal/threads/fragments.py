"""A post as any reader of its thread sees it: one fragment for the page, the push and the catch-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from portal.record import fragments as drawn
from portal.threads.models import Post, Thread

# The most posts one answer or one frame carries; whoever is further behind asks again.
PORTION = 100
LANGUAGES = [code for code, _name in settings.LANGUAGES]


class Item(TypedDict):
    """One post under its number and the thread number of its last change."""

    n: int
    rev: int
    html: str


class News(TypedDict):
    """What happened in a thread after one number, up to another. A reader who is before `after` has a gap."""

    after: int
    sequence: int
    more: bool
    open: bool
    posts: list[Item]


class Name(NamedTuple):
    """What a drawn post is kept under, and its number in the thread: whatever changes it, changes its revision.

    `group`: the number of the post it stands under on the page, its own where it stands by itself.
    """

    pk: int
    revision: int
    sequence: int
    group: int

    def of(self, language: str) -> str:
        """The name of what is drawn in a language."""
        return f"{self.pk}.{self.revision}.{language}"


def item(post: Post, language: str) -> Item:
    """A post drawn in a language; nothing of the reader is in it."""
    name = f"{post.pk}.{post.revision}.{language}"
    html = drawn.kept(name, lambda: _draw(post, language), "posts")
    return {"n": post.sequence, "rev": post.revision, "html": html}


def texts(names: Sequence[Name], language: str) -> list[str]:
    """Posts drawn in a language, in their order. Those that were not drawn yet are read in two queries."""
    found = drawn.standing_among([name.of(language) for name in names], "posts")
    missing = [name.pk for name in names if name.of(language) not in found]
    if missing:
        anew = {post.pk: item(post, language)["html"] for post in Post.objects.drawn().filter(pk__in=missing)}
        return [found.get(name.of(language)) or anew[name.pk] for name in names]
    return [found[name.of(language)] for name in names]


def _draw(post: Post, language: str) -> str:
    with translation.override(language):
        return render_to_string("threads/_post.html", {"post": post})


def changed(thread: Thread, after: int) -> list[Post]:
    """The first PORTION posts that are new or changed since a number, in the order of their changes."""
    posts = Post.objects.drawn().filter(thread=thread, revision__gt=after)
    return list(posts.order_by("revision")[:PORTION])


def reaches(thread: Thread, posts: Sequence[Post]) -> int:
    """Up to which number `changed` tells all: numbers are committed in order, under the thread's lock."""
    return posts[-1].revision if posts else thread.sequence


def news(thread: Thread, after: int, language: str, said: Post | None = None) -> News:
    """What happened in a thread after a number; at most PORTION posts, `sequence` says how far that is.

    `said`: a post that the reader has just written, which is not read again where it is all that happened.
    """
    if said is not None and after == said.revision - 1:
        posts = [said]
    else:
        posts = changed(thread, after) if after < thread.sequence else []
    return {
        "after": after,
        "sequence": reaches(thread, posts),
        "more": len(posts) == PORTION,
        "open": thread.is_open,
        "posts": [item(post, language) for post in posts],
    }

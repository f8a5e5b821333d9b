"""Who may do what to a thread or a post, in which state. Reading the tables tells what the app does."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Post as Office
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, SPEAKERS, Role, roles_in
from portal.threads.models import Post, Thread
from portal.threads.states import AWAY, SHOWN, State

AUTHOR = frozenset({Role.PROPOSER})
ASKED = frozenset({Role.RESPONSIBLE})
# An appeal is not decided by those who hid the post.
APPEAL = frozenset({Role.OVERSIGHT, Role.OFFICER})

# Who may speak in a thread, as long as it is open.
SPEAK = SPEAKERS

NEEDS: dict[str, tuple[frozenset[Role], frozenset[State]]] = {
    "ask": (AUTHOR | COMMITTEE, frozenset({State.VISIBLE})),
    "acknowledge": (ASKED, frozenset({State.ASKED})),
    "answer": (ASKED, frozenset({State.ASKED, State.ACKNOWLEDGED})),
    "flag": (SPEAKERS, SHOWN),
    "keep": (COMMITTEE, SHOWN),
    "hide": (COMMITTEE, SHOWN),
    "restore": (COMMITTEE | APPEAL, frozenset({State.HIDDEN, State.APPEALED})),
    "appeal": (AUTHOR, frozenset({State.HIDDEN})),
    "uphold": (APPEAL, frozenset({State.APPEALED})),
}
READS_HIDDEN = AUTHOR | COMMITTEE | APPEAL

# A question to the committee may be answered by its director too.
ANSWERERS: dict[str, frozenset[Role]] = {
    Office.PROPERTY: frozenset({Role.PROPERTY}),
    Office.WORKER: COMMITTEE,
    Office.DIRECTOR: frozenset({Role.DIRECTOR}),
}


def may_speak(user: Visitor, thread: Thread) -> bool:
    """Whether a visitor may post in a thread now."""
    return thread.is_open and not SPEAK.isdisjoint(roles_in(user, thread.neighbourhood))


def thread_for(user: Visitor, pk: int, *, speak: bool = False, lock: bool = False) -> Thread:
    """The one door to a thread: 404 where there is none, 403 for those who may only read."""
    threads = Thread.objects.select_for_update(of=("self",)) if lock else Thread.objects.all()
    thread = threads.visible_to(user).select_related("neighbourhood").filter(pk=pk).first()
    if thread is None:
        raise Http404
    if speak and SPEAK.isdisjoint(roles_in(user, thread.neighbourhood)):
        raise PermissionDenied("speak")
    return thread


def roles_towards(user: Visitor, post: Post) -> frozenset[Role]:
    """The visitor's roles in the neighbourhood, and those towards the post itself."""
    roles = roles_in(user, post.thread.neighbourhood)
    if user.is_authenticated and user.person_id is not None and user.person_id == post.author_id:
        roles |= AUTHOR
    if not ANSWERERS.get(post.asks, frozenset()).isdisjoint(roles):
        roles |= ASKED
    return roles


def may(user: Visitor, action: str, post: Post) -> bool:
    """Whether a visitor may do an action to a post in its present state. KeyError for an unknown action."""
    roles, states = NEEDS[action]
    return post.state in states and not roles.isdisjoint(roles_towards(user, post))


def may_read(user: Visitor, post: Post) -> bool:
    """Whether a visitor may read the post's words: everybody, unless it is hidden."""
    return post.state not in AWAY or not READS_HIDDEN.isdisjoint(roles_towards(user, post))


def post_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> Post:
    """The one door to a post: 404 where there is none, 403 for those who may only look.

    `lock` takes the lock of the post's thread, under which every change of its posts gets its number.
    """
    posts = Post.objects.visible_to(user).select_related("thread__neighbourhood").filter(pk=pk)
    if lock:
        Thread.objects.select_for_update(of=("self",)).filter(posts=pk).first()
    post = posts.first()
    if post is None:
        raise Http404
    if action and NEEDS[action][0].isdisjoint(roles_towards(user, post)):
        raise PermissionDenied(action)
    return post

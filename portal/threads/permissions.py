"""Who may do what to a thread or a post, in which state. Reading the tables tells what the app does."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.models import Post as Office
from portal.community.permissions import COMMITTEE, SPEAKERS, Role, roles_in
from portal.threads.models import AnswerText, Post, Thread
from portal.threads.states import AWAY, SHOWN, State

AUTHOR = frozenset({Role.PROPOSER})
ASKED = frozenset({Role.RESPONSIBLE})
# An appeal is not decided by those who hid the post.
APPEAL = frozenset({Role.OVERSIGHT, Role.OFFICER})

WAITING = frozenset({State.ASKED, State.ACKNOWLEDGED})

# Who may speak in a thread, as long as it is open.
SPEAK = SPEAKERS

NEEDS = {
    "ask": Need(AUTHOR | COMMITTEE, frozenset({State.VISIBLE})),
    "acknowledge": Need(ASKED, frozenset({State.ASKED})),
    "answer": Need(ASKED, WAITING),
    "answer_again": Need(ASKED, frozenset({State.ANSWERED})),
    "outcome": Need(AUTHOR, frozenset({State.ANSWERED})),
    "callback": Need(COMMITTEE, frozenset({State.ANSWERED})),
    "hand_on": Need(ASKED, WAITING),
    "more_time": Need(ASKED, WAITING),
    "flag": Need(SPEAKERS, SHOWN),
    "keep": Need(COMMITTEE, SHOWN),
    "hide": Need(COMMITTEE, SHOWN),
    "restore": Need(COMMITTEE | APPEAL, frozenset({State.HIDDEN, State.APPEALED})),
    "appeal": Need(AUTHOR, frozenset({State.HIDDEN})),
    "uphold": Need(APPEAL, frozenset({State.APPEALED})),
}
READS_HIDDEN = AUTHOR | COMMITTEE | APPEAL

# A question to the committee may be answered by its director too.
ANSWERERS: dict[str, frozenset[Role]] = {
    Office.PROPERTY: frozenset({Role.PROPERTY}),
    Office.WORKER: COMMITTEE,
    Office.DIRECTOR: frozenset({Role.DIRECTOR}),
    Office.OWNERS_COMMITTEE: frozenset({Role.OWNERS_COMMITTEE}),
}
BODY = frozenset[Role]().union(*ANSWERERS.values())


def may_speak(user: Visitor, thread: Thread) -> bool:
    """Whether a visitor may post in a thread now."""
    return thread.is_open and THREADS.may(user, "speak", thread)


def roles_towards(user: Visitor, post: Post) -> frozenset[Role]:
    """The visitor's roles in the neighbourhood, and those towards the post itself."""
    roles = roles_in(user, post.thread.neighbourhood)
    if user.is_authenticated and user.person_id is not None and user.person_id == post.author_id:
        roles |= AUTHOR
    if not ANSWERERS.get(post.asks, frozenset()).isdisjoint(roles):
        roles |= ASKED
    return roles


def answers_for(user: Visitor, here: Area) -> list[str]:
    """The posts for which a visitor may answer officially in a neighbourhood; asks nothing that the page has not."""
    roles = roles_in(user, here)
    return [post for post, may in ANSWERERS.items() if not may.isdisjoint(roles)]


def may_read(user: Visitor, post: Post) -> bool:
    """Whether a visitor may read the post's words: everybody, unless it is hidden."""
    return post.state not in AWAY or not READS_HIDDEN.isdisjoint(roles_towards(user, post))


def lock_thread(post_pk: int) -> None:
    """The lock under which every change of a thread's posts gets its number."""
    Thread.objects.select_for_update(of=("self",)).filter(posts=post_pk).first()


def _roles_towards_text(user: Visitor, text: AnswerText) -> frozenset[Role]:
    return ASKED if text.body in answers_for(user, text.neighbourhood) else frozenset()


THREADS = Door(
    Thread,
    {"speak": Need(SPEAK)},
    lambda user, thread: roles_in(user, thread.neighbourhood),
    related=("neighbourhood",),
)
POSTS = Door(Post, NEEDS, roles_towards, related=("thread__neighbourhood",), lock_first=lock_thread)
PLACE = PlaceDoor({"answer": Need(BODY)})
TEXTS = Door(
    AnswerText,
    {"change": Need(ASKED), "put_away": Need(ASKED), "bring_back": Need(ASKED)},
    _roles_towards_text,
    related=("neighbourhood",),
)

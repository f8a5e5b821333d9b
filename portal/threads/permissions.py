"""Who may do what to a thread or a post, in which state. Reading the tables tells what the app does."""

from __future__ import annotations

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.models import Post as Office
from portal.community.permissions import COMMITTEE, NEIGHBOUR, SPEAKERS, Role, operated, roles_in
from portal.threads.models import AnswerText, Post, Thread
from portal.threads.moderating import Mute, WatchedWord
from portal.threads.states import AWAY, SHOWN, State

AUTHOR = frozenset({Role.PROPOSER})
ASKED = frozenset({Role.RESPONSIBLE})
# An appeal is not decided by those who hid the post.
APPEAL = frozenset({Role.OVERSIGHT, Role.OFFICER})

WAITING = frozenset({State.ASKED, State.ACKNOWLEDGED})

# Who may speak in a thread, as long as it is open.
SPEAK = SPEAKERS

NEEDS = {
    "edit": Need(AUTHOR, frozenset({State.VISIBLE, State.ASKED})),
    "withdraw": Need(AUTHOR, WAITING | {State.VISIBLE, State.HELD}),
    "ask": Need(AUTHOR | COMMITTEE, frozenset({State.VISIBLE})),
    "ask_too": Need(NEIGHBOUR, WAITING),
    "ask_no_more": Need(NEIGHBOUR, WAITING),
    "acknowledge": Need(ASKED, frozenset({State.ASKED})),
    "answer": Need(ASKED, WAITING),
    "answer_again": Need(ASKED, frozenset({State.ANSWERED})),
    "outcome": Need(AUTHOR, frozenset({State.ANSWERED})),
    "callback": Need(COMMITTEE, frozenset({State.ANSWERED})),
    "hand_on": Need(ASKED, WAITING),
    "more_time": Need(ASKED, WAITING),
    "flag": Need(SPEAKERS, SHOWN),
    "react": Need(NEIGHBOUR, frozenset({State.VISIBLE})),
    "keep": Need(COMMITTEE, SHOWN),
    "release": Need(COMMITTEE, frozenset({State.HELD})),
    "hide": Need(COMMITTEE, SHOWN | {State.HELD}),
    "mute": Need(COMMITTEE, frozenset({State.HIDDEN, State.APPEALED, State.REMOVED})),
    "restore": Need(COMMITTEE | APPEAL, frozenset({State.HIDDEN, State.APPEALED})),
    "appeal": Need(AUTHOR, frozenset({State.HIDDEN})),
    "uphold": Need(APPEAL, frozenset({State.APPEALED})),
}
READS_HIDDEN = AUTHOR | COMMITTEE | APPEAL
READS_HELD = AUTHOR | COMMITTEE
MUTED = frozenset({Role.PERSON})
# Whoever keeps a list of words: the committee its own, the operator that for all.
KEEPS = frozenset({Role.RESPONSIBLE})

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


def may_react(user: Visitor, thread: Thread) -> bool:
    """Whether a visitor may say whether they agree with what stands in a thread."""
    return not NEIGHBOUR.isdisjoint(roles_in(user, thread.neighbourhood))


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
    """Whether a visitor may read the post's words: everybody, unless it is hidden or waits to be looked at."""
    readers = READS_HELD if post.state is State.HELD else READS_HIDDEN
    return post.state not in AWAY or not readers.isdisjoint(roles_towards(user, post))


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
# Whether posts of a discussion are read before they are shown.
READING = Door(
    Thread,
    {"read_first": Need(COMMITTEE), "read_at_once": Need(COMMITTEE)},
    lambda user, thread: roles_in(user, thread.neighbourhood),
    related=("neighbourhood",),
)
MODERATION = PlaceDoor({"moderate": Need(COMMITTEE)})


def runs_it_all(user: Visitor) -> bool:
    """Whether somebody runs the portal for a whole district, or all of it: who keeps the words for all."""
    return any(len(path) <= Area.steplen for path in operated(user))


def _roles_towards_word(user: Visitor, word: WatchedWord) -> frozenset[Role]:
    here = word.neighbourhood
    keeps = runs_it_all(user) if here is None else not COMMITTEE.isdisjoint(roles_in(user, here))
    return KEEPS if keeps else frozenset()


WORDS = Door(
    WatchedWord,
    {"put_away": Need(KEEPS), "bring_back": Need(KEEPS)},
    _roles_towards_word,
    related=("neighbourhood",),
)


def _roles_towards_mute(user: Visitor, mute: Mute) -> frozenset[Role]:
    roles = roles_in(user, mute.neighbourhood)
    mine = user.is_authenticated and user.person_id is not None and user.person_id == mute.person_id
    return roles | MUTED if mine else roles


MUTES = Door(
    Mute,
    {
        "read": Need(MUTED | COMMITTEE | APPEAL),
        "appeal": Need(MUTED),
        "lift": Need(COMMITTEE | APPEAL),
        "uphold": Need(APPEAL),
    },
    _roles_towards_mute,
    related=("neighbourhood", "post__thread"),
)

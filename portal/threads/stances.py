"""What neighbours say to short posts: kept by an app above, which makes a map of opinions of it and registers here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from portal.community.models import User, Visitor
from portal.threads.models import Post, Thread


class Tally(NamedTuple):
    """How many agree, of all who said something."""

    agreeing: int
    reacting: int


@dataclass(frozen=True)
class Stances:
    """How what neighbours say is kept.

    `takes(kind)`: whether posts about things whose keys begin so can be agreed with; `takes_now(subject)`: whether
    those about this one can now. `react(user, post, value)`: keep
    it, its thread being locked; NotPossible where it cannot be said now. `away`, `back`: a post was hidden, or is
    about to be shown again. `mine(user, thread)`: what a reader said to posts, by their numbers.
    """

    takes: Callable[[str], bool]
    takes_now: Callable[[str], bool]
    react: Callable[[User, Post, int], Tally]
    away: Callable[[Post], None]
    back: Callable[[Post], None]
    mine: Callable[[Visitor, Thread], Mapping[int, int]]


_KEPT: list[Stances] = []


def register(stances: Stances) -> None:
    """Let an app above keep them."""
    _KEPT.append(stances)


def kept() -> Stances | None:
    """Who keeps them; None where no app does."""
    return _KEPT[0] if _KEPT else None


def reactable(post: Post) -> bool:
    """Whether neighbours can say whether they agree with a post, by what it is and is about."""
    stances = kept()
    return stances is not None and post.is_statement and stances.takes(post.thread.subject.partition(":")[0])


def taken_now(thread: Thread) -> bool:
    """Whether neighbours can say now whether they agree with posts of a discussion."""
    stances = kept()
    return stances is not None and thread.is_open and stances.takes_now(thread.subject)


def mine(user: Visitor, thread: Thread) -> Mapping[int, int]:
    """What a reader said to the posts of a discussion, by their numbers; asks nothing for visitors."""
    stances = kept()
    asked = stances and user.is_authenticated and stances.takes(thread.subject.partition(":")[0])
    return stances.mine(user, thread) if stances and asked else {}

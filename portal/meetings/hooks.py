"""What meetings are about. An app above says in its module `hooks` how meetings deal with a kind of its things.

A meeting knows its subject by the key alone (`topic:12`). What does not change once a meeting was called is copied
into it; everything else is asked here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from portal.community.models import Area, User, Visitor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Subject:
    """A thing a meeting is about: the facts that stay, what it allows, and what becomes of it by the meeting.

    `area` is where it applies, and so whom news of the meeting reach. The callables that require something raise
    NotPossible in the reader's words. `called` and `over` run in the transaction in which a meeting was planned,
    or was published or cancelled.
    """

    number: str
    title: str
    neighbourhood: Area
    area: Area
    require_callable: Callable[[], None]
    require_ready: Callable[[], None]
    called: Callable[[User], None]
    over: Callable[[], None]


@dataclass(frozen=True)
class Kind:
    """A kind of subject: what one is called, how it is reached by who wants to call a meeting, how by its number.

    `to_call` takes the visitor, the number, and whether to lock; 404 where it must not be known, 403 where the
    visitor may call none. `current`: those of a place that are under way, by number and title: what the committee may
    call a meeting about that changes nothing in their course. `to_review` is `to_call` for a review of what is
    finished; None where there is none.
    """

    name: StrOrPromise
    to_call: Callable[[Visitor, int, bool], Subject]
    find: Callable[[int], Subject]
    current: Callable[[Area], list[tuple[int, str]]]
    to_review: Callable[[Visitor, int, bool], Subject] | None = None


_KINDS: dict[str, Kind] = {}


def register_subject(name: str, kind: Kind) -> None:
    """Let meetings be about the things whose keys begin with `name`, such as "topic"."""
    _KINDS[name] = kind


def kind_of(subject: str) -> Kind | None:
    """The kind of a subject's key; None where it is about nothing, or nobody registered the kind."""
    return _KINDS.get(subject.partition(":")[0])


def to_call(user: Visitor, subject: str, *, lock: bool = False) -> Subject:
    """The thing about which somebody wants to call a meeting. 404, 403 as its kind says; 404 for no such kind."""
    kind = kind_of(subject)
    if kind is None:
        raise Http404(subject)
    return kind.to_call(user, _number(subject), lock)


def to_review(user: Visitor, subject: str, *, lock: bool = False) -> Subject:
    """The finished thing somebody wants to have reviewed. 404 for what nobody knows, 403 as its kind says."""
    kind = kind_of(subject)
    if kind is None or kind.to_review is None or not subject.partition(":")[2].isdecimal():
        raise Http404(subject)
    return kind.to_review(user, _number(subject), lock)


def subject_of(subject: str) -> Subject | None:
    """The thing behind a meeting's key; None where the meeting is about nothing of its own."""
    kind = kind_of(subject)
    return kind.find(_number(subject)) if kind else None


def current(here: Area) -> list[tuple[str, str]]:
    """What a meeting of a place can be about now: key and title of each, those of one kind together."""
    return [(f"{name}:{pk}", title) for name, kind in _KINDS.items() for pk, title in kind.current(here)]


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])

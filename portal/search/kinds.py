"""The kinds of things that are found. Apps above register theirs in a module `searching`, found at the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from portal.community.models import Visitor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Mark:
    """The state of a thing in a word, with the tone of its mark (of .mark in portal.css)."""

    word: str
    tone: str = ""


def _own_neighbourhood(thing: Any) -> int:
    return int(thing.neighbourhood_id)


@dataclass(frozen=True)
class Kind:
    """How things of one model are indexed, shown and kept from those who must not know them.

    `things`: all there are, with what the following read of each. `shown`: whether somebody may find it at all; a
    hidden or withdrawn text leaves the index. `visible_to`: what a reader may find, asked by the database before
    anything is ranked. `title`, `text`: what it is found by; `titled`: whether its title is indexed as its own.
    """

    name: str
    label: StrOrPromise
    model: type[Model]
    things: Callable[[], QuerySet[Any]]
    visible_to: Callable[[Visitor], QuerySet[Any]]
    title: Callable[[Any], str]
    text: Callable[[Any], str]
    url: Callable[[Any], str]
    when: Callable[[Any], date | datetime | None] = lambda _thing: None
    mark: Callable[[Any], Mark | None] = lambda _thing: None
    note: Callable[[Any], str] = lambda _thing: ""
    shown: Callable[[Any], bool] = lambda _thing: True
    neighbourhood: Callable[[Any], int] = _own_neighbourhood
    titled: bool = True


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let things of a kind be found; once under each name."""
    _KINDS[kind.name] = kind


def kinds() -> list[Kind]:
    """All kinds, in the order in which results show them."""
    return [_KINDS[name] for name in sorted(_KINDS, key=_place)]


def kind_of(thing: Model) -> Kind:
    """The kind of a thing. KeyError where its model is not found by search."""
    return next(kind for kind in _KINDS.values() if kind.model is type(thing))


# What people look for first stands first; kinds that come later follow by name.
ORDER: tuple[str, ...] = (
    "card",
    "topic",
    "notice",
    "must_read",
    "convention",
    "vote",
    "meeting",
    "activity",
    "board",
)
ORDER += ("disclosure", "publication", "resource", "text", "post")


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)

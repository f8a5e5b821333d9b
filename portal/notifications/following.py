"""What somebody follows: a private choice, for each thing that can be followed.

Each app says what of its own can be followed (`register`), and who follows it without having said so. A choice stands
above that; what is owed to somebody, or asked of them, reaches them whatever they chose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from portal.community.models import User, Visitor
from portal.kit import clock
from portal.notifications.models import Follow

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Followable:
    """A kind of thing that can be followed.

    `label`: what one of them is called; `find(user, keys)`: those of these keys that somebody may open, by key, each
    with `title` and `get_absolute_url()`; `unasked(user, thing)`: whether somebody follows it without having said so;
    `brings`: which news that means; `stays`: what still comes to who stopped.
    """

    label: StrOrPromise
    find: Callable[[Visitor, Collection[int]], Mapping[int, Any]]
    brings: StrOrPromise
    stays: StrOrPromise = ""
    unasked: Callable[[User, Any], bool] = lambda user, thing: False


@dataclass(frozen=True)
class Followed:
    """One thing as its follower sees it, and whether they follow it."""

    subject: str
    kind: Followable
    thing: Any
    wanted: bool

    @property
    def title(self) -> str:
        """What it is called; of a post with the name of its holder."""
        return str(getattr(self.thing, "record_title", "") or self.thing.title)

    @property
    def choose_url(self) -> str:
        """Where its follower chooses."""
        name, _colon, pk = self.subject.partition(":")
        return reverse("notifications:follow", args=[name, pk])

    @property
    def url(self) -> str:
        """Where it is read; empty for a post, whose list is not for everybody."""
        return "" if self.subject.startswith("appointment:") else str(self.thing.get_absolute_url())


KINDS: dict[str, Followable] = {}


def register(kind: str, followable: Followable) -> None:
    """Let things of a kind, called as in their keys, be followed."""
    KINDS[kind] = followable


def can_be_followed(subject: str) -> bool:
    """Whether things of this kind are followed at all."""
    return subject.partition(":")[0] in KINDS


def look(user: User, subject: str) -> Followed:
    """A thing by its key, and whether an account follows it. Raises Http404 for what it must not know of."""
    name, _colon, pk = subject.partition(":")
    kind = KINDS.get(name)
    thing = kind.find(user, [int(pk)]).get(int(pk)) if kind and pk.isdecimal() and len(pk) < 19 else None
    if kind is None or thing is None:
        raise Http404(subject)
    return Followed(subject, kind, thing, follows(user, subject, thing))


def follows(user: User, subject: str, thing: Any) -> bool:
    """What an account chose, else what holds of its own accord."""
    chosen = Follow.objects.filter(user=user, subject=subject).values_list("wanted", flat=True).first()
    return KINDS[subject.partition(":")[0]].unasked(user, thing) if chosen is None else chosen


def choose(user: User, subject: str, *, wanted: bool) -> Followed:
    """Follow something, or follow it no more. Raises Http404 as `look` does."""
    seen = look(user, subject)
    Follow.objects.update_or_create(
        user=user, subject=subject, defaults={"wanted": wanted, "at": clock.now()}
    )
    return Followed(subject, seen.kind, seen.thing, wanted)


def chosen(user: User) -> QuerySet[Follow]:
    """Every choice of an account, the latest first; `followed` says what each is about."""
    return Follow.objects.visible_to(user).order_by("-at", "-pk")


def followed(user: User, rows: Iterable[Follow]) -> list[Followed | None]:
    """What each choice is about, as its account may open it now; None where it may not any more. A query a kind."""
    chosen = [(row, *_named(row)) for row in rows]
    found = {
        name: kind.find(user, keys)
        for name, kind in KINDS.items()
        if (keys := [pk for _row, of, pk in chosen if of == name])
    }
    seen = [(row, name, found[name].get(pk) if name in found else None) for row, name, pk in chosen]
    return [thing and Followed(row.subject, KINDS[name], thing, row.wanted) for row, name, thing in seen]


def _named(row: Follow) -> tuple[str, int]:
    name, _colon, pk = row.subject.partition(":")
    return name, int(pk)


def wanting(subjects: Iterable[str]) -> Q:
    """As a condition on accounts: who said that they follow one of these."""
    return Q(pk__in=_rows(subjects).filter(wanted=True).values("user"))


def unwanting(subjects: Iterable[str]) -> Q:
    """As a condition on accounts: who said that they follow one of these no more."""
    return Q(pk__in=_rows(subjects).filter(wanted=False).values("user"))


def _rows(subjects: Iterable[str]) -> QuerySet[Follow]:
    return Follow.objects.filter(subject__in=list(subjects))

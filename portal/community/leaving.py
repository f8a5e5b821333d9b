"""What hangs on somebody who leaves a post, a home or the portal, and what becomes of it.

Each app says in its module `leaving` what it holds for a person (`register`). A page that ends something shows it
beforehand (`hanging`); the service that ends it hands it over or frees it in the same transaction (`hand_over`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Window

from portal.community.models import STANDS_FOR, Appointment, Area, Ownership, Person, Residency, User
from portal.community.places import neighbourhood_of, touching
from portal.kit import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# So many of a kind are listed; of the others the page says how many they are.
MOST = 10


@dataclass(frozen=True)
class Leaving:
    """Somebody leaves: `ends` is the post, the home, the title or the account that ends.

    `by`: who ends it, or reads what will follow; None where its last day came. `successor`: who takes over what one
    person can hand to another.
    """

    person: Person
    ends: Appointment | Residency | Ownership | User
    by: User | None = None
    successor: Person | None = None

    @property
    def closes_account(self) -> bool:
        """Whether the person leaves the portal, wherever they live."""
        return isinstance(self.ends, User)

    @property
    def post(self) -> Appointment | None:
        """The post that ends, if it is one."""
        return self.ends if isinstance(self.ends, Appointment) else None

    @cached_property
    def place(self) -> Area | None:
        """The neighbourhood of what ends; None for an account, and for a post of a wider area."""
        if isinstance(self.ends, User):
            return None
        area = self.ends.area if isinstance(self.ends, Appointment) else self.ends.dwelling.building
        return neighbourhood_of(area)

    @cached_property
    def moved_from(self) -> Area | None:
        """The neighbourhood in which the person neither lives nor owns any more once a home or title ends."""
        home = None if self.post else self.place
        return home if home is not None and not self._at_home(home) else None

    @cached_property
    def left(self) -> Area | None:
        """The neighbourhood to which nothing ties the person any more: no home, no title, no post."""
        here = self.place
        return here if here is not None and not self._at_home(here) and not self._serves(here) else None

    @cached_property
    def others(self) -> list[Appointment]:
        """Who else holds or will hold the post that ends, or answers for it; not those who only stood in for it."""
        post = self.post
        if post is None:
            return []
        kinds = {post.post, *(one for one, stands in STANDS_FOR.items() if post.post in stands)}
        held = Appointment.objects.standing().filter(touching(post.area.path), post__in=kinds)
        here = held.exclude(pk=post.pk).exclude(deputy_for=post.pk)
        return list(here.select_related("person", "area").order_by("since", "pk"))

    def within(self, field: str, area: Area | None) -> Q:
        """Rows whose `field` is a neighbourhood: every one where an account closes, `area`, or none at all."""
        return Q() if self.closes_account else Q(**{f"{field}__in": [area.pk] if area else []})

    def _at_home(self, here: Area) -> bool:
        today = clock.today()
        return any(
            model.objects.on(today)
            .in_area(here)
            .filter(person=self.person)
            .exclude(pk=self._but(model))
            .exists()
            for model in (Residency, Ownership)
        )

    def _serves(self, here: Area) -> bool:
        held = Appointment.objects.on(clock.today()).filter(touching(here.path), person=self.person)
        return held.exclude(pk=self._but(Appointment)).exists()

    def _but(self, model: type[Any]) -> int:
        return self.ends.pk if isinstance(self.ends, model) else 0


@dataclass(frozen=True)
class Item:
    """One thing that hangs on a person, and what becomes of it. `url` is empty where the reader may not open it."""

    title: str
    becomes: StrOrPromise
    url: str = ""


@dataclass(frozen=True)
class Holding:
    """What an app holds for people, of one kind.

    `rows`: what of it hangs on somebody who leaves. `shown`: one of them, as the page lists it. `settle`: hands them
    over, frees or ends them, in the transaction of the leaving; asked again about the same it finds none. `lock`:
    takes the locks under which other verbs change these things. All are taken before anything is settled, because
    whoever has written to the public record must not wait for somebody who is about to.
    `kept` and `give_back`: which of these keys still lie with whom they went to, and how they come back where the
    leaving is taken back. `loud`: the page says it before everything else.
    """

    label: StrOrPromise
    rows: Callable[[Leaving], QuerySet[Any]]
    shown: Callable[[Leaving, Any], Item]
    settle: Callable[[Leaving, list[Any]], object]
    lock: Callable[[list[Any]], object] = len
    kept: Callable[[Leaving, list[int]], QuerySet[Any]] | None = None
    give_back: Callable[[Leaving, list[Any]], object] = lambda leaving, rows: None
    loud: bool = False


@dataclass(frozen=True)
class Hanging:
    """What hangs on a person, of one kind: the first of it, and how many more there are."""

    label: StrOrPromise
    items: list[Item]
    more: int
    loud: bool = False


_HOLDINGS: dict[str, Holding] = {}


def register(name: str, holding: Holding) -> None:
    """Let an app say what it holds for people; once under each name."""
    _HOLDINGS[name] = holding


def hanging(leaving: Leaving) -> list[Hanging]:
    """What hangs on somebody who is about to leave, by kind; one query a kind, however much it is."""
    ordered = sorted(_HOLDINGS.values(), key=lambda holding: not holding.loud)
    found = ((holding, holding.rows(leaving)) for holding in ordered)
    return [shown for holding, rows in found if (shown := _listed(leaving, holding, rows)).items]


def hand_over(leaving: Leaving) -> dict[str, list[int]]:
    """Hand over or free all of it, in the caller's transaction, before that writes to the record; safe to ask twice.

    Returns the keys of what can come back (`give_back`), by kind.
    """
    concerned = {name: holding for name, holding in _HOLDINGS.items() if _lock(holding, leaving)}
    handed = {}
    for name, holding in concerned.items():
        rows = list(holding.rows(leaving))
        holding.settle(leaving, rows)
        if holding.kept:
            handed[name] = [row.pk for row in rows]
    return handed


def returning(leaving: Leaving, handed: dict[str, list[int]]) -> list[Hanging]:
    """What of the things once handed over still lies with the successor, and would come back."""
    again = replace(leaving, successor=leaving.person)
    found = [(holding, rows) for holding, rows in _kept(leaving, handed) if rows]
    return [
        Hanging(holding.label, [holding.shown(again, row) for row in rows[:MOST]], max(0, len(rows) - MOST))
        for holding, rows in found
    ]


def give_back(leaving: Leaving, handed: dict[str, list[int]]) -> None:
    """Give it back to the person, in the transaction that takes the leaving back, before that writes to the record."""
    for holding, rows in _kept(leaving, handed):
        holding.lock(rows)
    for holding, rows in _kept(leaving, handed):
        holding.give_back(leaving, rows)


def _kept(leaving: Leaving, handed: dict[str, list[int]]) -> list[tuple[Holding, list[Any]]]:
    known = ((_HOLDINGS[name], keys) for name, keys in handed.items() if name in _HOLDINGS)
    return [(holding, list(holding.kept(leaving, keys))) for holding, keys in known if holding.kept]


def _lock(holding: Holding, leaving: Leaving) -> bool:
    """Whether something of this kind hangs on the person; it is locked then, and read anew afterwards."""
    rows = list(holding.rows(leaving))
    if rows:
        holding.lock(rows)
    return bool(rows)


def _listed(leaving: Leaving, holding: Holding, rows: QuerySet[Any]) -> Hanging:
    first = list(rows.annotate(of_all=Window(Count("pk")))[:MOST])
    items = [holding.shown(leaving, row) for row in first]
    return Hanging(holding.label, items, first[0].of_all - len(first) if first else 0, holding.loud)

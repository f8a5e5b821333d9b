"""The next step of a duty: from its kind to the act that settles it, in front of who owes it.

Each app says in its module `wording` by which of its actions a kind of duty is kept (`register_steps`), or on which
page of its own (`register_page`). What is offered is asked of the same door and the same rows as on the thing's page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import URLPattern, get_resolver
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Actions, address, ready
from portal.actions.doors import Door
from portal.community.models import User
from portal.duties.kinds import title_of
from portal.duties.models import Duty
from portal.duties.services import waiting_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Keys = Callable[[Duty], Iterable[Any]]


@dataclass(frozen=True)
class Way:
    """Where somebody does what is owed: what the button says, and the page of the form.

    `name`: the action it is, as offers are named; empty for a page of its own.
    """

    label: StrOrPromise
    url: str
    name: str = ""


@dataclass(frozen=True)
class Act:
    """Actions of a route that settle a kind of duty, the likeliest first; `keys`: of the things they are done to."""

    route: str
    names: tuple[str, ...]
    keys: Keys | None

    def found(self, duty: Duty, user: User) -> Iterator[Way]:
        """All of them that this user can do now."""
        door, actions = _table(self.route)
        for key in self._keys(duty, door):
            try:
                thing = door.get(user, key)
            except (Http404, PermissionDenied):
                continue
            allowed = set(door.allowed(user, thing))
            for name in self.names:
                if name in allowed and ready(actions, name, thing, user):
                    yield Way(actions[name].label, address(self.route, thing, name), name)

    def _keys(self, duty: Duty, door: Door[Any]) -> Iterable[Any]:
        if self.keys is not None:
            return self.keys(duty)
        kind, _, number = duty.subject.partition(":")
        return [number] if kind == door.model._meta.model_name else []


@dataclass(frozen=True)
class Page:
    """A page of its own on which a kind of duty is settled; None: there is nothing to do on it now."""

    url: Callable[[Duty], str | None]
    label: StrOrPromise = field(default="")

    def found(self, duty: Duty, user: User) -> Iterator[Way]:
        """It, where there is one."""
        if url := self.url(duty):
            yield Way(self.label or title_of(duty.kind), url)


STEPS: dict[str, list[Act | Page]] = {}


def register_steps(route: str, steps: Mapping[str, tuple[str, ...]], *, keys: Keys | None = None) -> None:
    """Say which actions at an address settle kinds of duties, the likeliest first: {"topic.screen": ("accept", …)}.

    `keys`: of a duty, the keys of the things they are done to, where that is not the duty's own subject.
    """
    for kind, names in steps.items():
        STEPS.setdefault(kind, []).append(Act(route, names, keys))


def register_page(kind: str, url: Callable[[Duty], str | None], label: StrOrPromise = "") -> None:
    """Say on which page a kind of duty is settled; `label`: what the button says besides what is owed."""
    STEPS.setdefault(kind, []).append(Page(url, label))


def number_of(duty: Duty) -> int:
    """The key of the thing a duty is about."""
    return int(duty.subject.partition(":")[2])


def step_of(duty: Duty, user: User) -> Way | None:
    """What the user does next to keep a duty: button and address; None where they do not owe it or cannot now."""
    return steps_of([duty], user).get(duty.pk)


def steps_of(duties: Iterable[Duty], user: User) -> dict[int, Way]:
    """The next step of each of these duties that the user owes, by the duty's key. A few queries for each of those."""
    listed = list(duties)
    if not listed:
        return {}
    own = set(waiting_for(user).filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True))
    found = {one.pk: next(ways(one, user), None) for one in listed if one.pk in own}
    return {pk: way for pk, way in found.items() if way is not None}


def label_of(kind: str) -> StrOrPromise:
    """What a list's button says that leads to the step of a kind: the act itself where there is only one."""
    known = STEPS.get(kind, [])
    if len(known) == 1 and isinstance(known[0], Act) and len(known[0].names) == 1:
        return _table(known[0].route)[1][known[0].names[0]].label
    return _("Deal with it")


def ways(duty: Duty, user: User) -> Iterator[Way]:
    """All that a user could do now to settle a duty, whoever owes it; the likeliest first."""
    for step in STEPS.get(duty.kind, ()):
        yield from step.found(duty, user)


@cache
def _table(route: str) -> tuple[Door[Any], Actions]:
    """The door and the rows behind an address of actions."""
    namespace, _, name = route.partition(":")
    resolver = get_resolver().namespace_dict[namespace][1]
    pattern = next(one for one in _patterns(resolver) if one.name == name)
    view: Any = pattern.callback
    return view.door, view.actions


def _patterns(resolver: Any) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from _patterns(one)

"""The next step of a duty: from its kind to the act that settles it, in front of who owes it.

Each app says in its module `wording` by which of its actions a kind of duty is kept (`register_steps`), or on which
page of its own (`register_page`). What is offered is asked of the same door and the same rows as on the thing's page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import URLPattern, get_resolver
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Actions, address, why_not
from portal.actions.doors import Door
from portal.community.models import Area, Post, User
from portal.community.permissions import roles_in
from portal.community.requests import here_for, opened_by, visitor
from portal.duties.kinds import title_of
from portal.duties.models import Duty
from portal.duties.services import waiting_for
from portal.record.services import key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Keys = Callable[[Duty], Iterable[Any]]


@dataclass(frozen=True)
class Way:
    """Where somebody does what is owed: what the button says, and the page of the form.

    `name`: the action it is, as offers are named; empty for a page of its own. `why_not`: why it cannot be done yet,
    and from when; nothing where it can. `beside`: it is done to a part of what is owed, and stands there too.
    """

    label: StrOrPromise
    url: str
    name: str = ""
    why_not: StrOrPromise = ""
    beside: bool = False


@dataclass(frozen=True)
class Owed:
    """What the reader of a page owes about it, and the act that settles it, or why that cannot be done yet.

    `behind`: something more urgent can be done on the page, and has the main button.
    """

    duty: Duty
    way: Way
    behind: bool = False


@dataclass(frozen=True)
class Act:
    """Actions of a route that settle a kind of duty, the likeliest first; `keys`: of the things they are done to.

    One whose turn it is not (Action.turn), or that is not meant here at all (Action.ready), comes after the others.
    """

    route: str
    names: tuple[str, ...]
    keys: Keys | None

    def found(self, duty: Duty, user: User) -> Iterator[Way]:
        """All of them that this user can do as the things stand, with why not yet where that is so."""
        door, actions = _table(self.route)
        later = []
        for one in self._keys(duty, door):
            try:
                thing = door.get(user, one)
            except (Http404, PermissionDenied):
                continue
            allowed = set(door.allowed(user, thing))
            for name in filter(allowed.__contains__, self.names):
                way = Way(
                    actions[name].label,
                    address(self.route, thing, name),
                    name,
                    why_not(actions, name, thing, user),
                    self.keys is not None,
                )
                if _turned_away(actions, thing, user, name):
                    later.append(way)
                else:
                    yield way
        yield from later

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


def register_page(
    kind: str, url: Callable[[Duty], str | None] = attrgetter("url"), label: StrOrPromise = ""
) -> None:
    """Say that a kind of duty is settled on the page it leads to, or on another; `label`: what the button says."""
    STEPS.setdefault(kind, []).append(Page(url, label))


def number_of(duty: Duty) -> int:
    """The key of the thing a duty is about."""
    return int(duty.subject.partition(":")[2])


def step_of(duty: Duty, user: User) -> Way | None:
    """What the user does next to keep a duty: button and address; None where they do not owe it or cannot now."""
    owed = waiting_for(user).filter(pk=duty.pk).exists()
    return next(ways(duty, user), None) if owed else None


def label_of(kind: str) -> StrOrPromise:
    """What a list's button says that leads to the step of a kind: the act itself where there is only one."""
    known = STEPS.get(kind, [])
    if len(known) == 1 and isinstance(known[0], Act) and len(known[0].names) == 1:
        return _table(known[0].route)[1][known[0].names[0]].label
    return _("Deal with it")


def ways(duty: Duty, user: User) -> Iterator[Way]:
    """All that a user could do now to settle a duty, whoever owes it; the likeliest first."""
    return (way for way in _every(duty, user) if not way.why_not)


def owed_on(request: HttpRequest) -> list[Owed]:
    """What the reader of a page owes about the things it opened, each with the act that settles it."""
    user, things = visitor(request), opened_by(request)
    if not things or not isinstance(user, User) or user.person_id is None:
        return []
    # What is owed about a place as a whole is no matter of each page on which something is done there.
    listed = _own_about(request, user, [key(thing) for thing in things if not isinstance(thing, Area)])
    settled = [(duty, _way_or_why(duty, user)) for duty in listed]
    listed_ways = [(duty, way) for duty, way in settled if way is not None and way.url != request.path]
    first = next((duty for duty, way in listed_ways if not way.why_not), None)
    return [Owed(duty, way, behind=duty is not first) for duty, way in listed_ways]


def onward(request: HttpRequest, thing: Any) -> str:
    """The form of the next step of a thing where the reader owes it and its likeliest act can be done; else nothing."""
    user = visitor(request)
    if not isinstance(user, User):
        return ""
    for duty in waiting_for(user).filter(subject=key(thing)).order_by("-opened_at", "-pk"):
        first = next(_every(duty, user), None)
        if first is not None and not first.why_not and first.url != request.path:
            return first.url
    return ""


def _own_about(request: HttpRequest, user: User, subjects: list[str]) -> list[Duty]:
    """Somebody without a post owes things as a person only: then one statement tells."""
    here = here_for(request)
    posts = here is not None and any(role.value in Post.values for role in roles_in(user, here))
    own = waiting_for(user) if posts else Duty.objects.active().filter(person=user.person_id)
    about = Q(subject__in=subjects) | Q(url=request.path) | Q(url__startswith=f"{request.path}#")
    return list(own.filter(about).select_related("neighbourhood").order_by("due_at", "pk"))


def _way_or_why(duty: Duty, user: User) -> Way | None:
    """The likeliest that can be done now, else the likeliest of all; what comes after the first is not asked."""
    waits = None
    for way in _every(duty, user):
        if not way.why_not:
            return way
        waits = waits or way
    return waits


def _every(duty: Duty, user: User) -> Iterator[Way]:
    for step in STEPS.get(duty.kind, ()):
        yield from step.found(duty, user)


def _turned_away(actions: Actions, thing: Any, user: User, name: str) -> bool:
    action = actions[name]
    return not (action.turn(thing, user) and action.ready(thing, user))


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

"""Who may do what with a thing, in which of its states: one table and one door for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.http import Http404, HttpRequest

from portal.actions.lifecycles import LifeCycle
from portal.actions.offices import after_joining, for_whom, whose
from portal.community.models import Area, Kind, Visitor
from portal.community.permissions import Role, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.requests import note_opened, set_here, visitor
from portal.kit.errors import NotPossible

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Need:
    """What an action needs: one of these roles, and one of these states (None: it may be in any).

    `otherwise`: what somebody reads who comes in another state, or a function of the thing that says it; default
    that the thing has moved on.
    """

    roles: frozenset[Role]
    states: frozenset[TextChoices] | None = None
    otherwise: StrOrPromise | Callable[[Any], StrOrPromise] = ""


Needs = Mapping[str, Need]


def whole(model: type[Model]) -> tuple[str, ...]:
    """What a lock of a thing takes (`of=`): its row, and those of the tables its model inherits from.

    Once it has a lock PostgreSQL reads anew only the rows it locks: a state in a parent's table would be the old one.
    """
    return ("self", *(link.name for link in model._meta.parents.values() if link is not None))


class Door(Generic[M]):
    """The one way to a thing: 404 where it must not be known, 403 where it may only be seen, refused where it moved on.

    `roles`: a visitor's roles towards a thing. `related`: what is read with it. `lock_first`: takes the lock of
    something above by the thing's key, before the thing itself is read (an order of locks that all verbs share).
    `neighbourhood`: the attribute that names it. `lookup`: the field by which an address names a thing.
    `objects`: what a visitor may know of; default `visible_to`. `life`: the life cycle, where the model lies below
    this app and cannot name it. `readable`: of a thing, what everybody can read who may know of it (itself, or what it
    hangs on): a refusal leads back there.
    """

    def __init__(  # noqa: PLR0913 - what a door is made of
        self,
        model: type[M],
        needs: Needs,
        roles: Callable[[Visitor, M], frozenset[Role]],
        *,
        related: tuple[str, ...] = (),
        lock_first: Callable[[Any], object] | None = None,
        neighbourhood: str = "neighbourhood",
        lookup: str = "pk",
        objects: Callable[[Visitor], QuerySet[M]] | None = None,
        life: LifeCycle[Any] | None = None,
        readable: Callable[[M], Any] | None = None,
    ) -> None:
        self.model, self.needs, self.roles = model, needs, roles
        self._related, self._lock_first, self._lookup = related, lock_first, lookup
        self._place = attrgetter(neighbourhood)
        self._objects, self._own_life, self._readable = objects, life, readable

    def get(
        self, user: Visitor, key: Any, action: str | None = None, *, among: QuerySet[M] | None = None
    ) -> M:
        """A thing to read, or to ask about an action: roles are checked, its state is not.

        `among`: a queryset that brings more with it. Raises Http404, PermissionDenied; KeyError: no such action.
        """
        return self._let(user, action, self._found(user, key, among=among))

    def open(self, request: HttpRequest, key: Any, action: str | None = None) -> M:
        """The same for a page, which is about the thing's neighbourhood from now on.

        Where it is refused, the page that says so can tell whose page it is (`whose` and `for_whom`, of the request),
        and leads back to what can be read (`readable`).
        """
        user = visitor(request)
        thing = self.get(user, key)
        try:
            self._let(user, action, thing)
        except PermissionDenied:
            roles = self.needs[str(action)].roles
            vars(request)["whose"] = lambda: whose(user, self.neighbourhood(thing), roles)
            vars(request)["for_whom"] = lambda: for_whom(roles)
            vars(request)["after_joining"] = lambda: after_joining(user, self.neighbourhood(thing), roles)
            vars(request)["readable"] = self._readable(thing) if self._readable else None
            raise
        return self.enter(request, thing)

    def enter(self, request: HttpRequest, thing: M) -> M:
        """Say that a page is about the neighbourhood of a thing that came through the door already."""
        set_here(request, self.neighbourhood(thing))
        note_opened(request, thing)
        return thing

    def key(self, thing: M) -> Any:
        """By what an address names a thing, and services take it."""
        return getattr(thing, self._lookup)

    def take(self, user: Visitor, key: Any, action: str) -> M:
        """A thing to change, locked until commit: roles and state allow the action.

        Raises Http404, PermissionDenied, and NotPossible where the thing has moved on.
        """
        if self._lock_first is not None:
            self._lock_first(key)
        thing = self._let(user, action, self._found(user, key, lock=True))
        self.require(action, thing)
        return thing

    def require(self, action: str, thing: M) -> None:
        """Refuse an action that the thing's present state does not allow: NotPossible."""
        if not self.fits(action, thing):
            raise self.moved_on(action, thing)

    def fits(self, action: str, thing: M) -> bool:
        """Whether the thing's present state allows an action. KeyError: no such action."""
        states = self.needs[action].states
        return states is None or self._life.state_of(thing) in states

    def moved_on(self, action: str, thing: M) -> NotPossible:
        """What somebody reads whose page was older than the thing. KeyError: no such action."""
        said = self.needs[action].otherwise
        reason = str(said(thing) if callable(said) else said)
        return NotPossible(reason) if reason else self._life.moved_on(thing)

    def may(self, user: Visitor, action: str, thing: M) -> bool:
        """Whether a visitor may do an action to a thing in its present state. KeyError: no such action."""
        return self.fits(action, thing) and self.entitled(user, action, thing)

    def entitled(self, user: Visitor, action: str, thing: M) -> bool:
        """Whether a visitor's roles allow an action, in whatever state the thing is."""
        return not self.needs[action].roles.isdisjoint(self.roles(user, thing))

    def allowed(self, user: Visitor, thing: M) -> list[str]:
        """All a visitor may do to a thing in its present state, in the order of the table; roles are asked once."""
        own = self.roles(user, thing)
        return [
            name
            for name, need in self.needs.items()
            if not need.roles.isdisjoint(own) and self.fits(name, thing)
        ]

    def neighbourhood(self, thing: M) -> Area:
        """Where a thing belongs."""
        area: Area = self._place(thing)
        return area

    @property
    def _life(self) -> LifeCycle[Any]:
        life: LifeCycle[Any] = self._own_life or getattr(self.model, "life")  # noqa: B009 - not every model has one
        return life

    def _let(self, user: Visitor, action: str | None, thing: M) -> M:
        if action and not self.entitled(user, action, thing):
            raise PermissionDenied(action)
        return thing

    def _found(self, user: Visitor, key: Any, *, lock: bool = False, among: QuerySet[M] | None = None) -> M:
        known = self._known(user) if among is None else among
        known = known.select_for_update(of=whole(self.model), no_key=True) if lock else known
        # One row at most: to put it into an order would cost as much as to ask for it.
        thing = next(iter(known.filter(**{self._lookup: key}).order_by()[:1]), None)
        if thing is None:
            raise Http404(f"{self.model.__name__} {key}")
        return thing

    def _known(self, user: Visitor) -> QuerySet[M]:
        objects: Any = self.model._default_manager
        known: QuerySet[M] = self._objects(user) if self._objects else objects.visible_to(user)
        return known.select_related(*self._related) if self._related else known


class PlaceDoor(Door[Area]):
    """The door to what is done in a neighbourhood as a whole; addresses name it by its slug."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(Area, needs, roles_in, lookup="slug", objects=_neighbourhoods)

    def neighbourhood(self, thing: Area) -> Area:
        """The neighbourhood itself."""
        return thing

    def _found(
        self, user: Visitor, key: Any, *, lock: bool = False, among: QuerySet[Area] | None = None
    ) -> Area:
        """Read for a page, it comes with the name of the state it is in (`mark`)."""
        if lock or among is not None:
            return super()._found(user, key, lock=lock, among=among)
        return neighbourhood_or_404(key)


def _neighbourhoods(user: Visitor) -> QuerySet[Area]:
    return Area.objects.filter(kind=Kind.NEIGHBOURHOOD)

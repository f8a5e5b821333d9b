"""What every template knows: the place, the mode, the news. Nothing is asked of the database until it is shown."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.community.models import Area, Kind, Visitor
from portal.community.permissions import Role, roles_in
from portal.community.places import only_neighbourhood
from portal.community.services import home_of

HERE = "here"


def portal(request: HttpRequest) -> dict[str, Any]:
    """`here` (the neighbourhood of the page), `roles` held there, `unread` news, `elder` mode.

    The first three are lazy: true or false like what they stand for, but never `is None`.
    """
    return {
        "here": SimpleLazyObject(partial(here_for, request)),
        "roles": SimpleLazyObject(partial(_roles, request)),
        "unread": SimpleLazyObject(partial(_unread, request)),
        "elder": getattr(request, "elder", False),
    }


def here_for(request: HttpRequest) -> Area | None:
    """The neighbourhood a page is about, asked once per request.

    In this order: what the view says in `request.here`, the slug of the address, the one chosen last,
    one's home, and the only one there is.
    """
    if not hasattr(request, "here"):
        request.here = _found(request)  # type: ignore[attr-defined]
    return cast("Area | None", request.here)  # type: ignore[attr-defined]


def choose(request: HttpRequest, neighbourhood: Area) -> None:
    """Remember the neighbourhood for pages that name none."""
    request.session[HERE] = neighbourhood.slug


def _found(request: HttpRequest) -> Area | None:
    match = request.resolver_match
    chosen = [match.kwargs.get("slug") if match else None, _remembered(request)]
    for slug in filter(None, chosen):
        area = Area.objects.filter(slug=slug, kind=Kind.NEIGHBOURHOOD).first()
        if area is not None:
            return area
    return home_of(_user(request)) or only_neighbourhood()


def _remembered(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    return session.get(HERE, "") if session is not None else ""


def _user(request: HttpRequest) -> Visitor:
    """Nobody, on a page that is sent before it is known who asks."""
    return getattr(request, "user", AnonymousUser())


def _roles(request: HttpRequest) -> frozenset[Role]:
    user, area = _user(request), here_for(request)
    if area is None:
        return frozenset({Role.ACCOUNT if user.is_authenticated else Role.VISITOR})
    return roles_in(user, area)


def _unread(request: HttpRequest) -> int:
    user = _user(request)
    if not user.is_authenticated:
        return 0
    return user.notices.filter(read_at=None).count()

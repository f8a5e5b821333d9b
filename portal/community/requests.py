"""The request as the portal knows it: who asks, in which mode, and about which neighbourhood."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest

from portal.community.models import Area, Visitor
from portal.community.places import find, only_neighbourhood
from portal.community.selectors import home_of

HERE, OPENED = "here", "opened"
ELDER_COOKIE = "elder"


def set_here(request: HttpRequest, neighbourhood: Area | None) -> None:
    """Say which neighbourhood the page is about."""
    vars(request)[HERE] = neighbourhood


def note_opened(request: HttpRequest, thing: Model) -> None:
    """Say that the page is about a thing: what its reader owes about it stands on top."""
    vars(request).setdefault(OPENED, []).append(thing)


def opened_by(request: HttpRequest) -> list[Model]:
    """The things that a page is about, in the order in which it opened them."""
    things: list[Model] = vars(request).get(OPENED, [])
    return things


def here_for(request: HttpRequest) -> Area | None:
    """The neighbourhood a page is about, asked once per request.

    In this order: what a door or a view said by `set_here`, the slug of the address, the one chosen last,
    one's home, and the only one there is.
    """
    if HERE not in vars(request):
        set_here(request, _found(request))
    here: Area | None = vars(request)[HERE]
    return here


def choose(request: HttpRequest, neighbourhood: Area) -> None:
    """Remember the neighbourhood for pages that name none."""
    request.session[HERE] = neighbourhood.slug


def visitor(request: HttpRequest) -> Visitor:
    """Who asks; nobody, on a page that is sent before it is known."""
    return getattr(request, "user", AnonymousUser())


def _found(request: HttpRequest) -> Area | None:
    match = request.resolver_match
    chosen = [match.kwargs.get("slug") if match else None, _remembered(request)]
    for slug in filter(None, chosen):
        area = find(slug)
        if area is not None:
            return area
    return home_of(visitor(request)) or only_neighbourhood()


def _remembered(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    return session.get(HERE, "") if session is not None else ""

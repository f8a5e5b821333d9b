"""The five doors of the portal, and which of them the present page stands behind."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area

PLACES = {
    "deliberation": "topics",
    "meetings": "meetings",
    "threads": "topics",
    "voting": "topics",
    "volunteers": "part",
    "surveys": "part",
    "funds": "part",
    "conventions": "home",
    "boards": "home",
    "reports": "home",
    "search": "home",
    "register": "me",
    "administration": "me",
    "notifications": "me",
    "duties": "me",
}


@dataclass(frozen=True)
class Tab:
    """One door: its name, label, address, icon, and whether the reader is behind it."""

    name: str
    label: str | Promise
    url: str
    icon: str
    current: bool


def tabs(request: HttpRequest, here: Area | None, signed_in: bool, current: str = "") -> list[Tab]:
    """The doors that exist here. Without a neighbourhood only home and the reader's own page do."""
    at = current or behind(request)
    local: list[tuple[str, str | Promise, str, str]] = [
        ("topics", _("Topics"), "deliberation:topics", "topic"),
        ("meetings", _("Meetings"), "meetings:meetings", "meeting"),
        ("part", _("Take part"), "pages:take_part", "part"),
    ]
    home = _address("pages:neighbourhood", here.slug) if here else ""
    own = (_("Mine"), "register:me") if signed_in else (_("Sign in"), "account_login")
    return [
        Tab("home", _("Home"), home or _address("home") or "/", "home", at == "home"),
        *(
            Tab(name, label, url, icon, at == name)
            for name, label, route, icon in local
            if here and (url := _address(route, here.slug))
        ),
        Tab("me", own[0], _address(own[1]), "me", at == "me"),
    ]


def behind(request: HttpRequest) -> str:
    """The door the page at this address is behind, read from the name of its route."""
    match = request.resolver_match
    if match is None:
        return ""
    name, space = match.url_name or "", match.namespace
    if request.path.startswith("/me/"):
        return "me"
    if space == "pages":
        return "part" if name == "take_part" else "home"
    if name.startswith(("account_", "mfa_")):
        return "me"
    return PLACES.get(space, "home")


def _address(route: str, *args: str) -> str:
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""

"""What every template knows: the place, the mode, the news. Nothing is asked of the database until it is shown."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.community.kept import TOKEN, is_marked, token
from portal.community.permissions import Role, roles_in
from portal.community.requests import here_for, visitor
from portal.register.services.second_factor import is_due


def portal(request: HttpRequest) -> dict[str, Any]:
    """`here` (the neighbourhood of the page), `roles` held there, `unread` news, `elder` mode; `marked`: see kept.py.

    `second_factor_due`: whether an office waits for the second factor. It and the first three are lazy: true or false
    like what they stand for, but never `is None`.
    """
    marked = is_marked(request)
    return {
        "marked": marked,
        "csrf_token": TOKEN if marked else SimpleLazyObject(partial(token, request)),
        "here": SimpleLazyObject(partial(here_for, request)),
        "roles": SimpleLazyObject(partial(_roles, request)),
        "unread": SimpleLazyObject(partial(_unread, request)),
        "second_factor_due": SimpleLazyObject(lambda: is_due(visitor(request))),
        "elder": getattr(request, "elder", False),
    }


def _roles(request: HttpRequest) -> frozenset[Role]:
    user, area = visitor(request), here_for(request)
    if area is None:
        return frozenset({Role.ACCOUNT if user.is_authenticated else Role.VISITOR})
    return roles_in(user, area)


def _unread(request: HttpRequest) -> int:
    user = visitor(request)
    if not user.is_authenticated:
        return 0
    return user.notices.filter(read_at=None).count() if user.unread is None else user.unread

"""The door of the stock admin: district editors only, for it shows every neighbourhood's drafts."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from portal.community.web import account
from portal.pages.permissions import is_district_editor
from portal.pages.services import editors_group

OPEN = ("login/", "logout/")


def cms_door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let district editors into /cms/, with the group that gives Wagtail's permissions; refuse all others."""

    def door(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.CMS_PATH) and request.user.is_authenticated:
            _admit(request)
        return get_response(request)

    return door


def _admit(request: HttpRequest) -> None:
    if request.path.removeprefix(settings.CMS_PATH) in OPEN:
        return
    user = account(request)
    if not is_district_editor(user):
        user.groups.remove(editors_group())
        raise PermissionDenied
    user.groups.add(editors_group())

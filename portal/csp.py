"""Which content security policy a page is sent with."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The strict policy everywhere, errors included; the editors' admin has one of its own. Both are written once."""
    strict, cms = build_policy(), build_policy(config=settings.CMS_POLICY)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            HEADER, cms if request.path_info.startswith(settings.CMS_PATH) else strict
        )
        return response

    return middleware

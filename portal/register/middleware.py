"""The door of offices: whoever holds one is led to the second factor before what only the office opens."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from portal.community.requests import visitor
from portal.register.services import second_factor as factors

Answer = Callable[[HttpRequest], HttpResponse]
# What allauth lets anybody do who repeats the password.
CHANGES = {
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
CLOSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def second_factor(get_response: Answer) -> Answer:
    """Count a second factor only in the session that showed it; lead to it from pages that stay closed without."""

    def door(request: HttpRequest) -> HttpResponse:
        user = visitor(request)
        if user.is_authenticated and user.second_factor:
            user.second_factor = factors.was_used(request, user)
        response = get_response(request)
        closed = response.status_code in CLOSED and request.accepts("text/html")
        return _lead(request) if closed and factors.is_due(user) else response

    door.process_view = _first_show_it  # type: ignore[attr-defined]
    return door


def _first_show_it(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
    """Nobody takes off a second factor, or adds one beside it, in a session that only a password opened."""
    user, match = visitor(request), request.resolver_match
    if match is None or match.view_name not in CHANGES or not user.is_authenticated or user.second_factor:
        return None
    if not user.has_second_factor():
        return None
    return redirect(f"{factors.page_for(user)}?{urlencode({'next': request.get_full_path()})}")


def _lead(request: HttpRequest) -> HttpResponse:
    messages.info(
        request, _("Your post opens this page with a second step at sign-in. Set it up or confirm it first.")
    )
    path = request.get_full_path() if request.method == "GET" else "/"
    page = f"{factors.page_for(request.user)}?{urlencode({'next': path})}"  # type: ignore[arg-type]
    return HttpResponseClientRedirect(page) if getattr(request, "htmx", False) else redirect(page)

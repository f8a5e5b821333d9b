"""One's own page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal.community.middleware import ELDER_COOKIE
from portal.community.web import same_site_path, signed_in

YEAR = 365 * 24 * 3600


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's dwellings, posts and settings."""
    return render(request, "community/me.html")


@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Switch to large type and back, for this browser and for the account."""
    elder = request.POST.get("mode") == "elder"
    if request.user.is_authenticated:
        request.user.elder_mode = elder
        request.user.save(update_fields=["elder_mode"])
    response = redirect(same_site_path(request.POST.get("next", "")) or "/")
    response.set_cookie(
        ELDER_COOKIE, "1" if elder else "0", max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response

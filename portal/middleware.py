"""What holds for every answer: the reader's mode and language, no copies of private pages, sign-in under htmx."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from allauth.core.exceptions import RateLimited
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from portal import offline

Answer = Callable[[HttpRequest], HttpResponse]
ELDER_COOKIE = "elder"


def portal(get_response: Answer) -> Answer:
    """Set `request.elder` and the chosen language before the view; correct the answer's headers after it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.elder = _elder(request)  # type: ignore[attr-defined]
        _speak(request)
        was_in = request.user.is_authenticated
        response = _whole_page(request, get_response(request))
        offline.mark(request, response)
        _keep_private(request, response)
        if was_in and not request.user.is_authenticated:
            _forget(response)
        return response

    middleware.process_exception = _too_many  # type: ignore[attr-defined]
    return middleware


def _too_many(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """A limit of allauth that some of its views let through."""
    return respond_429(request) if isinstance(exception, RateLimited) else None


def _elder(request: HttpRequest) -> bool:
    cookie = request.COOKIES.get(ELDER_COOKIE)
    if cookie is not None:
        return cookie == "1"
    return request.user.is_authenticated and request.user.elder_mode


def _speak(request: HttpRequest) -> None:
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not request.user.is_authenticated:
        return
    if request.user.language:
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()


def _keep_private(request: HttpRequest, response: HttpResponse) -> None:
    """A page made for one person is not shared, and stored only where offline.py lets the reader's phone keep it."""
    if not request.user.is_authenticated:
        return
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])


def _forget(response: HttpResponse) -> None:
    """Who signs out leaves no page behind in the browser; its service worker clears what it kept itself."""
    response["Clear-Site-Data"] = '"cache"'


def _whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """htmx would put the sign-in page inside the fragment: send the whole page there instead."""
    if response.status_code != 302 or not getattr(request, "htmx", False):
        return response
    parts, login = urlsplit(response["Location"]), resolve_url(settings.LOGIN_URL)
    if parts.netloc or parts.path != login:
        return response
    back = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    query = urlencode({"next": back}) if back and request.method == "GET" else parts.query
    return HttpResponseClientRedirect(f"{login}?{query}")

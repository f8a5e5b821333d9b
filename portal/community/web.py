"""What every page with a form stands on: signing in without losing what was typed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit.labels import label_of

View = Callable[..., HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponseBase)
TYPED, MOST_TYPED = "typed", 5
# So begin the names under which a form names files that wait for it (portal.actions.held).
HELD = "held-"
SECRET_FIELDS = frozenset({"csrfmiddlewaretoken", "once", "page", "password", "login", "code", "envelope"})


def signed_in(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Ask for a sign-in first. What was typed in a form whose session had expired waits on the form's page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return sign_in_first(request)

    return wrapped


def sign_in_first(request: HttpRequest, path: str = "") -> HttpResponse:
    """Lead to the sign-in and back again; what was sent waits on the page at `path` (default: this one)."""
    back = request.get_full_path()
    if request.method == "POST":
        back = same_site_path(request.POST.get("page", "")) or path or back
        keep_typed(request, path)
        messages.info(request, _kept_of(request))
    return redirect_to_login(back)


def _kept_of(request: HttpRequest) -> str:
    """What of a form waits behind the sign-in: what was typed; never a file, and nothing of a mere button."""
    if request.FILES:
        return _("Please sign in. What you typed is kept; files have to be chosen again.")
    if any(_typed(request).values()):
        return _("Please sign in. What you typed is kept.")
    return _("Please sign in, then press the button again: nothing was done yet.")


def account(request: HttpRequest) -> User:
    """Who is signed in, behind `signed_in`."""
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is signed in")
    return request.user


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only asked for. An empty form that was sent is sent."""
    return request.POST if request.method == "POST" else None


def keep_typed(request: HttpRequest, path: str = "", fields: dict[str, Any] | None = None) -> None:
    """Let what was sent wait on the page at `path` (default: this one): after signing in, or to be checked there.

    `fields`: what is to wait in its place.
    """
    waiting = dict(request.session.get(TYPED, {}))
    waiting.pop(path or request.path, None)
    newest = [*waiting.items(), (path or request.path, _typed(request) if fields is None else fields)]
    request.session[TYPED] = dict(newest[-MOST_TYPED:])


def typed_before(request: HttpRequest, path: str = "", *, stays: bool = False) -> dict[str, Any]:
    """What waits for the form at `path` (default: this page); once, unless it `stays`. Empty where nothing does."""
    waiting = dict(request.session.get(TYPED, {}))
    typed: dict[str, Any] = waiting.pop(path or request.path, {})
    if typed and not stays:
        request.session[TYPED] = waiting
    return typed


def forget_typed(request: HttpRequest, path: str) -> None:
    """Forget what waits at `path`, within the caller's transaction: it saves the answer one of its own."""
    if not typed_before(request, path):
        return
    # Of a session that ended meanwhile its middleware tells.
    with suppress(UpdateError):
        request.session.save()
        request.session.modified = False


def how_to_join(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
    """In place of a form that is not the reader's yet: how to join. 403 for whoever sends the form all the same."""
    return render(request, template, context, status=200 if request.method in ("GET", "HEAD") else 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old or came from elsewhere: nothing was changed, and the typed text is shown for copying."""
    return render(request, "csrf.html", to_copy(request), status=403)


def busy(request: HttpRequest) -> HttpResponse:
    """Others were in the way, twice: nothing was changed. What was typed waits on the form's page.

    Of a page whose parameters are all secret (`sensitive_post_parameters()`) nothing is kept and nothing shown.
    """
    if getattr(request, "sensitive_post_parameters", None) == "__ALL__":
        return render(request, "busy.html", {"back": request.get_full_path()}, status=503)
    keep_typed(request)
    # The middleware saves no session with such an answer; what cannot be kept can still be copied.
    with suppress(UpdateError, OperationalError):
        request.session.save()
    return render(request, "busy.html", to_copy(request), status=503)


def same_site_path(path: str) -> str:
    """A path on this site, as a form or an address carries it; empty for anything that leads elsewhere."""
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def to_copy(request: HttpRequest) -> dict[str, Any]:
    """For a page that says why a form was not taken: its texts (`typed`), none that is secret, and the way `back`.

    With each text the label of its field, or nothing where that is not known.
    """
    module = getattr(getattr(request.resolver_match, "func", None), "__module__", "")
    sensitive = getattr(request, "sensitive_post_parameters", ())
    typed = [
        (label_of(name, request.POST.keys(), module), text)
        for name, text in ({} if sensitive == "__ALL__" else _typed(request)).items()
        if isinstance(text, str) and text.strip() and name not in sensitive
    ]
    back = same_site_path(request.POST.get("page", "")) or request.get_full_path()
    return {"typed": typed, "back": back}


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in request.POST.lists()
        if name not in SECRET_FIELDS and not name.startswith(("password", "share", HELD))
    }

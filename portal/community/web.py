"""What every form view stands on: signing in without losing text, sending once, and refusing in plain words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.community.models import Submission, User
from portal.record.errors import NotPossible

View = Callable[..., HttpResponse]
KEPT = "kept_typed"
SECRET_FIELDS = frozenset({"csrfmiddlewaretoken", "once", "page", "password", "login", "code", "envelope"})


def signed_in(view: View) -> View:
    """Ask for a sign-in first. What was typed in a form whose session had expired waits on the form's page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        if request.method == "POST":
            back = same_site_path(request.POST.get("page", "")) or back
            request.session[KEPT] = {"path": request.path, "typed": _typed(request)}
            messages.info(request, _("Please sign in. What you typed is kept."))
        return redirect_to_login(back)

    return wrapped


def account(request: HttpRequest) -> User:
    """Who is signed in, behind `signed_in`."""
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is signed in")
    return request.user


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only asked for. An empty form that was sent is sent."""
    return request.POST if request.method == "POST" else None


def kept(request: HttpRequest, path: str = "") -> dict[str, Any]:
    """What was typed into the form at `path` (default: this page) before the session expired, once; else empty."""
    waiting = request.session.get(KEPT)
    if not waiting or waiting["path"] != (path or request.path):
        return {}
    del request.session[KEPT]
    return dict(waiting["typed"])


def once(view: View) -> View:
    """Do a sent form once. A second sending with the same hidden key is answered with the first one's redirect.

    The key's row is part of the view's own transaction only where the view redirects; a form that was shown
    again with errors has not been sent yet.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        if request.method != "POST" or key is None or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return _first(request, key, lambda: view(request, *args, **kwargs))
        except IntegrityError:
            return _again(request, key)
        except _Unsent as unsent:
            return unsent.response

    return wrapped


def refused(request: HttpRequest, form: forms.Form, error: NotPossible) -> forms.Form:
    """Put a service's refusal above the form, with everything typed still in it; the view renders it with 409."""
    form.add_error(None, str(error))
    return form


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old or came from elsewhere: nothing was changed, and the typed text is shown for copying."""
    typed = [(name, text) for name, text in _typed(request).items() if isinstance(text, str) and text.strip()]
    back = same_site_path(request.POST.get("page", "")) or request.get_full_path()
    return render(request, "csrf.html", {"typed": typed, "back": back}, status=403)


class _Unsent(Exception):
    """The view did not accept the form; its key must stay free."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def _first(request: HttpRequest, key: uuid.UUID, act: Callable[[], HttpResponse]) -> HttpResponse:
    row = Submission.objects.create(key=key, user=request.user)  # type: ignore[misc]
    response = act()
    if not isinstance(response, HttpResponseRedirectBase):
        raise _Unsent(response)
    row.location = response.url
    row.save(update_fields=["location"])
    return response


def _again(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Called while an IntegrityError is handled, which is raised on where the key is not what it was about."""
    row = Submission.objects.filter(key=key).first()
    if row is None:
        raise
    if row.user_id != request.user.pk:
        raise PermissionDenied("the form belongs to somebody else")
    messages.info(request, _("This was already received; nothing was sent twice."))
    return redirect(row.location or "/")


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in request.POST.lists()
        if name not in SECRET_FIELDS and not name.startswith(("password", "share"))
    }


def same_site_path(path: str) -> str:
    """A path on this site, as a form or an address carries it; empty for anything that leads elsewhere."""
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""

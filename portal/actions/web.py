"""Sending a form once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.actions.models import Submission
from portal.actions.retrying import once_more
from portal.community.web import View


def once(view: View) -> View:
    """Do a sent form once. A second sending with the same hidden key is answered with the first one's redirect.

    The key's row is part of the view's own transaction only where the view redirects; a form that was shown
    again with errors has not been sent yet. Where another transaction was in the way, all of it is done once more.
    """

    @once_more
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = form_key(request)
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


def again(request: HttpRequest, sender: int, location: str) -> HttpResponse:
    """The answer to a form that was received before: the same redirect. `sender`: whose form it was, by key."""
    if sender != request.user.pk:
        raise PermissionDenied("the form belongs to somebody else")
    messages.info(request, _("This was already received; nothing was sent twice."))
    return redirect(location)


def form_key(request: HttpRequest) -> uuid.UUID | None:
    """The hidden key a form was sent with; None where it has none."""
    try:
        return uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None


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
    return again(request, row.user_id, row.location or "/")

"""A form again, once, where the database gave its transaction up because another one was in the way."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from portal.actions import held
from portal.community.web import View, busy

# PostgreSQL: serialization_failure, deadlock_detected. Nothing of the transaction was kept, so all of it is done again.
GIVEN_UP = frozenset({"40001", "40P01"})
LOCKED = "is locked"


def once_more(view: View) -> View:
    """Do what was sent a second time where another transaction was in the way of the first, with the files that waited.

    Where the second attempt fails likewise the answer is 503: nothing was changed, and what was typed waits on the
    form's page. A view under this must leave nothing behind outside of its transaction before it has succeeded.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        held.bring_back(request)
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            if not was_given_up(error):
                raise
        _rewind(request)
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            if not was_given_up(error):
                raise
            return busy(request)

    return wrapped


def was_given_up(error: OperationalError) -> bool:
    """Whether a transaction failed only because of another one at the same time."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in GIVEN_UP or (state is None and LOCKED in str(error))


def _rewind(request: HttpRequest) -> None:
    """Files that came with the form are read from their beginning again."""
    for _name, files in request.FILES.lists():
        for file in files:
            file.seek(0)

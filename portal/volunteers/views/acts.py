"""What every page with a form of this app does: show it, hand what was typed to a service, say what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.actions.web import refused
from portal.kit.errors import NotPossible

Work = Callable[[dict[str, Any]], str]


def handled(
    request: HttpRequest, form: forms.Form, work: Work, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The form's page, or the redirect to the address that `work` returns for valid input.

    422 where the input is not valid, 409 where the service refuses; both with everything that was typed.
    """
    if request.method != "POST":
        return render(request, template, context | {"form": form})
    if not form.is_valid():
        return render(request, template, context | {"form": form}, status=422)
    try:
        return redirect(work(form.cleaned_data))
    except NotPossible as reason:
        form = refused(request, form, reason)
    return render(request, template, context | {"form": form}, status=409)

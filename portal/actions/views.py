"""The view of every action, and of every other form: 200 asked, 302 done, 422 not valid, 409 refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.actions import held
from portal.actions.actions import Action, Actions, taken_back, why_not
from portal.actions.doors import Door
from portal.actions.versions import other_texts
from portal.actions.web import once
from portal.community.web import View, account, signed_in
from portal.kit.errors import NotPossible
from portal.notifications import told

# Where whoever did an act goes on: an app above knows who owes what next (portal.duties).
_ONWARD: list[Callable[[HttpRequest, Any], str]] = []


def register_onward(onward: Callable[[HttpRequest, Any], str]) -> None:
    """Let an app say on which form the reader does the next step of a thing; empty where there is none now."""
    _ONWARD.append(onward)


def next_form(request: HttpRequest, thing: Any) -> str:
    """The form of the next step of a thing that this reader owes and can do at once; empty where there is none."""
    return next((page for onward in _ONWARD if (page := onward(request, thing))), "")


def action_view(door: Door[Any], actions: Actions) -> View:
    """A view `(request, pk, action)` of all actions of a door: each is a page of its own, and one service.

    What is refused or not valid is shown again with everything that was typed; 404 for an unknown action.
    """

    @signed_in
    @once
    def view(request: HttpRequest, pk: Any, action: str) -> HttpResponse:
        name = action.replace("-", "_")
        if name not in actions:
            raise Http404(action)
        thing, chosen = door.open(request, pk, name), actions[name]
        if request.method != "POST" and (refusal := _out_of_season(request, door, actions, thing, name)):
            return _moved_on(request, thing, chosen, refusal)
        page = _context(request, thing, name, chosen) | taken_back(actions, chosen, thing)
        return handle_form(
            request,
            chosen.filled(request, thing),
            lambda form: _done(request, door, thing, chosen, form),
            chosen.template,
            page,
        )

    # What the tests that walk all addresses find.
    return _named(view, actions=actions, door=door)


def handle_form(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[Any], str],
    template: str,
    context: dict[str, Any],
    *,
    name: str = "form",
    ask: Callable[[], None] | None = None,
) -> HttpResponse:
    """A form's page; where the form is valid the redirect to the address that `work` returns.

    422 where the input is not valid, 409 where the service refuses (NotPossible): the page again, with
    everything that was typed, the good files, and the refusal at the field it is about, if any; where
    somebody else saved first, with the other text beside it (`other_texts`).
    `ask` raises NotPossible where there is no sense in filling the form in: the page says so with 409.
    """
    if request.method != "POST":
        return _asked(request, template, context | {name: form}, ask)
    status = 422
    if form.is_valid():
        try:
            return redirect(work(form))
        except NotPossible as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            context, status = {**context, "other_texts": other_texts(form, refusal)}, 409
    held.keep(request, form)
    return render(request, template, context | {name: form}, status=status)


def _named(view: View, **names: Any) -> View:
    view.__dict__.update(names)
    return view


def asked_or_not_valid(request: HttpRequest) -> int:
    """The status of a page that is a step before a form: 200, or 422 for what was sent without that step."""
    return 422 if request.method == "POST" else 200


def _asked(
    request: HttpRequest, template: str, context: dict[str, Any], ask: Callable[[], None] | None
) -> HttpResponse:
    try:
        if ask is not None:
            ask()
    except NotPossible as refusal:
        return render(request, template, context | {"refusal": str(refusal)}, status=409)
    return render(request, template, context)


def _done(request: HttpRequest, door: Door[Any], thing: Any, action: Action, form: Any) -> str:
    with told.listening() as news:
        result = action.run(account(request), door.key(thing), **form.values())
    said = str(action.done(result) if callable(action.done) else action.done)
    if said or action.tells:
        messages.success(request, news.after(said, account(request).pk) if action.tells else said)
    if action.warn and (left := action.warn(result)):
        messages.warning(request, str(left))
    if action.then:
        return action.then(thing, result)
    onward = next_form(request, thing) if action.leads_on else ""
    return onward or action.home_of(thing, account(request)).url


def _context(request: HttpRequest, thing: Any, name: str, action: Action) -> dict[str, Any]:
    user, home = account(request), action.home_of(thing, account(request))
    draft = f"{thing._meta.model_name}-{thing.pk}-{name}"
    page = {"thing": thing, "home": home, "action": action, "name": name, "draft": draft}
    more = action.shows(thing, user) if action.shows else {}
    return page | {"submit": action.button, "back": home.url} | more


def _out_of_season(
    request: HttpRequest, door: Door[Any], actions: Actions, thing: Any, name: str
) -> NotPossible | None:
    """Why an action cannot be done now, where its page is only asked for."""
    if not door.fits(name, thing):
        return door.moved_on(name, thing)
    why = why_not(actions, name, thing, account(request))
    return NotPossible(str(why)) if why else None


def _moved_on(request: HttpRequest, thing: Any, action: Action, refusal: NotPossible) -> HttpResponse:
    """Nothing can be sent any more: the reason, and the way back."""
    home = action.home_of(thing, account(request))
    context = {"thing": thing, "home": home, "action": action, "refusal": str(refusal), "back": home.url}
    return render(request, "actions/action.html", context, status=409)

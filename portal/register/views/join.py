"""Joining a dwelling: with the code of a letter, or by asking the committee."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.views import asked_or_not_valid, handle_form
from portal.actions.web import once
from portal.community.models import Area, Kind, User
from portal.community.places import inside
from portal.community.requests import here_for
from portal.community.web import View, account, same_site_path, sent, signed_in, typed_before
from portal.kit import wording
from portal.register.forms import AskForm, CodeForm, PlaceForm
from portal.register.services import answers, joining, letters, onward
from portal.register.services.letters import Joined

# Pages on the way in: nobody was about to do anything there.
ENTRANCES = ("/accounts/", "/join/", "/sign-in/")


def newcomers_first(view: View) -> View:
    """Lead whoever is not signed in to a new account and back again: letters go to those who have none."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or request.method == "POST":
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path(), reverse("account_signup"))

    return wrapped


@newcomers_first
@signed_in
@once
def join(request: HttpRequest) -> HttpResponse:
    """Enter the code of a letter; the letter's QR code fills it in."""
    user = account(request)

    def use(form: CodeForm) -> str:
        code = form.cleaned_data["code"]
        joined = letters.use(user, code, form.claim, form.identity, address=get_ip(request))
        _welcome(request, joined)
        return _onward(request, user, verified=joined.verified)

    start = {"code": request.GET.get("code", "")[:20]} | typed_before(request)
    form = CodeForm(sent(request), person=user.person, initial=start)
    return handle_form(request, form, use, "register/join.html", {"going": _going(request)})


@signed_in
@once
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the committee: first the building, then the dwelling in it."""
    neighbourhood = here_for(request)
    if neighbourhood is None:
        return redirect("community:choose")
    building = _building(request, neighbourhood)
    if building is None:
        form = PlaceForm(request.GET if "building" in request.GET else None, neighbourhood=neighbourhood)
        page = {"form": form, "neighbourhood": neighbourhood, "going": _going(request)}
        return render(request, "register/ask_building.html", page, status=asked_or_not_valid(request))
    return _ask_in(request, building)


def _ask_in(request: HttpRequest, building: Area) -> HttpResponse:
    user = account(request)

    def ask_committee(form: AskForm) -> str:
        asked = joining.ask(user, form.cleaned_data["dwelling"], form.claim, form.identity)
        said = _("The committee answers by %(when)s. You see its answer on this page.")
        messages.success(request, said % {"when": wording.deadline(answers.due_at(asked))})
        return _onward(request, user, verified=False)

    form = AskForm(sent(request), building=building, person=user.person, initial=typed_before(request))
    page = {"building": building, "going": _going(request)}
    return handle_form(request, form, ask_committee, "register/ask.html", page)


def _going(request: HttpRequest) -> str:
    """Where somebody was about to do something, as the address of the page says (`next`); empty where it does not."""
    path = same_site_path(request.GET.get("next", ""))
    return "" if path.startswith(ENTRANCES) else path


def _onward(request: HttpRequest, user: User, *, verified: bool) -> str:
    """Back to what somebody wanted to do; while that has to wait for the committee it is kept, and told with it."""
    going = _going(request)
    if verified:
        return going or onward.take(user.person_id) or reverse("register:me")
    onward.keep(user, going)
    return reverse("register:me")


def _building(request: HttpRequest, neighbourhood: Area) -> Area | None:
    number = request.GET.get("building", "")
    if not number.isdecimal():
        return None
    return get_object_or_404(inside(neighbourhood, Kind.BUILDING), pk=int(number))


def _welcome(request: HttpRequest, joined: Joined) -> None:
    place = {"building": joined.dwelling.building.name}
    if joined.verified:
        messages.success(request, _("Welcome to %(building)s! You can take part now.") % place)
    if joined.waiting:
        messages.info(
            request, _("The committee looks at your title to %(building)s before it counts.") % place
        )

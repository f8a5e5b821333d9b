"""Who came: the code at the place, the button of whoever scanned it, and the keepers' list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.actions.web import once, refused
from portal.community.models import User
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import codes
from portal.volunteers.forms.signups import (
    CodeForm,
    OfflineForm,
    PresenceForm,
    SignUpForm,
    TickForm,
    TimesForm,
)
from portal.volunteers.models import Attendance, How, Shift, Signup
from portal.volunteers.permissions import allowed, shift_for
from portal.volunteers.services import attendance as marks
from portal.volunteers.services import signing
from portal.volunteers.services.attendance import IN, Merged
from portal.volunteers.states import SignupState
from portal.volunteers.views.acts import handled
from portal.volunteers.views.signing import kept_signup, said

# Stands in the address instead of a code where the code was said aloud and typed.
SAID = "said"


# --- at the place ---


@never_cache
@signed_in
@require_safe
def place_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen at the place: the QR of this minute and the code to say. `?part=1`: only these, for refreshing."""
    shift = _kept(request, pk)
    now = clock.now()
    code = codes.place_code(shift.secret, shift.pk, now)
    context = {
        "shift": shift,
        "path": reverse("volunteers:check_in", args=[pk, code]),
        "spoken": codes.spoken_code(shift.secret, shift.pk, now),
        "is_on": marks.is_on(shift),
        "window": marks.window(shift),
        "come": Attendance.objects.filter(signup__shift=shift).count(),
    }
    part = "volunteers/_place_code.html" if "part" in request.GET else "volunteers/place_code.html"
    return render(request, part, context)


@never_cache
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Whoever scanned the code at the place finds one big button; pressing it notes the coming, or the going.

    The scanned code becomes a pass of ten minutes, so that a sign-in in between does not lose it. Hundreds come at
    once: no row but the attendance is written, and pressing twice needs no key of its own, since it changes nothing.
    """
    shift = get_object_or_404(Shift.objects.select_related("activity__neighbourhood"), pk=pk)
    given, now = request.GET.get("pass", ""), clock.now()
    if not codes.is_pass(given, pk, now):
        if not marks.scanned(shift, code):
            return render(request, "volunteers/code_old.html", status=410)
        given = codes.give_pass(pk, now)
    here = f"{request.path}?{urlencode({'pass': given})}"
    if not isinstance(request.user, User):
        messages.info(request, _("You scanned the code. Please sign in; after that one button is left."))
        return redirect_to_login(here)
    set_here(request, shift.activity.neighbourhood)
    return _presence(request, request.user, shift, here, How.CODE if code == SAID else How.QR)


@never_cache
@signed_in
@once
def say_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Type the code that is said at the place; a right one leads to the same button as the QR."""
    shift = shift_for(request.user, pk)
    set_here(request, shift.activity.neighbourhood)

    def work(data: dict[str, Any]) -> str:
        marks.heard(account(request), shift, data["code"])
        page = reverse("volunteers:check_in", args=[pk, SAID])
        return f"{page}?{urlencode({'pass': codes.give_pass(pk, clock.now())})}"

    return handled(request, CodeForm(sent(request)), work, "volunteers/say_code.html", {"shift": shift})


def _presence(request: HttpRequest, user: User, shift: Shift, here: str, how: How) -> HttpResponse:
    """Whoever is signed up may see the shift; others only where its visibility allows."""
    standing = shift.signups.active().select_related("attendance")
    mine = standing.filter(person=user.person_id).first() if user.person_id else None
    if mine is None:
        return _join(request, user, shift_for(user, shift.pk, "sign_up"), here, how)

    def work(data: dict[str, Any]) -> str:
        return _pressed(user, shift, data["what"], how)

    context = {"shift": shift, "mine": mine, "come": getattr(mine, "attendance", None), "here_url": here}
    return handled(request, PresenceForm(sent(request)), work, "volunteers/check_in.html", context)


def _join(request: HttpRequest, user: User, shift: Shift, here: str, how: How) -> HttpResponse:
    """Somebody came without having signed up: with a free place both happens at once."""

    def work(data: dict[str, Any]) -> str:
        signup = signing.sign_up(user, shift.pk, at_place=True, **data)
        if signup.state == SignupState.ACCEPTED:
            return _pressed(user, shift, IN, how)
        said(request, signup)
        return shift.get_absolute_url()

    form = SignUpForm(shift, user.person, sent(request))
    context = {"shift": shift, "mine": None, "here_url": here}
    return handled(request, form, work, "volunteers/check_in.html", context)


def _pressed(user: User, shift: Shift, what: str, how: How) -> str:
    """Note it, and where to read that it was noted."""
    press = marks.check_in if what == IN else marks.check_out
    press(user, shift.pk, None, how)
    return f"{shift.get_absolute_url()}?done={what}"


# --- the list ---


@never_cache
@signed_in
@require_safe
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The keepers' list: who has a place, who came and went, who waits for an answer."""
    return _list(request, _kept(request, pk))


@signed_in
@once
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick one person or a group as come or gone."""
    shift = _kept(request, pk)
    form = TickForm(_expected(shift), request.POST)
    if not form.is_valid():
        return _list(request, shift, form, 422)
    data = form.cleaned_data
    try:
        merged = marks.tick(account(request), pk, data["who"], data["what"], data["at"])
    except NotPossible as reason:
        return _list(request, shift, refused(request, form, reason), 409)
    _tell(request, merged)
    return redirect("volunteers:attendance", pk)


@signed_in
@require_POST
def offline(request: HttpRequest, pk: int) -> HttpResponse:
    """A list kept without network. The same list may come again: what is known changes nothing."""
    _kept(request, pk)
    form = OfflineForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.errors["marks"][0]}, status=422)
    try:
        merged = marks.merge(account(request), pk, form.cleaned_data["marks"])
    except NotPossible as reason:
        return JsonResponse({"error": str(reason)}, status=409)
    return JsonResponse(_lines(merged))


@never_cache
@signed_in
@once
def times(request: HttpRequest, pk: int) -> HttpResponse:
    """Set somebody's times right, or take back a tick that was a mistake."""
    signup = kept_signup(request, pk, "attend")
    come = Attendance.objects.filter(signup=signup).first()
    back = reverse("volunteers:attendance", args=[signup.shift_id])
    initial = {"in_at": come.in_at, "out_at": come.out_at} if come else {"in_at": signup.shift.starts_at}
    struck = "strike" in request.POST
    form = forms.Form(request.POST) if struck else TimesForm(sent(request), initial=initial)

    def work(data: dict[str, Any]) -> str:
        if struck:
            marks.strike(account(request), pk)
        else:
            marks.correct(account(request), pk, data["in_at"], data["out_at"])
        messages.success(request, _("The list is corrected."))
        return back

    context = {"signup": signup, "shift": signup.shift, "come": come, "back": back}
    return handled(request, form, work, "volunteers/times.html", context)


@never_cache
@signed_in
@require_safe
def list_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The list on paper, to be signed."""
    shift = _kept(request, pk)
    blank = range(max(3, min(10, shift.free)))
    context = {"shift": shift, "rows": _expected(shift), "blank": blank}
    return render(request, "volunteers/list_print.html", context)


def _kept(request: HttpRequest, pk: int) -> Shift:
    shift = shift_for(request.user, pk, "attend")
    set_here(request, shift.activity.neighbourhood)
    return shift


def _expected(shift: Shift) -> list[Signup]:
    """Who has a place, with the marks."""
    rows = shift.signups.accepted().select_related("person", "attendance")
    return list(rows.order_by("person__real_name", "pk"))


def _list(
    request: HttpRequest, shift: Shift, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    rows = _expected(shift)
    others = shift.signups.active().exclude(state=SignupState.ACCEPTED).select_related("person")
    context = {
        "shift": shift,
        "rows": rows,
        "form": form or TickForm(rows),
        "applied": [one for one in others if one.state == SignupState.APPLIED],
        "waiting": [one for one in others if one.state == SignupState.WAITLISTED],
        "come": sum(hasattr(row, "attendance") for row in rows),
        "may": allowed(request.user, shift.activity.team),
        "is_on": marks.is_on(shift),
    }
    return render(request, "volunteers/attendance.html", context, status=status)


def _tell(request: HttpRequest, merged: Merged) -> None:
    if merged.taken:
        messages.success(
            request,
            ngettext("%(n)d tick is noted.", "%(n)d ticks are noted.", merged.taken) % {"n": merged.taken},
        )
    if merged.known:
        messages.info(
            request,
            ngettext("%(n)d was noted before.", "%(n)d were noted before.", merged.known)
            % {"n": merged.known},
        )
    for line in merged.refused:
        messages.error(request, f"{line.name} {line.reason}".strip())


def _lines(merged: Merged) -> dict[str, Any]:
    refusals = [
        {
            "signup": line.mark.signup,
            "what": line.mark.what,
            "at": line.mark.at.isoformat(),
            "name": line.name,
            "reason": line.reason,
            "again": line.again,
        }
        for line in merged.refused
    ]
    return {"taken": merged.taken, "known": merged.known, "refused": refusals}

"""Who came: the code at the place, the button of whoever scanned it, the keepers' list to read, print and send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.actions.retrying import once_more
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import User
from portal.community.web import account, sent, signed_in
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import codes
from portal.volunteers.actions.signups import listed, signed_up
from portal.volunteers.forms.signups import (
    CodeForm,
    OfflineForm,
    PresenceForm,
    SignUpForm,
    TickForm,
)
from portal.volunteers.models import Attendance, How, Shift
from portal.volunteers.permissions import SHIFT_AND_ABOVE, SHIFTS, SIGNUPS
from portal.volunteers.selectors import expected
from portal.volunteers.services import attendance as marks
from portal.volunteers.services import signing
from portal.volunteers.services.attendance import IN, Merged
from portal.volunteers.states import SignupState

# Stands in the address instead of a code where the code was said aloud and typed.
SAID = "said"


# --- at the place ---


@never_cache
@signed_in
@require_safe
def place_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen at the place: the QR of this minute and the code to say. `?part=1`: only these, for refreshing."""
    shift, now = SHIFTS.open(request, pk, "attend"), clock.now()
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
@once_more
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Whoever scanned the code at the place finds one big button; pressing it notes the coming, or the going.

    The scanned code becomes a pass of ten minutes, so that a sign-in in between does not lose it. Hundreds come at
    once: no row but the attendance is written, and pressing twice needs no key of its own, since it changes nothing.
    """
    shift = get_object_or_404(Shift.objects.select_related(*SHIFT_AND_ABOVE), pk=pk)
    given, now = request.GET.get("pass", ""), clock.now()
    if not codes.is_pass(given, pk, now):
        if not marks.scanned(shift, code):
            return render(request, "volunteers/code_old.html", status=410)
        given = codes.give_pass(pk, now)
    here = f"{request.path}?{urlencode({'pass': given})}"
    if not isinstance(request.user, User):
        messages.info(request, _("You scanned the code. Please sign in; after that one button is left."))
        return redirect_to_login(here)
    return _presence(request, request.user, shift, here, How.CODE if code == SAID else How.QR)


@never_cache
@signed_in
@once
def say_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Type the code that is said at the place; a right one leads to the same button as the QR."""
    shift = SHIFTS.open(request, pk)

    def work(form: CodeForm) -> str:
        marks.heard(account(request), shift, form.cleaned_data["code"])
        page = reverse("volunteers:check_in", args=[pk, SAID])
        return f"{page}?{urlencode({'pass': codes.give_pass(pk, clock.now())})}"

    return handle_form(request, CodeForm(sent(request)), work, "volunteers/say_code.html", {"shift": shift})


def _presence(request: HttpRequest, user: User, shift: Shift, here: str, how: How) -> HttpResponse:
    """Whoever is signed up may see the shift; others only where its visibility allows."""
    standing = shift.signups.active().select_related("attendance")
    mine = standing.filter(person=user.person_id).first() if user.person_id else None
    if mine is None:
        return _join(request, user, SHIFTS.open(request, shift.pk, "join_at_place"), here, how)
    SIGNUPS.open(request, mine.pk)

    def work(form: PresenceForm) -> str:
        return _pressed(user, shift, form.cleaned_data["what"], how)

    context = {"shift": shift, "mine": mine, "come": getattr(mine, "attendance", None), "here_url": here}
    return handle_form(request, PresenceForm(sent(request)), work, "volunteers/check_in.html", context)


def _join(request: HttpRequest, user: User, shift: Shift, here: str, how: How) -> HttpResponse:
    """Somebody came without having signed up: with a free place both happens at once."""

    def work(form: SignUpForm) -> str:
        signup = signing.sign_up(user, shift.pk, at_place=True, **form.values())
        if signup.state == SignupState.ACCEPTED:
            return _pressed(user, shift, IN, how)
        messages.success(request, signed_up(signup))
        return shift.get_absolute_url()

    form = SignUpForm(sent(request), thing=shift, user=user)
    context = {"shift": shift, "mine": None, "here_url": here}
    return handle_form(request, form, work, "volunteers/check_in.html", context)


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
    shift, user = SHIFTS.open(request, pk, "attend"), account(request)
    context = listed(shift, user) | {"form": TickForm(thing=shift, user=user)}
    return render(request, "volunteers/attendance.html", context)


@signed_in
@require_POST
@once_more
def offline(request: HttpRequest, pk: int) -> HttpResponse:
    """A list kept without network. The same list may come again: what is known changes nothing."""
    SHIFTS.open(request, pk, "attend")
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
@require_safe
def list_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The list on paper, to be signed."""
    shift = SHIFTS.open(request, pk, "attend")
    blank = range(max(3, min(10, shift.free)))
    context = {"shift": shift, "rows": expected(shift), "blank": blank}
    return render(request, "volunteers/list_print.html", context)


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

"""One's own page: dwellings, posts, settings, one's data, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.actions.web import once, refused
from portal.community.models import Appointment, Ownership, RelationStatus, Residency, User
from portal.community.requests import ELDER_COOKIE, here_for
from portal.community.web import account, same_site_path, sent, signed_in, typed_before
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.forms import CloseForm, SettingsForm
from portal.register.services import accounts, answers, joining, leaving, letters
from portal.register.services.joining import Tie

YEAR = 365 * 24 * 3600


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """What ties somebody here, and everything they can set."""
    user = account(request)
    held = Appointment.objects.on(clock.today()).filter(person=user.person_id) if user.person_id else []
    page = {"ties": _ties(user), "posts": held, "neighbourhood": here_for(request)}
    return render(request, "register/me.html", page)


@signed_in
@once
def preferences(request: HttpRequest) -> HttpResponse:
    """The name neighbours read, the language, the elder view."""
    user = account(request)
    form = SettingsForm(sent(request), initial=_present(user) | typed_before(request))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.rename(user, form.cleaned_data["display_name"])
            accounts.speak(user, form.cleaned_data["language"])
        except NotPossible as error:
            refused(request, form, error)
        else:
            messages.success(request, _("Saved."))
            return _remembering(request, form.cleaned_data["elder_mode"], form.cleaned_data["language"])
    return render(request, "register/settings.html", {"form": form}, status=409 if form.errors else 200)


@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Switch to large type and back, for this browser and for the account."""
    elder = request.POST.get("mode") == "elder"
    if request.user.is_authenticated:
        accounts.show(request.user, elder=elder)
    response = redirect(same_site_path(request.POST.get("next", "")) or "/")
    return _with_mode(response, elder)


@signed_in
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has moved out."""
    return _done(
        request, lambda: joining.leave(account(request), pk), _("You have moved out here, from today.")
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a request back."""
    return _done(
        request, lambda: joining.withdraw(account(request), kind, pk), _("Your request is taken back.")
    )


@signed_in
@require_POST
def hand_out(request: HttpRequest, pk: int) -> HttpResponse:
    """A code for somebody of the household, shown once."""
    try:
        letter = letters.hand_out(account(request), pk)
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("register:me")
    return render(request, "register/code.html", {"letter": letter})


@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about oneself, as a file."""
    data = leaving.export(account(request))
    options = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(data, encoder=DjangoJSONEncoder, json_dumps_params=options)
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@signed_in
def close(request: HttpRequest) -> HttpResponse:
    """Close the account, after a last question."""
    form = CloseForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            leaving.close(account(request))
        except NotPossible as error:
            refused(request, form, error)
        else:
            logout(request)
            messages.success(request, _("Your account is closed. Thank you for taking part."))
            return redirect("home")
    return render(request, "register/close.html", {"form": form}, status=409 if form.errors else 200)


def _ties(user: User) -> list[tuple[Tie, Duty | None]]:
    """Homes and titles that hold, wait, or were refused; the newest request first, with its promised answer."""
    if user.person_id is None:
        return []
    found: list[Tie] = [
        tie
        for model in (Residency, Ownership)
        for tie in model.objects.filter(person=user.person_id, until=None).select_related(
            "dwelling__building"
        )
    ]
    order = list(RelationStatus)
    found.sort(key=lambda tie: (order.index(RelationStatus(tie.status)) != 1, -tie.requested_at.timestamp()))
    owed = answers.owed(subject__in=[key(tie) for tie in found if tie.status == RelationStatus.REQUESTED])
    return [(tie, owed.get(key(tie))) for tie in found]


def _present(user: User) -> dict[str, object]:
    return {
        "display_name": user.person.display_name if user.person else "",
        "language": user.language or settings.LANGUAGE_CODE,
        "elder_mode": user.elder_mode,
    }


def _remembering(request: HttpRequest, elder: bool, language: str) -> HttpResponse:
    accounts.show(account(request), elder=elder)
    response = redirect("register:me")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return _with_mode(response, elder)


def _with_mode(response: HttpResponse, elder: bool) -> HttpResponse:
    value = "1" if elder else "0"
    response.set_cookie(
        ELDER_COOKIE, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


def _done(request: HttpRequest, act: Callable[[], None], word: str) -> HttpResponse:
    try:
        act()
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, word)
    return redirect("register:me")

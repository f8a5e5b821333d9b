"""One's own page: dwellings, posts, settings, one's data, and the way out."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.actions.actions import Actions, Offer, offers
from portal.actions.retrying import once_more
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.leaving import Leaving, hanging
from portal.community.models import Appointment, Ownership, Post, RelationStatus, Residency, User
from portal.community.places import find_neighbourhoods
from portal.community.requests import ELDER_COOKIE, here_for
from portal.community.sections import parts
from portal.community.web import account, same_site_path, sent, signed_in, typed_before
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.services import latest
from portal.record.services import key
from portal.register.actions import APPOINTMENT, OWN, WISH
from portal.register.forms import CloseForm, SettingsForm
from portal.register.models import Wish
from portal.register.permissions import APPOINTMENTS, PLACES, RELATIONS, WISHES, Tie
from portal.register.services import accounts, answers, leaving, letters, wishes
from portal.register.views import once_shown

OWN_WISHES = 5
YEAR = 365 * 24 * 3600


@require_safe
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """What ties somebody here, and everything they can set."""
    posts = _posts(request)
    runs = account(request).is_superuser or any(held.post == Post.OPERATOR for held, _offers in posts)
    page = {
        "latest": latest(account(request)),
        "parts": parts(account(request)),
        "ties": _ties(request),
        "posts": posts,
        "wishes": _wishes(request),
        # Whoever only runs the portal owes nothing on the workbench.
        "neighbourhood": here_for(request)
        if any(held.post != Post.OPERATOR for held, _offers in posts)
        else None,
        "runs_portal": runs and account(request).acts_in_offices,
    }
    return render(request, "register/me.html", page)


@signed_in
@once
def preferences(request: HttpRequest) -> HttpResponse:
    """The name neighbours read, the language, the elder view."""
    user = account(request)
    form = SettingsForm(sent(request), initial=_present(user) | typed_before(request))

    def save(form: SettingsForm) -> str:
        accounts.set_up(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return reverse("register:me")

    response = handle_form(request, form, save, "register/settings.html", {})
    return _remembering(response, user) if response.status_code == HTTPStatus.FOUND else response


@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Switch to large type and back, for this browser and for the account."""
    elder = request.POST.get("mode") == "elder"
    if request.user.is_authenticated:
        accounts.show(request.user, elder=elder)
    response = redirect(same_site_path(request.POST.get("next", "")) or "/")
    return _with_mode(response, elder)


@signed_in
@once
@require_POST
def hand_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a code for somebody of the household, and go on to it."""
    try:
        once_shown.keep(request, letters.hand_out(account(request), pk))
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("register:me")
    return redirect("register:code")


@never_cache
@require_safe
@signed_in
def code(request: HttpRequest) -> HttpResponse:
    """The code just made. Nobody keeps it: it is shown once."""
    shown = once_shown.take(request)
    if shown is None:
        messages.info(
            request, _("The invitation code was shown already. Please make another one if it is lost.")
        )
        return redirect("register:me")
    return render(request, "register/code.html", {"letter": shown})


@require_safe
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about oneself, as a file."""
    data = leaving.export(account(request))
    options = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(data, encoder=DjangoJSONEncoder, json_dumps_params=options)
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@signed_in
@once_more
def close(request: HttpRequest) -> HttpResponse:
    """Close the account, after a last question."""

    def leave(form: CloseForm) -> str:
        leaving.close(account(request))
        logout(request)
        messages.success(request, _("Your account is closed. Thank you for taking part."))
        return reverse("home")

    user = account(request)
    hangs = hanging(Leaving(user.person, user, by=user)) if user.person else []
    page = {
        "hanging": hangs,
        "posts": leaving.posts_in_the_way(user.person) if user.person else [],
        "at_home": user.person is not None and leaving.lives_or_owns(user.person),
    }
    return handle_form(request, CloseForm(sent(request)), leave, "register/close.html", page)


def _ties(request: HttpRequest) -> list[tuple[Tie, Duty | None, list[Offer]]]:
    """Homes and titles that hold, wait, or were refused; the newest request first, with its promised answer."""
    user = account(request)
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
    find_neighbourhoods(tie.dwelling.building for tie in found)
    return [(tie, owed.get(key(tie)), _offers(request, tie)) for tie in found]


def _posts(request: HttpRequest) -> list[tuple[Appointment, list[Offer]]]:
    """The own posts, and who stands in for them; for those that a desk gives a deputy can be named, and ended."""
    user = account(request)
    if user.person_id is None:
        return []
    own = Q(pk__in=Appointment.objects.standing().filter(deputy_for__person=user.person_id))
    mine = Q(pk__in=Appointment.objects.on(clock.today()).filter(person=user.person_id))
    held = list(
        Appointment.objects.filter(mine | own).select_related("area", "person", "deputy_for").order_by("pk")
    )
    find_neighbourhoods(one.area for one in held)
    return [
        (
            one,
            offers(request, APPOINTMENTS, _own_post(one, user), one, "register:appointment")
            if one.area.kind in PLACES
            else [],
        )
        for one in held
    ]


def _own_post(held: Appointment, user: User) -> Actions:
    """What the own page offers of a post: naming a deputy, and ending what a deputy holds."""
    name = "name_deputy" if held.person_id == user.person_id else "dismiss"
    return {name: APPOINTMENT[name]}


def _offers(request: HttpRequest, tie: Tie) -> list[Offer]:
    kind = answers.kind_of(tie)
    return offers(request, RELATIONS[kind], OWN[kind], tie, f"register:{kind}")


def _present(user: User) -> dict[str, object]:
    return {
        "display_name": user.person.display_name if user.person else "",
        "language": user.language or settings.LANGUAGE_CODE,
        "elder_mode": user.elder_mode,
    }


def _remembering(response: HttpResponse, user: User) -> HttpResponse:
    """The browser speaks as the account was told to."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return _with_mode(response, elder=user.elder_mode)


def _with_mode(response: HttpResponse, elder: bool) -> HttpResponse:
    value = "1" if elder else "0"
    response.set_cookie(
        ELDER_COOKIE, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


def _wishes(request: HttpRequest) -> list[tuple[Wish, Duty | None, list[Offer]]]:
    """What one asked of the desk, with who owes the answer by when."""
    own = list(
        Wish.objects.filter(person=account(request).person_id).select_related("neighbourhood")[:OWN_WISHES]
    )
    return [
        (wish, duty, offers(request, WISHES, {"withdraw": WISH["withdraw"]}, wish, "register:wish_act"))
        for wish, duty in wishes.with_duties(own)
    ]

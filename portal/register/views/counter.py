"""Signing in with the help of the counter: a code for somebody who stands there, and a second factor that is lost."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.finding import named, tied_to
from portal.community.models import Area, User
from portal.community.web import account, sent, signed_in
from portal.register.forms import FaceForm
from portal.register.models import Device
from portal.register.permissions import DESK
from portal.register.services import desk, proofs, second_factor

CODE = "counter_code"


@require_safe
@signed_in
def sign_in(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How somebody signs in, without number or address; and a code that was just given, shown once."""
    here, user = _account(request, slug, pk)
    if user.person is not None:
        desk.look_at(account(request), user.person, here, _("page of the sign-in"), "see_posts")
    given = request.session.pop(CODE, None)
    page = _page(here, user) | {
        "code": given["code"] if given and given["account"] == user.pk else "",
        "devices": Device.objects.filter(user=user).count(),
        "factor": user.has_second_factor(),
        "may_give": DESK.may(account(request), "people", here) and user.pk != account(request).pk,
        "may_reset": user.has_second_factor() and second_factor.may_reset(account(request), here, user),
    }
    return render(request, "register/sign_in.html", page)


@signed_in
@once
def give_code(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """After looking somebody in the face: a code with which they prove themselves on a new device."""
    here, user = _account(request, slug, pk)
    DESK.get(account(request), slug, "people")

    def give(form: FaceForm) -> str:
        code = proofs.give_code(account(request), here, user)
        request.session[CODE] = {"code": code, "account": user.pk}
        return reverse("register:sign_in", args=[slug, pk])

    return handle_form(request, FaceForm(sent(request)), give, "register/give_code.html", _page(here, user))


@signed_in
@once
def reset_factor(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take away a second factor that is lost, of somebody who stands at the counter."""
    here, user = _account(request, slug, pk)
    if not second_factor.may_reset(account(request), here, user):
        raise PermissionDenied("reset_factor")

    def reset(form: FaceForm) -> str:
        second_factor.reset(account(request), here, user)
        messages.success(request, _("The second step is taken away; the person is told."))
        return reverse("register:sign_in", args=[slug, pk])

    return handle_form(
        request, FaceForm(sent(request)), reset, "register/reset_factor.html", _page(here, user)
    )


def _account(request: HttpRequest, slug: str, pk: int) -> tuple[Area, User]:
    """The account of a person tied to a neighbourhood; 404 for all others."""
    here = DESK.open(request, slug, "see_posts")
    accounts = User.objects.filter(is_active=True, person__in=tied_to(here)).select_related("person")
    return here, get_object_or_404(accounts, person=pk)


def _page(here: Area, user: User) -> dict[str, object]:
    people = [user.person] if user.person else []
    return {"neighbourhood": here, "person": user.person, "called": named(people, here)[0][1]}

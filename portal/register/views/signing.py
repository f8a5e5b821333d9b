"""Proving who signs in on a new device, and the devices that know an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.community.models import User
from portal.community.web import account, sent, signed_in
from portal.kit.errors import NotPossible
from portal.register.forms import CounterCodeForm, ProofForm
from portal.register.models import Device
from portal.register.services import devices, proofs
from portal.register.stages import ProofStage

at_stage = login_stage_required(stage=ProofStage.key, redirect_urlname="account_login")
WAYS = {"name": ProofForm, "counter": CounterCodeForm}


@at_stage
def prove(request: HttpRequest, way: str = "name") -> HttpResponse:
    """Name and room, or a code from the counter; then the sign-in goes on. Until then nobody is signed in."""
    stage: ProofStage = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    form = WAYS[way](sent(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if _PROOFS[way](user, form.cleaned_data):
                    proofs.accept(user)
                    return stage.exit()
                form.add_error(None, str(WRONG[way]))
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
                status = 409
    page = {way: form, "left": proofs.tries_left(user), "known": proofs.may_tell_name(user), "way": way}
    others = {name: made() for name, made in WAYS.items() if name != way}
    return render(request, "register/prove.html", others | page | {"form": form}, status=status)


@require_safe
@signed_in
def known_devices(request: HttpRequest) -> HttpResponse:
    """The devices that know the account, the one used last on top."""
    user = account(request)
    here = devices.known(request, user)
    page = {"devices": list(Device.objects.filter(user=user)), "this": here}
    return render(request, "register/devices.html", page)


@signed_in
def forget_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and then let a device not know the account any more."""
    user = account(request)
    device = get_object_or_404(Device, user=user, pk=pk)
    if request.method != "POST":
        return render(request, "register/forget_device.html", {"device": device})
    devices.forget(user, pk)
    messages.success(request, _("The device does not know you any more."))
    return redirect("register:devices")


WRONG = {
    "name": gettext_lazy("This is not what the committee has. Please look at each sign again."),
    "counter": gettext_lazy(
        "This code is wrong, used or too old. Please ask at the counter for another one."
    ),
}
_PROOFS: dict[str, Callable[[User, dict[str, Any]], bool]] = {
    "name": lambda user, told: proofs.by_name_and_room(user, told["name"], told["room"]),
    "counter": lambda user, told: proofs.by_counter_code(user, told["code"]),
}

"""Asking the desk for something, and answering it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.requests import here_for
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import wording
from portal.register.actions import WISH
from portal.register.forms.wishes import WishForm
from portal.register.permissions import WISHES
from portal.register.services import wishes

wish_act = action_view(WISHES, WISH)


@signed_in
@once
def wish(request: HttpRequest) -> HttpResponse:
    """Ask the desk of one's place to put something right."""
    here, user = here_for(request), account(request)
    if here is None:
        return redirect("community:choose")

    def ask(form: WishForm) -> str:
        made = wishes.ask(user, here, **form.cleaned_data)
        duty = wishes.due_of(made)
        said = _("The committee answers by %(when)s. You see its answer on this page.")
        messages.success(request, said % {"when": wording.deadline(duty.due_at) if duty else ""})
        return reverse("register:me")

    start = {"kind": request.GET.get("kind", "")[:12]} | typed_before(request)
    holds_post = wishes.holds_post(user.person_id, here)
    form = WishForm(sent(request), holds_post=holds_post, initial=start)
    return handle_form(request, form, ask, "register/wish.html", {})

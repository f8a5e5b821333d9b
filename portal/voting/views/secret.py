"""Secret votes: casting a sealed ballot, and the keys of the box. Nothing typed here is kept in a session."""

from __future__ import annotations

from base64 import b64decode
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from portal.actions.actions import offers
from portal.actions.retrying import once_more
from portal.actions.views import action_view
from portal.actions.web import once
from portal.community.web import View, account
from portal.kit.errors import NotPossible
from portal.voting import services
from portal.voting.actions.keys import KEYS
from portal.voting.forms import SealedForm
from portal.voting.models import Vote
from portal.voting.permissions import VOTES
from portal.voting.views.context import line_in_hand, page_of_line, show


def quietly(view: View) -> View:
    """Ask for a sign-in first, and forget what was sent: a secret choice waits nowhere, nor does an answer."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest, pk: int, **kwargs: str) -> HttpResponse:
        return view(request, pk, **kwargs) if request.user.is_authenticated else begin_again(request, pk)

    return wrapped


def begin_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the sign-in, and from there to the page of the vote; what was sent is forgotten."""
    if request.method == "POST":
        messages.info(request, _("Please sign in and begin again: what is secret is kept nowhere."))
    return redirect_to_login(reverse("voting:vote", args=[pk]))


# --- casting ---


@never_cache
@sensitive_variables("form")
def cast_open(request: HttpRequest, found: Vote) -> HttpResponse:
    """For a page without scripts: seal and cast what was chosen and looked at again, all in one form.

    Neither choice nor code is kept or shown after it; a form that is not complete is shown again at once.
    """
    if not request.user.is_authenticated:
        return begin_again(request, found.pk)
    form = SealedForm(found, request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    try:
        return _seal(request, found.pk, form)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return show(request, found, form, status=409)


@once
@sensitive_variables("form")
def _seal(request: HttpRequest, pk: int, form: SealedForm) -> HttpResponse:
    line = line_in_hand(request)
    services.cast_open(account(request), pk, form.cleaned_data["choice"], form.code, line)
    messages.success(
        request, _("Your sealed ballot was received. Its check code is the one you have written down.")
    )
    return redirect(page_of_line(pk, line))


@quietly
@require_POST
@once_more
def cast_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the envelope a browser sealed (base64 in `envelope`); answers the script with the receipt."""
    try:
        envelope = b64decode(request.POST.get("envelope", ""), validate=True)
        ballot = services.cast_sealed(account(request), pk, envelope, line_in_hand(request))
    except NotPossible as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    except ValueError:
        return JsonResponse({"error": _("This is not a sealed ballot.")}, status=400)
    url = reverse("voting:receipt", args=[ballot.receipt])
    return JsonResponse({"receipt": ballot.receipt, "url": url})


# --- the keys of the box ---

keys_act = quietly(action_view(VOTES, KEYS))


@quietly
@require_safe
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Who keeps the parts of the key, and what is to be done with it next."""
    found = VOTES.open(request, pk, "keys")
    context = {
        "vote": found,
        "custodians": found.custodians.select_related("user__person"),
        "offers": offers(request, VOTES, KEYS, found, "voting:keys_act"),
    }
    return render(request, "voting/keys.html", context)

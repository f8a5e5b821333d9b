"""Secret votes: casting a sealed ballot, and the keys of the box. Nothing typed here is kept in a session."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from functools import wraps

import segno
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.actions.web import refused
from portal.community.web import account
from portal.kit.errors import NotPossible
from portal.record import numbers
from portal.voting import methods, services
from portal.voting.forms import BallotForm
from portal.voting.forms_keys import KeepersForm, SharesForm
from portal.voting.models import Custody, Vote
from portal.voting.permissions import VOTES
from portal.voting.states import Phase
from portal.voting.views.context import context_of, show

View = Callable[[HttpRequest, int], HttpResponse]


def quietly(view: View) -> View:
    """Ask for a sign-in first, and forget what was sent: a secret choice waits nowhere, nor does an answer."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, pk)
        if request.method == "POST":
            messages.info(request, _("Please sign in and begin again: what is secret is kept nowhere."))
        return redirect_to_login(reverse("voting:vote", args=[pk]))

    return wrapped


# --- casting ---


@quietly
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """For a page without scripts: what would be sealed and cast, and its check code. Changes nothing."""
    found = VOTES.open(request, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    box = context_of(request, found)
    if box.entry is None or box.phase is not Phase.OPEN or not found.secret:
        return redirect("voting:vote", pk)
    choice = form.cleaned_data["choice"]
    context = {
        "vote": found,
        "voting": box,
        "choice": choice,
        "words": methods.words(found, choice),
        # Drawn here already: a form sent twice ends with the code that both answers show.
        "code": numbers.draw(),
    }
    return render(request, "voting/seal_check.html", context)


@quietly
def cast_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Seal and cast what was checked. The code stands in this answer and nowhere else, so it is no redirect."""
    found = VOTES.open(request, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    sent = request.POST
    try:
        ballot, code = services.cast_open(
            account(request), pk, sent.get("choice", ""), sent.get("code", ""), _line(request)
        )
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("voting:vote", pk)
    return render(request, "voting/sealed_done.html", {"vote": found, "ballot": ballot, "code": code})


@quietly
@require_POST
def cast_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the envelope a browser sealed (base64 in `envelope`); answers the script with the receipt."""
    try:
        envelope = b64decode(request.POST.get("envelope", ""), validate=True)
        ballot = services.cast_sealed(account(request), pk, envelope, _line(request))
    except NotPossible as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    except ValueError:
        return JsonResponse({"error": _("This is not a sealed ballot.")}, status=400)
    url = reverse("voting:receipt", args=[ballot.receipt])
    return JsonResponse({"receipt": ballot.receipt, "url": url})


def _line(request: HttpRequest) -> int | None:
    typed = request.POST.get("line", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


# --- the keys of the box ---


@quietly
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Who keeps the parts of the key, making it, and trying it."""
    return _keys_page(request, _handled(request, pk))


@quietly
@require_POST
def make_keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the key. Its parts stand in this answer and nowhere else: it has to be printed now."""
    found = VOTES.open(request, pk, "make_keys")
    form = KeepersForm(found.neighbourhood, request.POST)
    if not form.is_valid():
        return _keys_page(request, found, keepers=form, status=422)
    try:
        parts = services.make_keys(account(request), pk, form.keepers)
    except NotPossible as refusal:
        refused(request, form, refusal)
        return _keys_page(request, found, keepers=form, status=409)
    keepers = found.custodians.select_related("user__person")
    sheets = [
        {"keeper": keeper, "share": share, "qr": _qr(share)}
        for keeper, share in zip(keepers, parts, strict=True)
    ]
    return render(request, "voting/shares.html", {"vote": found, "sheets": sheets})


@quietly
@require_POST
def try_keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Try two parts from paper before the vote opens."""
    found = _handled(request, pk)
    form = SharesForm(request.POST)
    if not form.is_valid():
        return _keys_page(request, found, shares=form, status=422)
    try:
        services.rehearse(account(request), pk, form.shares)
    except NotPossible as refusal:
        refused(request, form, refusal)
        return _keys_page(request, found, shares=form, status=409)
    messages.success(request, _("The parts open the box. Please put the sheets away, each in its own place."))
    return redirect("voting:keys", pk)


@quietly
def open_box(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the box after the end with two parts, and count."""
    found = _handled(request, pk)
    form, status = SharesForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound and form.is_valid():
        try:
            services.open_with(account(request), pk, form.shares)
        except NotPossible as refusal:
            refused(request, form, refusal)
            status = 409
        else:
            messages.success(request, _("The box was opened and the ballots were counted."))
            return redirect("voting:vote", pk)
    elif form.is_bound:
        status = 422
    return render(request, "voting/open.html", {"vote": found, "form": form}, status=status)


def _handled(request: HttpRequest, pk: int) -> Vote:
    """A vote whose keys the visitor handles: staff of the body that called it, or one of the custodians."""
    return VOTES.open(request, pk, "keys")


def _keys_page(
    request: HttpRequest,
    found: Vote,
    *,
    keepers: KeepersForm | None = None,
    shares: SharesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    coming = found.custody == Custody.CUSTODIANS and found.phase is Phase.COMING and not found.key_ready_at
    may_make = coming and VOTES.may(request.user, "make_keys", found)
    context = {
        "vote": found,
        "custodians": [
            (keeper.number, keeper.user.public_name, keeper.rehearsed_at)
            for keeper in found.custodians.select_related("user__person")
        ],
        "keepers": (keepers or KeepersForm(found.neighbourhood)) if may_make else None,
        "shares": (shares or SharesForm()) if coming and found.public_key else None,
    }
    return render(request, "voting/keys.html", context, status=status)


def _qr(share: str) -> SafeString:
    """A part of a key as a QR code; an address it is not."""
    drawn = segno.make(share, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    # segno draws numbers: nothing of the part reaches the markup as text.
    return mark_safe(drawn.replace("<svg ", '<svg role="img" aria-hidden="true" ', 1))  # noqa: S308

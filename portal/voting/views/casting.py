"""From choosing to casting a signed ballot. Who may cast, and when, is decided by the services."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.retrying import once_more
from portal.actions.web import again, form_key
from portal.community.web import (
    account,
    forget_typed,
    keep_typed,
    sign_in_first,
    signed_in,
    typed_before,
)
from portal.kit.errors import NotPossible
from portal.voting import methods, services
from portal.voting.forms import BallotForm
from portal.voting.models import Vote
from portal.voting.permissions import VOTES, lines_of
from portal.voting.states import Phase
from portal.voting.views.context import (
    VoteContext,
    context_of,
    is_own_line,
    line_in_hand,
    page_of_line,
    show,
)

NOT_YOURS = gettext_lazy("This ballot is not yours to cast; nothing was cast. Please look at the line above.")


def choose(request: HttpRequest, found: Vote) -> HttpResponse:
    """Let the choice for a line wait on the page where it is checked. Changes nothing."""
    if not request.user.is_authenticated:
        return sign_in_first(request, _vote_page(request, found.pk))
    form = BallotForm(found, request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    lines = lines_of(request.user, found.pk)
    if lines and not is_own_line(request, lines):
        form.add_error(None, NOT_YOURS)
    if not lines or form.errors or not found.is_open:
        return show(request, found, form, status=409)
    there = _check_page(request, found.pk)
    keep_typed(request, there, {"choice": form.cleaned_data["choice"]})
    return redirect(there)


@once_more
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be cast, for whom; sent, it is cast."""
    return _cast(request, pk) if request.method == "POST" else _look_again(request, pk)


@signed_in
def _look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Only what waits for this very line is shown. Of a secret vote nothing ever waits."""
    found = VOTES.open(request, pk)
    typed = typed_before(request, _check_page(request, pk), stays=True)
    form = BallotForm(found, typed, checked=True)
    if found.secret or not form.is_valid():
        return redirect(_vote_page(request, pk))
    voting = context_of(request, found, form)
    if not _may_cast(request, voting):
        return redirect(_vote_page(request, pk))
    if voting.fixed:
        return _refused(request, pk, voting.fixed)
    choice = form.cleaned_data["choice"]
    context = {
        "vote": found,
        "voting": voting,
        "choice": methods.words(found, choice),
        "form": BallotForm(found, initial={"choice": choice}, checked=True),
        "back": _vote_page(request, pk),
    }
    return render(request, "voting/check.html", context)


def _may_cast(request: HttpRequest, voting: VoteContext) -> bool:
    return voting.entry is not None and voting.phase is Phase.OPEN and is_own_line(request, voting.lines)


def _cast(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast what was checked. A second sending is answered like the first.

    On the last evening this is what counts: nothing is asked that the line, once locked, does not say. Only where
    it was not cast the vote is read, and what was sent is looked at, to say why.
    """
    choice, line = request.POST.get("choice"), line_in_hand(request)
    if not request.user.is_authenticated or choice is None or not _is_number(request, line):
        return _not_cast(request, pk)
    try:
        with transaction.atomic():
            # One transaction: on SQLite everybody else who writes waits for it.
            services.receive(account(request), pk, choice.strip(), line, form_key=form_key(request))
            forget_typed(request, _check_page(request, pk))
    except (NotPossible, services.Repeated, IntegrityError) as reason:
        return _not_cast(request, pk, reason)
    messages.success(request, _("Your vote was received."))
    return redirect(_vote_page(request, pk))


def _is_number(request: HttpRequest, line: int | None) -> bool:
    """Whether a form that names a line names it as the ballot's page does."""
    return request.POST.get("line", "") in {"", str(line)}


def _not_cast(request: HttpRequest, pk: int, reason: Exception | None = None) -> HttpResponse:
    """Why a ballot was not cast; of several reasons the first that holds."""
    found = get_object_or_404(Vote.objects.visible_to(request.user), pk=pk)
    if found.secret:
        return redirect("voting:vote", pk)
    if not request.user.is_authenticated:
        return sign_in_first(request, _check_page(request, pk))
    form = BallotForm(found, request.POST, checked=True)
    if not form.is_valid():
        return show(request, VOTES.open(request, pk), _ballot_again(found, request, form), status=422)
    if request.POST.get("line") and not is_own_line(request, lines_of(request.user, pk)):
        return _refused(request, pk, str(NOT_YOURS))
    key = form_key(request)
    sender = services.sender_of(key) if key else None
    if sender is not None:
        typed_before(request, _check_page(request, pk))
        return again(request, sender, _vote_page(request, pk))
    if isinstance(reason, NotPossible):
        return _refused(request, pk, str(reason))
    # A constraint that no form broke.
    raise reason or AssertionError("a ballot that could be cast was not")


def _refused(request: HttpRequest, pk: int, reason: str) -> HttpResponse:
    """The page of the vote as it is now, with the reason."""
    messages.error(request, reason)
    return show(request, VOTES.open(request, pk), status=409)


def _ballot_again(found: Vote, request: HttpRequest, refused: BallotForm) -> BallotForm:
    """The ballot itself in place of a hidden line that this vote does not allow, with the reason."""
    form = BallotForm(found, request.POST)
    if form.is_valid():
        for reason in refused.errors.as_data()["choice"]:
            form.add_error(None, reason)
    return form


def _vote_page(request: HttpRequest, pk: int) -> str:
    return page_of_line(pk, line_in_hand(request))


def _check_page(request: HttpRequest, pk: int) -> str:
    """Where a choice is checked, and the name under which it waits: two lines of one voter never mix."""
    return page_of_line(pk, line_in_hand(request), "voting:check")

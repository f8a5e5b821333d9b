"""From choosing to casting. Who may cast, and when, is decided by the services."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.web import once
from portal.community.web import account, signed_in
from portal.kit.errors import NotPossible
from portal.voting import methods, services
from portal.voting.forms import BallotForm
from portal.voting.models import Vote
from portal.voting.permissions import VOTES, Line, lines_of
from portal.voting.states import Phase
from portal.voting.views.context import context_of, line_in_hand, page_of_line, show

NOT_YOURS = gettext_lazy("This ballot is not yours to cast; nothing was cast. Please look at the line above.")


@signed_in
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The step between choosing and casting: what would be cast, for whom. Changes nothing."""
    found = VOTES.open(request, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    box = context_of(request, found, form)
    if box.entry is None or box.phase is not Phase.OPEN:
        return redirect("voting:vote", pk)
    if not _own_line(request, box.lines):
        form.add_error(None, NOT_YOURS)
        return show(request, found, form, status=409)
    choice = form.cleaned_data["choice"]
    context = {
        "vote": found,
        "voting": box,
        "choice": methods.words(found, choice),
        "form": BallotForm(found, initial={"choice": choice}, checked=True),
    }
    return render(request, "voting/check.html", context)


@signed_in
def cast(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast what was checked. A second sending is answered like the first."""
    # Without its places, which only a page that is shown again needs: on the last evening this is what counts.
    found = get_object_or_404(Vote.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST, checked=True)
    if not form.is_valid():
        return show(request, found, _ballot_again(found, request, form), status=422)
    if request.POST.get("line") and not _own_line(request, lines_of(request.user, pk)):
        messages.error(request, str(NOT_YOURS))
        return redirect("voting:vote", pk)
    return _cast(request, pk, form.cleaned_data["choice"])


@once
def _cast(request: HttpRequest, pk: int, choice: str) -> HttpResponse:
    """What has to be one transaction: on SQLite everybody else who writes waits for it."""
    try:
        services.cast(account(request), pk, choice, line_in_hand(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your vote was received."))
    return redirect(page_of_line(request, pk))


def _ballot_again(found: Vote, request: HttpRequest, refused: BallotForm) -> BallotForm:
    """The ballot itself in place of a hidden line that this vote does not allow, with the reason."""
    form = BallotForm(found, request.POST)
    if form.is_valid():
        for reason in refused.errors.as_data()["choice"]:
            form.add_error(None, reason)
    return form


def _own_line(request: HttpRequest, lines: list[Line]) -> bool:
    """Whether the ballot was sent for a line the reader may cast; a form without a line means the first one."""
    wanted = request.POST.get("line", "")
    return not wanted or not lines or wanted in {str(entry.number) for entry, _mandate in lines}

"""From choosing to casting. Who may cast, and when, is decided by the services."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.community.web import account, once, signed_in
from portal.record.errors import NotPossible
from portal.voting import methods, services
from portal.voting.forms import BallotForm
from portal.voting.permissions import vote_for
from portal.voting.states import Phase
from portal.voting.views.boxes import box_of, line_in_hand, page_of_line, show, stand_in


@signed_in
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The step between choosing and casting: what would be cast, for whom. Changes nothing."""
    found = vote_for(request.user, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST)
    if not form.is_valid():
        return show(request, found, form, status=422)
    box = box_of(request, found)
    if box.entry is None or box.phase is not Phase.OPEN:
        return redirect("voting:vote", pk)
    stand_in(request, found.neighbourhood)
    choice = form.cleaned_data["choice"]
    context = {
        "vote": found,
        "voting": box,
        "choice": methods.words(found, choice),
        "form": BallotForm(found, initial={"choice": choice}, checked=True),
    }
    return render(request, "voting/check.html", context)


@signed_in
@once
def cast(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast what was checked. A second sending is answered like the first."""
    found = vote_for(request.user, pk)
    if request.method != "POST":
        return redirect("voting:vote", pk)
    form = BallotForm(found, request.POST, checked=True)
    if not form.is_valid():
        return show(request, found, form, status=422)
    try:
        services.cast(account(request), pk, form.cleaned_data["choice"], line_in_hand(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your vote was received."))
    return redirect(page_of_line(request, pk))

"""The pages on which staff change the course of a vote: more time, calling it off, annulling it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from portal.actions.web import once, refused
from portal.community.models import User
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.errors import NotPossible
from portal.voting import services
from portal.voting.course import LABELS
from portal.voting.forms import LotForm, WithdrawForm
from portal.voting.forms_calling import ExtendForm, WhyForm
from portal.voting.models import Vote
from portal.voting.permissions import VOTES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Act:
    """What can be done to a vote: its words, its form, the service that gets the form."""

    label: StrOrPromise
    text: StrOrPromise
    done: StrOrPromise
    form: type[ExtendForm | WhyForm | WithdrawForm | LotForm]
    run: Callable[[User, Vote, Any], object]


ACTS = {
    "extend": Act(
        LABELS["extend"],
        _("Only once, and only as far as the notice said."),
        _("The vote was extended; all voters were told."),
        ExtendForm,
        lambda user, vote, form: services.extend(
            user, vote.pk, form.closes_at(), form.cleaned_data["reason"]
        ),
    ),
    "abort": Act(
        LABELS["abort"],
        _("Possible until voting begins. The reason is published."),
        _("The vote was called off; all voters were told."),
        WhyForm,
        lambda user, vote, form: services.abort(user, vote.pk, form.cleaned_data["reason"]),
    ),
    "withdraw": Act(
        LABELS["withdraw"],
        _("Ballots that name it stay valid, but it is not chosen. The reason is published."),
        _("The withdrawal was noted."),
        WithdrawForm,
        lambda user, vote, form: services.withdraw(
            user, vote.pk, form.cleaned_data["option"], form.cleaned_data["reason"]
        ),
    ),
    "lot": Act(
        LABELS["lot"],
        _("What came of the event that was announced beforehand, word for word. It cannot be changed."),
        _("The lot was entered; the votes are counted within minutes."),
        LotForm,
        lambda user, vote, form: services.enter_lot(user, vote.pk, form.cleaned_data["lot"]),
    ),
    "annul": Act(
        LABELS["annul"],
        _(
            "After a court's decision or a grave fault. The count stays published; the result loses its effect."
        ),
        _("The vote was annulled; all voters were told."),
        WhyForm,
        lambda user, vote, form: services.annul(user, vote.pk, form.cleaned_data["reason"]),
    ),
}


@signed_in
@once
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One of ACTS, on a page of its own: a published step is not taken by one press."""
    if action not in ACTS:
        raise Http404(action)
    vote, chosen = VOTES.open(request, pk, action), ACTS[action]
    form = chosen.form(sent(request), vote=vote, initial=typed_before(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            chosen.run(account(request), vote, form)
        except NotPossible as refusal:
            refused(request, form, refusal)
            status = 409
        else:
            messages.success(request, str(chosen.done))
            return redirect("voting:vote", pk)
    context = {"vote": vote, "act": chosen, "form": form, "danger": action != "extend"}
    return render(request, "voting/act.html", context, status=status)

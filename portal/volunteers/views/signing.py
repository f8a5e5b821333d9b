"""Signing up, for oneself or for others; cancelling; consenting; deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from portal.actions.web import once
from portal.community.models import User
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.volunteers.forms.signups import (
    YES,
    ConsentForm,
    DecideForm,
    PaperConsentForm,
    SignUpForForm,
    SignUpForm,
)
from portal.volunteers.models import Shift, Signup
from portal.volunteers.permissions import may, shift_for
from portal.volunteers.services import consents, signing
from portal.volunteers.states import ACTIVE, SignupState
from portal.volunteers.views.acts import handled


@never_cache
@signed_in
@once
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up oneself."""
    shift = _shift(request, pk, "sign_up")
    user = account(request)
    form = SignUpForm(shift, user.person, sent(request), initial=typed_before(request))

    def work(data: dict[str, Any]) -> str:
        said(request, signing.sign_up(user, pk, **data))
        return shift.get_absolute_url()

    context = {"shift": shift, "ages": signing.ages_words(shift)}
    return handled(request, form, work, "volunteers/sign_up.html", context)


@never_cache
@signed_in
@once
def sign_up_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter members of the team who have no account."""
    shift = _shift(request, pk, "sign_up_for")
    there = shift.signups.active().values("person")
    members = signing.without_account(shift).exclude(person__in=there).select_related("person")
    form = SignUpForForm(members.order_by("person__real_name"), sent(request), initial=typed_before(request))

    def work(data: dict[str, Any]) -> str:
        people = data.pop("people")
        entered = signing.sign_up_group(account(request), pk, people, **data)
        count = len(entered)
        messages.success(
            request, ngettext("%(n)d person is entered.", "%(n)d people are entered.", count) % {"n": count}
        )
        return reverse("volunteers:attendance", args=[pk])

    context = {"shift": shift, "members": members}
    return handled(request, form, work, "volunteers/sign_up_for.html", context)


@never_cache
@signed_in
@once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own sign-up."""
    shift = get_object_or_404(Shift.objects.select_related("activity__team__neighbourhood"), pk=pk)
    user = account(request)
    mine = shift.signups.active().filter(person=user.person_id).first() if user.person_id else None
    if mine is None:
        raise Http404
    return _end(request, user, shift, mine, my_page(shift, user))


@never_cache
@signed_in
@once
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """A keeper gives somebody's place on."""
    signup = kept_signup(request, pk, "sign_up_for")
    back = reverse("volunteers:attendance", args=[signup.shift_id])
    return _end(request, account(request), signup.shift, signup, back)


def _end(request: HttpRequest, user: User, shift: Shift, signup: Signup, back: str) -> HttpResponse:
    set_here(request, shift.activity.neighbourhood)

    def work(_data: dict[str, Any]) -> str:
        signing.cancel(user, signup.pk)
        messages.success(request, _("The sign-up was taken back. The place goes to whoever waits for it."))
        return back

    own = signup.person_id == user.person_id
    context = {"shift": shift, "signup": signup, "own": own, "back": back}
    return handled(request, forms.Form(sent(request)), work, "volunteers/cancel.html", context)


@never_cache
@signed_in
@once
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """The guardian reads what it is about and says yes or no."""
    user = account(request)
    signup = get_object_or_404(
        Signup.objects.select_related("shift__activity__team__neighbourhood", "person"),
        pk=pk,
        guardian__isnull=False,
        guardian=user.person_id,
    )
    set_here(request, signup.shift.activity.neighbourhood)
    form = ConsentForm(sent(request), initial=typed_before(request))

    def work(data: dict[str, Any]) -> str:
        if data["answer"] == YES:
            consents.consent(user, pk)
            messages.success(request, _("Your consent is noted. You can take it back here until it begins."))
        else:
            consents.refuse(user, pk)
            messages.success(request, _("The sign-up has ended; the minor was told."))
        return reverse("volunteers:consent", args=[pk])

    context = {"signup": signup, "shift": signup.shift, "active": signup.state in ACTIVE}
    return handled(request, form, work, "volunteers/consent.html", context)


@never_cache
@signed_in
@once
def paper_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """A keeper takes in the signed paper."""
    signup = kept_signup(request, pk, "consent_on_paper")
    form = PaperConsentForm(sent(request), request.FILES or None)

    def work(data: dict[str, Any]) -> str:
        said(request, consents.take_paper(account(request), pk, data["paper"][0]), own=False)
        return reverse("volunteers:attendance", args=[signup.shift_id])

    context = {"signup": signup, "shift": signup.shift}
    return handled(request, form, work, "volunteers/paper_consent.html", context)


@never_cache
@signed_in
@once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader says yes or no to a sign-up."""
    signup = kept_signup(request, pk, "decide")
    form = DecideForm(sent(request), initial=typed_before(request))

    def work(data: dict[str, Any]) -> str:
        said(
            request,
            signing.decide(account(request), pk, data["answer"] == YES, data["why"]),
            own=False,
        )
        return reverse("volunteers:attendance", args=[signup.shift_id])

    context = {"signup": signup, "shift": signup.shift}
    return handled(request, form, work, "volunteers/decide.html", context)


def said(request: HttpRequest, signup: Signup, *, own: bool = True) -> None:
    """Say what became of a sign-up."""
    waits = _("Noted. The team leader answers; you will be told.")
    if signup.needs_consent and signup.consented_at is None:
        waits = _("Noted. A guardian has to consent first: here, or on the signed paper form.")
    words = {
        SignupState.ACCEPTED: _("You have a place.") if own else _("The person has a place."),
        SignupState.WAITLISTED: _("All places are taken: this sign-up is on the waiting list.")
        if not own
        else _("All places are taken. You are on the waiting list and will be told when one is free."),
        SignupState.APPLIED: waits if own else _("Noted. The team leader decides."),
        SignupState.DECLINED: _("Declined; the person was told why."),
    }
    messages.success(request, words[SignupState(signup.state)])


def my_page(shift: Shift, user: User) -> str:
    """Where somebody goes on: the shift, or the own list where the shift must not be seen any more."""
    seen = Shift.objects.visible_to(user).filter(pk=shift.pk).exists()
    return shift.get_absolute_url() if seen else reverse("volunteers:my_activities")


def _shift(request: HttpRequest, pk: int, action: str) -> Shift:
    found = shift_for(request.user, pk, action)
    set_here(request, found.activity.neighbourhood)
    return found


def kept_signup(request: HttpRequest, pk: int, action: str) -> Signup:
    """A sign-up for those who keep the list; for others it does not exist."""
    signup = (
        Signup.objects.select_related("shift__activity__team__neighbourhood", "person").filter(pk=pk).first()
    )
    if signup is None or not may(request.user, action, signup.shift.activity.team):
        raise Http404
    set_here(request, signup.shift.activity.neighbourhood)
    return signup

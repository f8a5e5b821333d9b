"""Who comes: signing up at a shift, what can be done to a sign-up, and who came."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.actions.actions import Action, Effect
from portal.actions.waiting import until
from portal.community.models import User
from portal.volunteers.forms.signups import (
    ConsentForm,
    DecideForm,
    PaperConsentForm,
    SignUpForForm,
    SignUpForm,
    TickForm,
    TimesForm,
)
from portal.volunteers.models import Attendance, Shift, Signup
from portal.volunteers.permissions import SHIFTS, SIGNUP_NEEDS, TEAMS
from portal.volunteers.services import attendance, consents, signing
from portal.volunteers.services.attendance import Merged
from portal.volunteers.states import SignupState

SIGN_UP_AGAIN = gettext_lazy("It cannot be taken back; while places are free one can sign up again.")
WAITS_FOR_CONSENT = gettext_lazy("Noted. A guardian has to consent first: here, or on the signed paper form.")
OWN = {
    SignupState.ACCEPTED: gettext_lazy("You have a place."),
    SignupState.WAITLISTED: gettext_lazy(
        "All places are taken. You are on the waiting list and will be told when one is free."
    ),
    SignupState.APPLIED: gettext_lazy("Noted. The team leader answers; you will be told."),
}
OTHERS = {
    SignupState.ACCEPTED: gettext_lazy("The person has a place."),
    SignupState.WAITLISTED: gettext_lazy("All places are taken: this sign-up is on the waiting list."),
    SignupState.APPLIED: gettext_lazy("Noted. The team leader decides."),
    SignupState.DECLINED: gettext_lazy("Declined."),
}


def signed_up(signup: Signup) -> str:
    """What became of the own sign-up."""
    if signup.needs_consent and signup.consented_at is None:
        return str(WAITS_FOR_CONSENT)
    return str(OWN[SignupState(signup.state)])


def listed(shift: Shift, user: User) -> dict[str, Any]:
    """What the keepers' list shows: who has a place, who came and went, who waits for an answer."""
    others = shift.signups.active().exclude(state=SignupState.ACCEPTED).select_related("person")
    return {
        "applied": [one for one in others if one.state == SignupState.APPLIED],
        "waiting": [one for one in others if one.state == SignupState.WAITLISTED],
        "shift": shift,
        "decides": not SIGNUP_NEEDS["decide"].roles.isdisjoint(SHIFTS.roles(user, shift)),
        "is_on": attendance.is_on(shift),
    }


def _list_of(shift: Shift, result: object = None) -> str:
    return reverse("volunteers:attendance", args=[shift.pk])


def _back_to_list(signup: Signup, result: object) -> str:
    return _list_of(signup.shift)


def _keeping(signup: Signup, user: User) -> dict[str, Any]:
    come = Attendance.objects.filter(signup=signup).first()
    return {"shift": signup.shift, "back": _list_of(signup.shift), "come": come, "keeping": True}


def _own(signup: Signup, user: User) -> dict[str, Any]:
    return {"shift": signup.shift, "back": _home(signup, user)}


def _home(signup: Signup, user: Any) -> str:
    """Where somebody goes on: the shift, or the own list where the shift must not be seen any more."""
    seen = Shift.objects.visible_to(user).filter(pk=signup.shift_id).exists()
    return signup.shift.get_absolute_url() if seen else reverse("volunteers:my_activities")


def _after_cancelling(signup: Signup, result: Signup) -> str:
    return _home(signup, signup.person.user)


def _after_consent(signup: Signup, result: Signup) -> str:
    if result.state == SignupState.DECLINED:
        return reverse("volunteers:my_activities")
    return reverse("volunteers:signup_act", args=[signup.pk, "consent"])


def _signing(shift: Shift, user: User) -> dict[str, Any]:
    wait = {} if shift.free else {"submit": _("Onto the waiting list")}
    return {"shift": shift, "ages": signing.ages_words(shift), **wait}


def _entered(entered: list[Signup]) -> str:
    count = len(entered)
    return ngettext("%(n)d person is entered.", "%(n)d people are entered.", count) % {"n": count}


def _given_up(signup: Signup) -> str:
    """Whether somebody waited for the place, who has it now."""
    if signup.passed_on:
        return _("The sign-up was taken back. Whoever waited longest has the place now.")
    return _("The sign-up was taken back.")


def _consented(signup: Signup) -> str:
    if signup.state == SignupState.DECLINED:
        return _("The sign-up has ended.")
    return _("Your consent is noted. You can take it back here until it begins.")


def _ticked(merged: Merged) -> str:
    taken, known = merged.taken, merged.known
    said = []
    if taken:
        said.append(ngettext("%(n)d tick is noted.", "%(n)d ticks are noted.", taken) % {"n": taken})
    if known:
        said.append(ngettext("%(n)d was noted before.", "%(n)d were noted before.", known) % {"n": known})
    return " ".join(said)


def _not_ticked(merged: Merged) -> str:
    return " ".join(f"{line.name} {line.reason}".strip() for line in merged.refused)


def _entering(shift: Shift, user: User) -> dict[str, Any]:
    """Members are read by who leads the team; who keeps the list of an activity need not be one of them."""
    team = shift.activity.team
    leads = TEAMS.may(user, "members", team)
    members = reverse("volunteers:members", args=[team.pk]) if leads else ""
    return {"shift": shift, "back": _list_of(shift), "members_url": members}


SHIFT_ACTIONS = {
    "sign_up": Action(
        gettext_lazy("Sign up"),
        signing.sign_up,
        SignUpForm,
        done=signed_up,
        template="volunteers/sign_up.html",
        shows=_signing,
        ready=lambda shift, user: shift.activity.takes_signups,
        not_ready=gettext_lazy("Sign-up has not opened yet."),
        effect=None,
    ),
    "sign_up_for": Action(
        gettext_lazy("Enter somebody without a phone"),
        signing.sign_up_group,
        SignUpForForm,
        submit=gettext_lazy("Enter them"),
        done=_entered,
        then=_list_of,
        template="volunteers/sign_up_for.html",
        shows=_entering,
        effect=None,
    ),
    "attend": Action(
        gettext_lazy("Attendance list"),
        attendance.tick,
        TickForm,
        done=_ticked,
        then=_list_of,
        warn=_not_ticked,
        template="volunteers/attendance.html",
        shows=listed,
        effect=None,
    ),
}


def _list_open(signup: Signup) -> None:
    attendance.takes_marks(signup.shift)


SIGNUP_ACTIONS = {
    "cancel": Action(
        gettext_lazy("Take back a sign-up"),
        signing.cancel,
        waits=until(signing.require_not_come),
        submit=gettext_lazy("Take it back"),
        text=gettext_lazy(
            "Do you want to give your place back? Whoever waits longest gets it at once and is told."
        ),
        done=_given_up,
        tone="danger",
        then=_after_cancelling,
        template="volunteers/signup_action.html",
        shows=_own,
        effect=Effect.ENDS,
        way_back=SIGN_UP_AGAIN,
    ),
    "release": Action(
        gettext_lazy("Give the place on"),
        signing.release,
        waits=until(signing.require_not_come),
        submit=gettext_lazy("Take it back"),
        text=gettext_lazy("Whoever waits longest gets the place at once and is told."),
        done=_given_up,
        tone="danger",
        then=_back_to_list,
        template="volunteers/signup_action.html",
        shows=_keeping,
        effect=Effect.ENDS,
        way_back=SIGN_UP_AGAIN,
    ),
    "decide": Action(
        gettext_lazy("Answer a sign-up"),
        signing.decide,
        DecideForm,
        submit=gettext_lazy("Send the answer"),
        done=lambda signup: OTHERS[SignupState(signup.state)],
        tells=True,
        then=_back_to_list,
        template="volunteers/signup_action.html",
        shows=_keeping,
        effect=Effect.ENDS,
        text=gettext_lazy("Whoever signed up is told your answer at once."),
        way_back=gettext_lazy(
            "A yes can be taken back by giving the place on; after a no the person can sign up again."
        ),
    ),
    "consent": Action(
        gettext_lazy("Consent of a guardian"),
        consents.answer,
        ConsentForm,
        submit=gettext_lazy("Send the answer"),
        text=gettext_lazy(
            "Minors take part only with a guardian's consent. Without your yes there is no place."
        ),
        done=_consented,
        tells=True,
        then=_after_consent,
        template="volunteers/consent.html",
        shows=_own,
        effect=None,
    ),
    "paper_consent": Action(
        gettext_lazy("Consent on paper"),
        consents.take_paper,
        PaperConsentForm,
        submit=gettext_lazy("Take it in"),
        text=gettext_lazy("Take a photo of the paper a guardian has signed; only staff can open it later."),
        done=lambda signup: OTHERS[SignupState(signup.state)],
        then=_back_to_list,
        template="volunteers/signup_action.html",
        shows=_keeping,
        effect=None,
    ),
    "times": Action(
        gettext_lazy("Correct the times"),
        attendance.correct,
        TimesForm,
        waits=until(_list_open),
        submit=gettext_lazy("Keep these times"),
        done=gettext_lazy("The list is corrected."),
        then=_back_to_list,
        template="volunteers/times.html",
        shows=_keeping,
        effect=None,
    ),
    "strike": Action(
        gettext_lazy("The person did not come"),
        attendance.strike,
        waits=until(_list_open),
        text=gettext_lazy("Then the person did not come, and no hours follow."),
        done=gettext_lazy("The list is corrected."),
        then=_back_to_list,
        tone="quiet",
        template="volunteers/signup_action.html",
        shows=_keeping,
        effect=None,
    ),
}

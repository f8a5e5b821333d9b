"""What volunteers and those who keep their hours are told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.kit import wording
from portal.notifications.services import Kind
from portal.volunteers.models.choices import Finding, TeamRole

CERTIFICATE_ISSUED = Kind(
    "certificate.issued",
    title=_("Your service record certificate was issued: %(number)s"),
    body=_("You can read, print and download it. Anyone who has the paper can check its number."),
)
CERTIFICATE_REFUSED = Kind(
    "certificate.refused",
    title=_("Your service record certificate was not issued"),
    body=_("The reason given: “%(why)s”."),
)
CERTIFICATE_VOIDED = Kind(
    "certificate.voided",
    title=_("Your service record certificate %(number)s was voided"),
    body=_(
        "The reason given: “%(why)s”. Whoever checks its number reads that it is void. You can ask for another."
    ),
)


def _role(params: dict[str, Any]) -> dict[str, Any]:
    known = params.get("role") in TeamRole.values
    return {"role": str(TeamRole(params["role"]).label) if known else ""}


TEAM_ADDED = Kind(
    "team.added",
    title=_("You are now in the team “%(title)s”"),
    body=_("%(who)s put you in. You can leave on the team's page."),
)
ROLE_CHANGED = Kind(
    "team.role",
    title=_("Your role in the team “%(title)s” is now: %(role)s"),
    body=_("%(who)s changed it."),
    words=_role,
)
ACTIVITY_POSTED = Kind(
    "activity.posted",
    title=_("New volunteer activity: %(title)s"),
    body=_("The first time is %(first_at)s. Sign up on its page."),
)
ACTIVITY_SENT_BACK = Kind(
    "activity.sent_back",
    title=_("Not yet posted: %(title)s"),
    body=_("The committee asks for a change: “%(why)s”. Change it and send it again."),
)
ACTIVITY_CHANGED = Kind(
    "activity.changed",
    title=_("Please read again before you come: %(title)s"),
    body=_("What is said about the place, the risks or what to bring was changed."),
)
ACTIVITY_CALLED_OFF = Kind(
    "activity.called_off",
    title=_("Called off: %(title)s"),
    body=_("The reason given: “%(why)s”. Your sign-ups for it need no answer."),
)
SHIFT_CHANGED = Kind(
    "shift.changed",
    title=_("New time or place: %(title)s"),
    body=_("It is now %(start_at)s, %(place)s. Please cancel on its page if you cannot come."),
)
SHIFT_CALLED_OFF = Kind(
    "shift.called_off",
    title=_("Called off: %(title)s on %(start_at)s"),
    body=_("The reason given: “%(why)s”. Other times of the activity stand."),
)


def _bring(params: dict[str, Any]) -> dict[str, Any]:
    things = params.get("things", "")
    return {"bring": gettext("Please bring: %(things)s") % {"things": things} if things else ""}


PLACE_GOT = Kind(
    "activity.signup_accepted",
    title=_("You have a place: %(title)s"),
    body=_(
        "It begins %(starts_at)s, %(where)s. If you cannot come, please cancel so that somebody else can."
    ),
)
SIGNUP_WAITS = Kind(
    "activity.signup_waits",
    title=_("Somebody wants to come: %(title)s"),
    body=_("Please say yes or no before it begins: %(starts_at)s."),
)
SIGNUP_DECLINED = Kind(
    "activity.signup_declined",
    title=_("No place this time: %(title)s"),
    body=_("The reason given: “%(why)s”."),
)
PLACE_RELEASED = Kind(
    "activity.signup_released",
    title=_("Your sign-up was taken back by the team: %(title)s"),
    body=_("If this is a mistake, please call the team leader."),
)
CONSENT_ASKED = Kind(
    "activity.signup_consent",
    title=_("Your consent is asked for: %(title)s"),
    body=_("A minor of your household wants to volunteer on %(starts_at)s and needs a guardian's yes or no."),
)
CONSENT_REFUSED = Kind(
    "activity.signup_consent_refused",
    title=_("Your guardian did not consent: %(title)s"),
    body=_("Your sign-up has ended. Talk it over at home; you can sign up again."),
)
REMINDER = Kind(
    "activity.signup_reminder",
    title=_("You are expected: %(title)s"),
    body=_("It begins %(starts_at)s, %(where)s. %(bring)s"),
    words=_bring,
)


def _found(params: dict[str, Any]) -> dict[str, Any]:
    known = params.get("finding") in Finding.values
    return {"found": str(Finding(params["finding"]).label) if known else ""}


def _times(params: dict[str, Any]) -> dict[str, Any]:
    """Minutes before and after, as hours in the reader's words."""
    return {name: wording.hours(params[name]) for name in ("before", "after") if name in params}


HOURS_ON_NOTICE = Kind(
    "hours.on_notice",
    title=_("Your hours are on public notice: %(title)s"),
    body=_("If nobody objects until %(ends_at)s they are booked. Please check the time yourself too."),
)
HOURS_BOOKED = Kind(
    "hours.booked",
    title=_("Your hours are booked: %(title)s"),
    body=_("They count in your year and in certificates from now on."),
)
HOURS_DISPUTED = Kind(
    "hours.disputed",
    title=_("Your hours are disputed: %(title)s"),
    body=_("“%(text)s”. Two people look at it; you will be told the answer."),
)
DISPUTE_ANSWERED = Kind(
    "hours.dispute_answered",
    title=_("Answered: the objection to hours of %(title)s"),
    body=_("Two people found: %(found)s. “%(answer)s”"),
    words=_found,
)
HOURS_CORRECTED = Kind(
    "hours.corrected",
    title=_("Your hours were corrected: %(title)s"),
    body=_("%(before)s before, %(after)s now. The reason given: “%(why)s”. Both versions stay readable."),
    words=_times,
)
HOURS_REJECTED = Kind(
    "hours.rejected",
    title=_("Your hours were not accepted: %(title)s"),
    body=_("The reason given: “%(why)s”. You can ask the team's leader or the residents' committee."),
)
HOURS_REVOKED = Kind(
    "hours.revoked",
    title=_("Your booked hours were revoked: %(title)s"),
    body=_("The reason given: “%(why)s”. They count no more; certificates that counted them are void."),
)

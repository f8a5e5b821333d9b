"""What happens around volunteering, in the public record, and to volunteers and those who keep lists and hours."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.kit import wording
from portal.notifications.kinds import make_optional
from portal.volunteers.models.choices import Finding, TeamRole


def _role(params: dict[str, Any]) -> dict[str, Any]:
    known = params.get("role") in TeamRole.values
    return {"role": str(TeamRole(params["role"]).label) if known else ""}


def _bring(params: dict[str, Any]) -> dict[str, Any]:
    things = params.get("things", "")
    return {"bring": gettext("Please bring: %(things)s") % {"things": things} if things else ""}


def _found(params: dict[str, Any]) -> dict[str, Any]:
    known = params.get("finding") in Finding.values
    return {"found": str(Finding(params["finding"]).label) if known else ""}


def _times(params: dict[str, Any]) -> dict[str, Any]:
    """Minutes before and after, as hours in the reader's words."""
    return {name: wording.hours(params[name]) for name in ("before", "after") if name in params}


# --- teams ---

TEAM_FOUNDED = Event("team.founded", record=_("founded a volunteer team"))
TEAM_CLOSED = Event("team.closed", record=_("closed a volunteer team"))
MEMBER_ADDED = Event(
    "team.added",
    title=_("You are now in the team “%(title)s”"),
    body=_("%(who)s put you in. You can leave on the team's page."),
)
LEADER_LEFT = Event(
    "team.leader_left",
    title=_("The team “%(title)s” has no leader any more"),
    body=_("%(who)s has left. Please make somebody else leader by %(due_at)s."),
)
ROLE_CHANGED = Event(
    "team.role",
    title=_("Your role in the team “%(title)s” is now: %(role)s"),
    body=_("%(who)s changed it."),
    words=_role,
)

# --- activities and their times ---

POSTED = Event(
    "activity.posted",
    record=_("posted a volunteer activity"),
    title=_("New volunteer activity: %(title)s"),
    body=_("The first time is %(first_at)s. Sign up on its page."),
)
SENT_BACK = Event(
    "activity.sent_back",
    title=_("Not yet posted: %(title)s"),
    body=_("The committee asks for a change: “%(reason)s”. Change it and send it again."),
)
CHANGED = Event(
    "activity.changed",
    record=_("changed a posted volunteer activity"),
    title=_("Please read again before you come: %(title)s"),
    body=_("What is said about the place, the risks or what to bring was changed."),
)
CALLED_OFF = Event(
    "activity.called_off",
    record=_("called off a volunteer activity"),
    title=_("Called off: %(title)s"),
    body=_("The reason given: “%(reason)s”. Your sign-ups for it need no answer."),
)
REINSTATED = Event(
    "activity.reinstated",
    record=_("let a volunteer activity that was called off take place after all"),
    title=_("It takes place after all: %(title)s"),
    body=_(
        "%(reason)s Your sign-ups stand as before; please cancel on its page if you cannot come any more."
    ),
)
SHIFTS_ADDED = Event("shift.added", record=_("added times to a volunteer activity"))
SHIFT_CHANGED = Event(
    "shift.changed",
    record=_("changed the time or place of a volunteer activity"),
    title=_("New time or place: %(title)s"),
    body=_("It is now %(start_at)s, %(place)s. Please cancel on its page if you cannot come."),
)
SHIFT_CALLED_OFF = Event(
    "shift.called_off",
    record=_("called off one time of a volunteer activity"),
    title=_("Called off: %(title)s on %(start_at)s"),
    body=_("The reason given: “%(reason)s”. Other times of the activity stand."),
)

SHIFT_REINSTATED = Event(
    "shift.reinstated",
    record=_("let one time of a volunteer activity take place after all"),
    title=_("It takes place after all: %(title)s on %(start_at)s"),
    body=_(
        "%(reason)s Your sign-up stands as before; please cancel on its page if you cannot come any more."
    ),
)

# --- who comes ---

PLACE_GOT = Event(
    "activity.signup_accepted",
    title=_("You have a place: %(title)s"),
    body=_(
        "It begins %(starts_at)s, %(where)s. If you cannot come, please cancel so that somebody else can."
    ),
)
SIGNUP_WAITS = Event(
    "activity.signup_waits",
    title=_("Somebody wants to come: %(title)s"),
    body=_("Please say yes or no before it begins: %(starts_at)s."),
)
SIGNUP_DECLINED = Event(
    "activity.signup_declined",
    title=_("No place this time: %(title)s"),
    body=_("The reason given: “%(reason)s”."),
)
PLACE_RELEASED = Event(
    "activity.signup_released",
    title=_("Your sign-up was taken back by the team: %(title)s"),
    body=_("If this is a mistake, please call the team leader."),
)
CONSENT_ASKED = Event(
    "activity.signup_consent",
    title=_("Your consent is asked for: %(title)s"),
    body=_("A minor of your household wants to volunteer on %(starts_at)s and needs a guardian's yes or no."),
)
CONSENT_REFUSED = Event(
    "activity.signup_consent_refused",
    title=_("Your guardian did not consent: %(title)s"),
    body=_("Your sign-up has ended. Talk it over at home; you can sign up again."),
)
GUARDIAN_LEFT = Event(
    "activity.signup_guardian_left",
    title=_("Your consent form is needed on paper: %(title)s"),
    body=_(
        "The guardian you named has left the portal. Please bring the signed form before it begins: %(starts_at)s."
    ),
)
REMINDER = Event(
    "activity.signup_reminder",
    title=_("You are expected: %(title)s"),
    body=_("It begins %(starts_at)s, %(where)s. %(bring)s"),
    words=_bring,
)

# --- hours ---

HOURS_ENTERED = Event("hours.entered", record=_("entered volunteer hours"))
HOURS_IMPORTED = Event("hours.imported", record=_("took volunteer hours in from a table"))
HOURS_EXPORTED = Event("hours.exported", record=_("exported volunteer hours for the city's site"))
HOURS_VERIFIED = Event("hours.verified", record=_("verified volunteer hours"))
HOURS_POSTED = Event("hours.posted", record=_("put volunteer hours on public notice"))
HOURS_ON_NOTICE = Event(
    "hours.on_notice",
    title=_("Your hours are on public notice: %(title)s"),
    body=_("If nobody objects until %(ends_at)s they are booked. Please check the time yourself too."),
)
HOURS_BOOKED = Event(
    "hours.booked",
    record=_("booked volunteer hours"),
    title=_("Your hours are booked: %(title)s"),
    body=_("They count in your year and in certificates from now on."),
)
HOURS_DISPUTED = Event(
    "hours.disputed",
    record=_("objected to volunteer hours"),
    title=_("Your hours are disputed: %(title)s"),
    body=_("“%(text)s”. Two people look at it; you will be told the answer."),
)
DISPUTE_ANSWERED = Event(
    "hours.dispute_answered",
    record=_("answered an objection to volunteer hours"),
    title=_("Answered: the objection to hours of %(title)s"),
    body=_("Two people found: %(found)s. “%(answer)s”"),
    words=_found,
)
HOURS_CORRECTED = Event(
    "hours.corrected",
    record=_("corrected volunteer hours"),
    title=_("Your hours were corrected: %(title)s"),
    body=_("%(before)s before, %(after)s now. The reason given: “%(reason)s”. Both versions stay readable."),
    words=_times,
)
HOURS_REJECTED = Event(
    "hours.rejected",
    record=_("rejected volunteer hours"),
    title=_("Your hours were not accepted: %(title)s"),
    body=_("The reason given: “%(reason)s”. You can ask the team's leader or the residents' committee."),
)
HOURS_REVOKED = Event(
    "hours.revoked",
    record=_("revoked volunteer hours"),
    title=_("Your booked hours were revoked: %(title)s"),
    body=_("The reason given: “%(reason)s”. They count no more; certificates that counted them are void."),
)

# --- certificates ---

CERTIFICATE_ISSUED = Event(
    "certificate.issued",
    record=_("issued a service record certificate"),
    title=_("Your service record certificate was issued: %(number)s"),
    body=_("You can read, print and download it. Anyone who has the paper can check its number."),
)
CERTIFICATE_REFUSED = Event(
    "certificate.refused",
    title=_("Your service record certificate was not issued"),
    body=_("The reason given: “%(reason)s”."),
)
CERTIFICATE_VOIDED = Event(
    "certificate.voided",
    record=_("voided a service record certificate"),
    title=_("Your service record certificate %(number)s was voided"),
    body=_(
        "The reason given: “%(reason)s”. Whoever checks its number reads that it is void. You can ask for another."
    ),
)

make_optional(POSTED.name)

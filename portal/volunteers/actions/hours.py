"""What can be done about the hours of a shift, and to an hour record."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.kit import wording
from portal.volunteers import names
from portal.volunteers.forms.hours import (
    ClaimForm,
    CorrectForm,
    DisputeForm,
    EnterForm,
    FindForm,
    VerifyForm,
    WhyForm,
)
from portal.volunteers.models import HourRecord, Shift
from portal.volunteers.permissions import RECORDS
from portal.volunteers.services import disputes, hours
from portal.volunteers.services.hour_records import step_in
from portal.volunteers.states import DisputeState


def _desk(shift: Shift, user: User) -> Home:
    return Home(shift.dated_title, reverse("volunteers:hours_desk", args=[shift.pk]))


def _entered(made: list[HourRecord]) -> str:
    return ngettext(
        "The list is closed: %(number)d record was made.",
        "The list is closed: %(number)d records were made.",
        len(made),
    ) % {"number": len(made)}


def _verified(found: list[HourRecord]) -> str:
    return ngettext(
        "%(number)d record was verified. It goes on public notice now.",
        "%(number)d records were verified. They go on public notice now.",
        len(found),
    ) % {"number": len(found)}


SHIFT_ACTIONS: dict[str, Action] = {
    "claim": Action(
        _("Claim hours"),
        hours.claim,
        ClaimForm,
        submit=_("Claim these hours"),
        done=_("Received. A recorder verifies it; you will be told."),
        then=lambda shift, record: str(record.get_absolute_url()),
        template="volunteers/claim.html",
        shows=lambda shift, user: {"step": step_in(shift)},
        home=lambda shift, user: Home(shift.dated_title, shift.get_absolute_url()),
        effect=None,
    ),
    "close_list": Action(
        _("Close the list and enter the hours"),
        hours.close_list,
        done=_entered,
        home=_desk,
        effect=Effect.ENDS,
        text=_(
            "Nobody is added to the list any more; an hour record is made for each person on it, "
            "which another keeper verifies."
        ),
        way_back=_(
            "The list stays closed. Hours that are missing are entered by hand, wrong ones corrected."
        ),
    ),
    "verify_hours": Action(
        _("Verify hours"),
        hours.verify_ticked,
        VerifyForm,
        submit=_("Verify what is ticked"),
        done=_verified,
        home=_desk,
        effect=Effect.PUBLISHES,
        text=_(
            "What is ticked goes on public notice: you answer for it that these people were there for this time."
        ),
        way_back=_("What is wrong is objected to while it is on public notice, and corrected afterwards."),
    ),
    "enter": Action(
        _("Enter hours by hand"),
        hours.enter,
        EnterForm,
        submit=_("Enter"),
        text=_("For somebody who is not on the list. Another keeper verifies what you type in."),
        done=_("Entered. Another keeper verifies it."),
        home=_desk,
        effect=None,
    ),
}


def record_home(record: HourRecord, user: User) -> Home:
    """The record; its line on the public notice, or the neighbourhood, for who may object but not read it."""
    much = wording.hours(record.minutes)
    if RECORDS.may(user, "read", record):
        told = [
            record.activity.title,
            record.person.real_name,
            wording.span(record.starts_at, record.ends_at),
        ]
        return Home(" · ".join([*told, much]), record.get_absolute_url())
    told = [record.team.name, names.shown(record.person), wording.day(record.starts_at)]
    back = (
        record.notice.url
        if record.notice
        else reverse("volunteers:overview", args=[record.neighbourhood.slug])
    )
    return Home(" · ".join([*told, much]), back)


def _of_another(record: HourRecord, user: User) -> bool:
    """Nobody decides about the own hours."""
    return record.person_id != user.person_id


def _is_found(record: HourRecord, user: User) -> bool:
    made = disputes.open_dispute(record)
    return made is not None and made.state is DisputeState.FOUND and _of_another(record, user)


def _dispute(record: HourRecord, user: User) -> dict[str, Any]:
    return {"dispute": disputes.open_dispute(record)}


def _verify(user: User, pk: int) -> list[HourRecord]:
    return hours.verify(user, [pk])


RECORD_ACTIONS: dict[str, Action] = {
    "verify": Action(
        _("Verify these hours"),
        _verify,
        text=_("You answer for it that the person was there for this time. Then it goes on public notice."),
        done=_("Verified. It goes on public notice now."),
        ready=_of_another,
        home=record_home,
        effect=Effect.PUBLISHES,
        way_back=_("What is wrong is objected to while it is on public notice, and corrected afterwards."),
    ),
    "reject": Action(
        _("Reject these hours"),
        hours.reject,
        WhyForm,
        text=_("The hours were not served. The volunteer is told why."),
        done=_("Rejected."),
        tells=True,
        tone="danger",
        ready=_of_another,
        home=record_home,
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. The time can be claimed or entered again."),
    ),
    "correct": Action(
        _("Correct the time"),
        hours.correct,
        CorrectForm,
        text=_("The old version stays readable but counts no more. Another keeper verifies the new one."),
        done=_("Corrected. Another keeper verifies the new time."),
        tells=True,
        ready=_of_another,
        home=record_home,
        effect=Effect.REPLACES,
        way_back=WayBack("correct"),
    ),
    "revoke": Action(
        _("Revoke this record"),
        hours.revoke,
        WhyForm,
        text=_("Only for a false record. It counts no more, and certificates that counted it become void."),
        done=_("Revoked."),
        tells=True,
        tone="danger",
        ready=_of_another,
        home=record_home,
        effect=Effect.ENDS,
        way_back=_("It cannot be taken back. The time can be claimed or entered again."),
    ),
    "dispute": Action(
        _("Object to this record"),
        disputes.dispute,
        DisputeForm,
        text=_("One recorder looks at it and a second person confirms; you are told the answer."),
        done=_("Received. Two people look at it; you will be told the answer."),
        home=record_home,
        effect=Effect.PUBLISHES,
        way_back=_("It cannot be taken back; two people look at it and answer."),
    ),
    "find": Action(
        _("Write what you found"),
        disputes.find,
        FindForm,
        text=_("It takes effect when a second person confirms it."),
        done=_("Kept. A second person confirms it now."),
        ready=_of_another,
        template="volunteers/judge.html",
        shows=_dispute,
        home=record_home,
        effect=None,
    ),
    "confirm": Action(
        _("Confirm what was found"),
        disputes.confirm,
        text=_("You looked at it yourself and agree. It takes effect at once, and whoever objected is told."),
        done=_("Confirmed."),
        tells=True,
        ready=_is_found,
        template="volunteers/judge.html",
        shows=_dispute,
        home=record_home,
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
}

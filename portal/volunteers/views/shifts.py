"""One time of an activity, and what somebody has signed up for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.community.web import account, signed_in
from portal.kit import clock
from portal.kit.paging import paged
from portal.volunteers.models import Attendance, HourRecord, Shift, Signup
from portal.volunteers.permissions import SHIFTS
from portal.volunteers.services import attendance, signing
from portal.volunteers.states import ACTIVE, LIVE, SignupState

PAST_SHOWN = 50


@require_safe
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """What, when, where, the risks, the free places, and how the reader's own sign-up stands."""
    found = SHIFTS.open(request, pk)
    person = getattr(request.user, "person_id", None)
    mine = found.signups.filter(person=person).order_by("-pk").first() if person else None
    context = {
        "shift": found,
        "activity": found.activity,
        "phase": found.phase,
        "ages": signing.ages_words(found),
        "waiting": found.signups.waiting().count(),
        "may": SHIFTS.allowed(request.user, found),
        "done": request.GET.get("done"),
        **_own(found, mine),
    }
    return render(request, "volunteers/shift.html", context)


@never_cache
@signed_in
@require_safe
def my_activities(request: HttpRequest) -> HttpResponse:
    """Everything one signed up for: to come, waiting, over with the state of the hours."""
    user = account(request)
    mine = Signup.objects.filter(person=user.person_id).select_related(
        "shift__activity__team", "attendance", "guardian"
    )
    to_come = mine.active().filter(shift__ends_at__gt=clock.now()).order_by("shift__starts_at", "pk")
    page = paged(request, to_come)
    asked = Signup.objects.filter(
        guardian=user.person_id, state=SignupState.APPLIED, consented_at=None, needs_consent=True
    )
    context = {
        "held": [one for one in page if one.state == SignupState.ACCEPTED],
        "waiting": [one for one in page if one.state != SignupState.ACCEPTED],
        "page": page,
        "asked": asked.select_related("shift__activity", "person").filter(shift__ends_at__gt=clock.now()),
        "past": _past(user.person_id, mine),
    }
    return render(request, "volunteers/my_activities.html", context)


def _past(person: int | None, mine: Any) -> list[dict[str, Any]]:
    over = mine.accepted().filter(shift__ends_at__lte=clock.now()).order_by("-shift__starts_at")[:PAST_SHOWN]
    records = HourRecord.objects.filter(person=person, shift__in=[one.shift_id for one in over])
    hours = {record.shift_id: record for record in records if record.state in LIVE}
    return [{"signup": one, "record": hours.get(one.shift_id)} for one in over]


def _own(found: Shift, mine: Signup | None) -> dict[str, Any]:
    """How the reader's own sign-up stands, and what can be done about it now."""
    ahead = SHIFTS.fits("sign_up", found) and found.activity.cancelled_at is None
    can_join = ahead and found.activity.takes_signups
    if mine is None:
        return {"mine": None, "can_join": can_join, "opens": ahead and not can_join}
    mine.shift = found
    active = mine.state in ACTIVE
    before = found.signups.waiting().filter(applied_at__lt=mine.applied_at).count()
    return {
        "mine": mine,
        "active": active,
        "place_in_line": before + 1,
        "come": Attendance.objects.filter(signup=mine).first(),
        "too_late": signing.is_too_late(mine),
        "too_late_words": signing.too_late(mine),
        "can_join": not active and can_join,
        "is_on": attendance.is_on(found),
        "state_words": _words(mine),
    }


def _words(mine: Signup) -> str:
    if mine.state == SignupState.APPLIED and mine.needs_consent and mine.consented_at is None:
        return _("A guardian has to consent first.")
    if mine.state == SignupState.APPLIED:
        return _("The team leader has not answered yet.")
    return ""

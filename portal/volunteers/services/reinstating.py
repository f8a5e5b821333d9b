"""An activity, or one of its times, that was called off by mistake takes place after all, until it would have begun."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers.events import REINSTATED, SHIFT_REINSTATED
from portal.volunteers.models import Activity, Shift
from portal.volunteers.permissions import ACTIVITIES, SHIFTS
from portal.volunteers.selectors import signed_up
from portal.volunteers.services import places
from portal.volunteers.services.activities import DUTY
from portal.volunteers.states import Phase, Stage, TeamState

STANDING: dict[str, Any] = {"cancelled_at": None, "cancelled_why": ""}


@transaction.atomic
def reinstate(user: User, pk: int, reason: str) -> list[Shift]:
    """Let an activity stand again as it stood, with the times called off with it that lie ahead. Returns these.

    Those signed up are told. Raises NotPossible when none of its times lies ahead any more, or the team was closed.
    """
    activity = ACTIVITIES.take(user, pk, "reinstate")
    _require_team(activity)
    if not can_be_reinstated(activity):
        raise NotPossible(_("Nothing of this activity is called off that lies ahead."))
    shifts = list(_called_off_with(activity).select_for_update(of=("self",), no_key=True).order_by("pk"))
    ahead = [shift for shift in shifts if shift.starts_at > clock.now()]
    if shifts and not ahead:
        raise NotPossible(_("All of its times have come. Please post a new activity."))
    if activity.stage is Stage.CANCELLED:
        advance(activity, _stood(activity), **STANDING)
    for shift in ahead:
        _put_back(shift)
    if activity.stage is Stage.SUBMITTED:
        days = rule("activity.approve_days", activity.neighbourhood)
        duties.open_duty(DUTY, activity, due=add_working_days(clock.now(), days), post=Post.WORKER)
    if activity.stage is Stage.POSTED:
        data = activity.public({"shifts": len(ahead), "why": reason.strip()})
        announce(REINSTATED, activity, by=user, to=signed_up(ahead), data=data, reason=reason.strip())
    return ahead


@transaction.atomic
def reinstate_shift(user: User, pk: int, reason: str) -> Shift:
    """Let one time take place after all; those signed up are told.

    Raises NotPossible when it would have begun, and while the activity itself is called off.
    """
    shift = SHIFTS.take(user, pk, "reinstate")
    activity = shift.activity
    _require_team(activity)
    if activity.stage is Stage.CANCELLED:
        raise NotPossible(_("The whole activity was called off. Please let that take place again first."))
    if shift.starts_at <= clock.now():
        raise NotPossible(_("It would have begun already. Please add another time."))
    _put_back(shift)
    if activity.stage is Stage.POSTED:
        announce(
            SHIFT_REINSTATED,
            shift,
            by=user,
            to=signed_up([shift]),
            data=activity.public({"starts_at": shift.starts_at.isoformat(), "why": reason.strip()}),
            url=activity.get_absolute_url(),
            start_at=shift.starts_at.isoformat(),
            reason=reason.strip(),
        )
    return shift


def called_off_for_good_at(activity: Activity) -> datetime | None:
    """When the last of the times begins that were called off with an activity, or are now; None: it has none."""
    shifts = _called_off_with(activity) if can_be_reinstated(activity) else _ahead(activity)
    last: datetime | None = shifts.aggregate(last=Max("starts_at"))["last"]
    return last


def can_be_reinstated(activity: Activity) -> bool:
    """Whether it was called off as a whole, or all that was to come of one of which some has been held."""
    if activity.stage is Stage.CANCELLED:
        return True
    return not _ahead(activity).exists() and _called_off_with(activity).exists()


def _ahead(activity: Activity) -> QuerySet[Shift]:
    return activity.shifts.filter(cancelled_at=None, starts_at__gt=clock.now())


def _called_off_with(activity: Activity) -> QuerySet[Shift]:
    """Its times that were called off in one go with the rest of it; each by itself has a moment of its own."""
    moment = activity.cancelled_at
    if moment is None:
        gone = activity.shifts.filter(cancelled_at__isnull=False, starts_at__gt=clock.now())
        moment = gone.aggregate(last=Max("cancelled_at"))["last"]
    return activity.shifts.filter(cancelled_at=moment) if moment else activity.shifts.none()


def _stood(activity: Activity) -> Stage:
    if activity.approved_at is not None:
        return Stage.POSTED
    return Stage.DRAFT if activity.submitted_at is None else Stage.SUBMITTED


def _put_back(shift: Shift) -> None:
    """People are reminded anew; a place that became free meanwhile goes to whoever waits for it."""
    shift.signups.update(reminded_at=None)
    advance(shift, Phase.FULL if shift.taken >= shift.slots else Phase.RECRUITING, **STANDING)
    places.move_up(shift)


def _require_team(activity: Activity) -> None:
    if activity.team.state is TeamState.CLOSED:
        raise NotPossible(_("The team was closed, so its activities stay called off."))

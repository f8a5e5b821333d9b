"""An activity from its draft to the day it is posted or called off. Its leader writes, the committee posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community import uploads
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.volunteers import about
from portal.volunteers.models import Activity, Shift, Visibility
from portal.volunteers.news import (
    ACTIVITY_CALLED_OFF,
    ACTIVITY_CHANGED,
    ACTIVITY_POSTED,
    ACTIVITY_SENT_BACK,
)
from portal.volunteers.permissions import activity_for, may, team_for
from portal.volunteers.services.shifts import add_shifts, call_off_shift, change_shift, create
from portal.volunteers.services.transitions import in_team, leaders, note, signed_up, tell
from portal.volunteers.spans import Span
from portal.volunteers.states import Stage

__all__ = [
    "add_shifts",
    "approve",
    "call_off",
    "call_off_shift",
    "change_shift",
    "draft",
    "edit",
    "send_back",
    "submit",
]

DUTY = "activity.approve"
MAX_PHOTOS = 6
FIELDS = (
    "title",
    "kind",
    "content",
    "beneficiary",
    "place",
    "skills",
    "bring",
    "risks",
    "risky",
    "insurance_number",
    "least_age",
    "most_age",
    "visibility",
    "screened",
    "mutual_aid",
    "cancel_hours",
    "contact",
    "about",
)
# What the committee has read it has posted: afterwards the leader alone changes only these.
AFTER_POSTING = frozenset({"skills", "bring", "contact", "photos", "without"})
# Who signed up is asked to read these again.
TOLD = frozenset({"place", "risks", "risky", "bring"})


@transaction.atomic
def draft(
    user: User,
    team_pk: int,
    values: dict[str, Any],
    times: Sequence[tuple[Span, int]] = (),
    place: str = "",
) -> Activity:
    """Begin an activity, which only those who lead the team and the committee see.

    `values`: FIELDS, and `photos` as they were sent. `times`: each shift's time and places, at
    `place` where not at the activity's own.
    Raises PermissionDenied for others; NotPossible as `add_shifts`, and for a topic that is not one of here.
    """
    team = team_for(user, team_pk, "write")
    if team.closed_at is not None:
        raise NotPossible(_("This team has been closed."))
    hours = rule("activity.cancel_hours", team.neighbourhood)
    activity = Activity(
        team=team,
        neighbourhood=team.neighbourhood,
        created_by=user,
        cancel_hours=hours,
        title=values["title"],
    )
    _write(activity, values)
    activity.save()
    _change_photos(user, activity, values)
    create(activity, times, place)
    return activity


@transaction.atomic
def edit(user: User, pk: int, values: dict[str, Any]) -> Activity:
    """Change an activity; `without` are photos to take away. Those signed up are told of what matters to them.

    Raises NotPossible for the leader while the committee reads it, and for what was posted and concerns more
    than AFTER_POSTING: then the committee changes it.
    """
    activity = activity_for(user, pk, "write", lock=True)
    changed = _write(activity, values)
    _require_editable(user, activity, changed)
    if activity.stage is Stage.POSTED:
        _require_complete(activity)
    activity.save()
    _change_photos(user, activity, values)
    if activity.stage is Stage.POSTED and changed:
        _say_changed(user, activity, changed)
    return activity


@transaction.atomic
def submit(user: User, pk: int) -> Activity:
    """Send a draft to the committee, which owes an answer (rule activity.approve_days); its own is posted at once.

    Raises NotPossible where something is missing: a time that lies ahead, the insurance of bodily risk.
    """
    activity = activity_for(user, pk, "write", lock=True)
    _require(activity, Stage.DRAFT)
    _require_complete(activity)
    if may(user, "approve", activity.team):
        return _post(user, activity)
    activity.submitted_at, activity.returned_why = clock.now(), ""
    activity.save(update_fields=["submitted_at", "returned_why"])
    here = activity.neighbourhood
    days = rule("activity.approve_days", here)
    duties.open_duty(
        DUTY,
        activity,
        neighbourhood=here,
        title=activity.title,
        url=activity.get_absolute_url(),
        due=add_working_days(clock.now(), days),
        post=Post.WORKER,
        area=here,
    )
    return activity


@transaction.atomic
def approve(user: User, pk: int) -> Activity:
    """Post what the leader sent: from now on people sign up. Raises PermissionDenied for others than the committee."""
    activity = activity_for(user, pk, "approve", lock=True)
    _require(activity, Stage.SUBMITTED)
    _require_complete(activity)
    return _post(user, activity)


@transaction.atomic
def send_back(user: User, pk: int, why: str) -> Activity:
    """Give it back to the leader, who is told why."""
    activity = activity_for(user, pk, "approve", lock=True)
    _require(activity, Stage.SUBMITTED)
    activity.submitted_at, activity.returned_why = None, why.strip()
    activity.save(update_fields=["submitted_at", "returned_why"])
    duties.close(DUTY, activity, by=user)
    occasion = f"{key(activity)}:{clock.now().isoformat()}"
    tell(ACTIVITY_SENT_BACK, activity, leaders(activity.team), once_per=occasion, why=why.strip())
    return activity


@transaction.atomic
def call_off(user: User, pk: int, why: str) -> list[Shift]:
    """Call an activity off with all shifts that have not begun; those signed up are told. Returns these shifts.

    Where some of it has been held only the rest is called off: what was held keeps its lists and hours.
    Raises NotPossible where all of it has been held.
    """
    activity = activity_for(user, pk, "call_off", lock=True)
    _require(activity, Stage.DRAFT, Stage.SUBMITTED, Stage.POSTED)
    posted, now = activity.stage is Stage.POSTED, clock.now()
    standing = activity.shifts.select_for_update(of=("self",), no_key=True).filter(cancelled_at=None)
    begun = posted and standing.filter(starts_at__lte=now).exists()
    shifts = list(standing.filter(starts_at__gt=now).order_by("pk"))
    if begun and not shifts:
        raise NotPossible(_("No time lies ahead that could be called off."))
    if not begun:
        activity.cancelled_at, activity.cancelled_why = now, why.strip()
        activity.save(update_fields=["cancelled_at", "cancelled_why"])
    off = Shift.objects.filter(pk__in=[shift.pk for shift in shifts])
    off.update(cancelled_at=now, cancelled_why=why.strip())
    duties.drop(activity, DUTY)
    if posted:
        _say_called_off(user, activity, shifts, why.strip())
    return shifts


def _post(user: User, activity: Activity) -> Activity:
    activity.approved_at, activity.approved_by, activity.returned_why = clock.now(), user, ""
    activity.submitted_at = activity.submitted_at or clock.now()
    activity.save(update_fields=["approved_at", "approved_by", "returned_why", "submitted_at"])
    duties.close(DUTY, activity, by=user)
    _show_photos(activity)
    note(activity, "activity.posted", user, {"shifts": activity.shifts.filter(cancelled_at=None).count()})
    first = activity.shifts.filter(cancelled_at=None, starts_at__gt=clock.now()).order_by("starts_at")[0]
    when = first.starts_at.isoformat()
    tell(ACTIVITY_POSTED, activity, in_team(activity.team), once_per=key(activity), first_at=when)
    return activity


def _say_called_off(user: User, activity: Activity, shifts: list[Shift], why: str) -> None:
    entry = note(activity, "activity.called_off", user, {"shifts": len(shifts), "why": why})
    occasion = f"{key(activity)}:{entry.sequence}"
    tell(ACTIVITY_CALLED_OFF, activity, signed_up(shifts), once_per=occasion, why=why)


def _write(activity: Activity, values: dict[str, Any]) -> list[str]:
    """Take the values over; returns the names of those that changed."""
    changed = [name for name in FIELDS if name in values and getattr(activity, name) != values[name]]
    if "about" in changed and not about.fits(values["about"], activity.neighbourhood):
        raise NotPossible(_("Please choose a topic of this neighbourhood."))
    for name in changed:
        setattr(activity, name, values[name])
    return changed


def _require(activity: Activity, *stages: Stage) -> None:
    if activity.stage not in stages:
        raise NotPossible(_("This activity has moved on meanwhile. Please look at its page again."))


def _require_editable(user: User, activity: Activity, changed: list[str]) -> None:
    _require(activity, Stage.DRAFT, Stage.SUBMITTED, Stage.POSTED)
    if "mutual_aid" in changed and activity.hours.exists():
        raise NotPossible(
            _("Hours were entered already: whether it is elder-care mutual aid cannot change any more.")
        )
    if may(user, "approve", activity.team):
        return
    if activity.stage is Stage.SUBMITTED:
        raise NotPossible(
            _("The committee is reading it. Ask it to send the activity back if you want a change.")
        )
    if activity.stage is Stage.POSTED and not AFTER_POSTING.issuperset(changed):
        raise NotPossible(
            _("It has been posted as the committee read it. Please ask the committee to change this.")
        )


def _require_complete(activity: Activity) -> None:
    """What has to be there before anybody is asked to come (national regulation on volunteer service art. 12-17)."""
    if not activity.risks.strip():
        raise NotPossible(_("Please say which risks there are and how they are met."))
    if activity.risky and not activity.insurance_number.strip():
        raise NotPossible(
            _("There is bodily risk: volunteers have to be insured. Please give the number of the insurance.")
        )
    ahead = activity.shifts.filter(cancelled_at=None, starts_at__gt=clock.now())
    if activity.stage is not Stage.POSTED and not ahead.exists():
        raise NotPossible(_("Please add a time that lies ahead; then people can sign up."))


def _say_changed(user: User, activity: Activity, changed: list[str]) -> None:
    entry = note(activity, "activity.changed", user, {"fields": changed})
    if "visibility" in changed:
        _show_photos(activity)
    if not TOLD.isdisjoint(changed):
        ahead = activity.shifts.filter(cancelled_at=None, ends_at__gt=clock.now())
        tell(ACTIVITY_CHANGED, activity, signed_up(ahead), once_per=f"{key(activity)}:{entry.sequence}")


def _change_photos(user: User, activity: Activity, values: dict[str, Any]) -> None:
    photos, gone = values.get("photos") or [], values.get("without") or []
    if not photos and not gone:
        return
    uploads.withdraw(gone)
    activity.photos.remove(*gone)
    if activity.photos.count() + len(photos) > MAX_PHOTOS:
        raise NotPossible(_("At most %(most)d photos. Please take some away first.") % {"most": MAX_PHOTOS})
    activity.photos.add(*(uploads.accept(user, activity.neighbourhood, photo) for photo in photos))
    _show_photos(activity)


def _show_photos(activity: Activity) -> None:
    """Photos are public where the activity is; a file has no finer visibility."""
    if activity.approved_at is not None and activity.visibility == Visibility.EVERYONE:
        uploads.publish(activity.photos.all())
    else:
        uploads.withdraw(activity.photos.all())

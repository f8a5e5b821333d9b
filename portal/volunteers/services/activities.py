"""An activity from its draft to the day it is posted or called off. Its leader writes, the committee posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.actions.versions import require_version, save_version
from portal.community import uploads
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.search import services as search
from portal.volunteers import about
from portal.volunteers.events import CALLED_OFF, CHANGED, POSTED, SENT_BACK
from portal.volunteers.models import Activity, Shift
from portal.volunteers.permissions import ACTIVITIES, TEAMS
from portal.volunteers.selectors import leaders, members, signed_up
from portal.volunteers.services.shifts import add_shifts, call_off_shift, change_shift, create
from portal.volunteers.spans import Span
from portal.volunteers.states import Phase, Stage

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
    "signup_from",
    "contact",
    "about",
)
# What the committee has read it has posted: afterwards the leader alone changes only these.
AFTER_POSTING = frozenset({"skills", "bring", "contact", "photos", "alt", "without"})
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
    team = TEAMS.take(user, team_pk, "write")
    activity = Activity(team=team, neighbourhood=team.neighbourhood, created_by=user, title=values["title"])
    activity.cancel_hours = rule("activity.cancel_hours", team.neighbourhood)
    _write(activity, values)
    activity.save()
    _change_photos(user, activity, values)
    create(activity, times, place)
    return activity


@transaction.atomic
def edit(user: User, pk: int, values: dict[str, Any], version: int | None = None) -> Activity:
    """Change an activity; `without` are photos to take away. Those signed up are told of what matters to them.

    `version`: the one that was opened to be changed; Overtaken where somebody else saved since. NotPossible for
    the leader while the committee reads it, and for what was posted and concerns more than AFTER_POSTING: then the
    committee changes it.
    """
    activity = ACTIVITIES.take(user, pk, "edit")
    opened = version or activity.version
    require_version(activity, opened)
    changed = _write(activity, values)
    _require_editable(user, activity, changed)
    if activity.stage is Stage.POSTED:
        _require_complete(activity)
    save_version(activity, opened, changed)
    _change_photos(user, activity, values)
    search.index(activity)
    if activity.stage is Stage.POSTED and changed:
        _say_changed(user, activity, changed)
    return activity


@transaction.atomic
def submit(user: User, pk: int) -> Activity:
    """Send a draft to the committee, which owes an answer (rule activity.approve_days); its own is posted at once.

    Raises NotPossible where something is missing: a time that lies ahead, the insurance of bodily risk.
    """
    activity = ACTIVITIES.take(user, pk, "submit")
    _require_complete(activity)
    if ACTIVITIES.entitled(user, "approve", activity):
        return _post(user, activity)
    advance(activity, Stage.SUBMITTED, submitted_at=clock.now(), returned_why="")
    days = rule("activity.approve_days", activity.neighbourhood)
    duties.open_duty(DUTY, activity, due=add_working_days(clock.now(), days), post=Post.WORKER)
    return activity


@transaction.atomic
def approve(user: User, pk: int) -> Activity:
    """Post what the leader sent: from now on people sign up. Raises PermissionDenied for others than the committee."""
    activity = ACTIVITIES.take(user, pk, "approve")
    _require_complete(activity)
    return _post(user, activity)


@transaction.atomic
def send_back(user: User, pk: int, reason: str) -> Activity:
    """Give it back to the leader, who is told why."""
    activity = ACTIVITIES.take(user, pk, "send_back")
    advance(activity, Stage.DRAFT, submitted_at=None, returned_why=reason.strip())
    duties.close(DUTY, activity, by=user)
    announce(SENT_BACK, activity, to=leaders(activity.team), reason=reason.strip())
    return activity


@transaction.atomic
def call_off(user: User, pk: int, reason: str) -> list[Shift]:
    """Call an activity off with all shifts that have not begun; those signed up are told. Returns these shifts.

    Where some of it has been held only the rest is called off: what was held keeps its lists and hours.
    Raises NotPossible where all of it has been held.
    """
    activity, reason = ACTIVITIES.take(user, pk, "call_off"), reason.strip()
    now, posted = clock.now(), activity.stage is Stage.POSTED
    standing = activity.shifts.select_for_update(of=("self",), no_key=True).filter(cancelled_at=None)
    begun = posted and standing.filter(starts_at__lte=now).exists()
    shifts = list(standing.filter(starts_at__gt=now).order_by("pk"))
    if begun and not shifts:
        raise NotPossible(_("No time lies ahead that could be called off."))
    if not begun:
        advance(activity, Stage.CANCELLED, cancelled_at=now, cancelled_why=reason)
    for shift in shifts:
        advance(shift, Phase.CANCELLED, cancelled_at=now, cancelled_why=reason)
    duties.drop(activity, DUTY)
    if posted:
        data = activity.public({"shifts": len(shifts), "why": reason})
        announce(CALLED_OFF, activity, by=user, to=signed_up(shifts), data=data, reason=reason)
    return shifts


def _post(user: User, activity: Activity) -> Activity:
    now = clock.now()
    advance(
        activity,
        Stage.POSTED,
        approved_at=now,
        approved_by=user,
        submitted_at=activity.submitted_at or now,
        returned_why="",
    )
    duties.close(DUTY, activity, by=user)
    search.index(activity)
    _show_photos(activity)
    ahead = activity.shifts.filter(cancelled_at=None)
    first = ahead.filter(starts_at__gt=now).order_by("starts_at")[0]
    announce(
        POSTED,
        activity,
        by=user,
        to=members(activity.team),
        data=activity.public({"shifts": ahead.count()}),
        first_at=first.starts_at.isoformat(),
    )
    return activity


def _write(activity: Activity, values: dict[str, Any]) -> list[str]:
    """Take the values over; returns the names of those that changed."""
    changed = [name for name in FIELDS if name in values and getattr(activity, name) != values[name]]
    if "about" in changed and not about.fits(values["about"], activity.neighbourhood):
        raise NotPossible(_("Please choose a topic of this neighbourhood."))
    for name in changed:
        setattr(activity, name, values[name])
    return changed


def _require_editable(user: User, activity: Activity, changed: Iterable[str]) -> None:
    if "mutual_aid" in changed and activity.hours.exists():
        raise NotPossible(
            _("Hours were entered already: whether it is elder-care mutual aid cannot change any more.")
        )
    if ACTIVITIES.entitled(user, "approve", activity):
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
    if blank(activity.risks):
        raise NotPossible(_("Please say which risks there are and how they are met."))
    if activity.risky and blank(activity.insurance_number):
        raise NotPossible(
            _("There is bodily risk: volunteers have to be insured. Please give the number of the insurance.")
        )
    ahead = activity.shifts.filter(cancelled_at=None, starts_at__gt=clock.now())
    if activity.stage is not Stage.POSTED and not ahead.exists():
        raise NotPossible(_("Please add a time that lies ahead; then people can sign up."))
    opens = activity.signup_from
    if opens is not None and ahead.exists() and not ahead.filter(starts_at__gt=opens).exists():
        raise NotPossible(
            _("Sign-up would open only when everything is over. Please choose an earlier time.")
        )


def _say_changed(user: User, activity: Activity, changed: list[str]) -> None:
    if "visibility" in changed:
        _show_photos(activity)
    ahead = activity.shifts.filter(cancelled_at=None, ends_at__gt=clock.now())
    to = [] if TOLD.isdisjoint(changed) else signed_up(ahead)
    announce(CHANGED, activity, by=user, to=to, data=activity.public({"fields": changed}))


def _change_photos(user: User, activity: Activity, values: dict[str, Any]) -> None:
    """Add and take away; a first picture whose `alt` says what it shows becomes the cover."""
    photos, gone = values.get("photos") or [], values.get("without") or []
    if not photos and not gone:
        return
    uploads.withdraw(gone)
    activity.photos.remove(*gone)
    if activity.photos.count() + len(photos) > MAX_PHOTOS:
        raise NotPossible(_("At most %(most)d photos. Please take some away first.") % {"most": MAX_PHOTOS})
    added = [uploads.accept(user, activity.neighbourhood, photo) for photo in photos]
    activity.photos.add(*added)
    pictures = [photo for photo in added if photo.is_image]
    if pictures and values.get("alt"):
        uploads.describe(pictures[0], values["alt"])
        activity.cover = pictures[0]
    activity.cover = uploads.cover_of(activity.photos.all(), activity.cover)
    activity.save(update_fields=["cover"])
    _show_photos(activity)


def _show_photos(activity: Activity) -> None:
    """Photos are public where the activity is; a file has no finer visibility."""
    if activity.approved_at is not None and activity.is_public:
        uploads.publish(activity.photos.all())
    else:
        uploads.withdraw(activity.photos.all())

"""The times of an activity: added one by one or as a series, moved, called off."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers.events import SHIFT_CALLED_OFF, SHIFT_CHANGED, SHIFTS_ADDED
from portal.volunteers.models import Activity, Shift
from portal.volunteers.permissions import ACTIVITIES, SHIFTS
from portal.volunteers.selectors import signed_up
from portal.volunteers.services import places
from portal.volunteers.spans import Span, whole_minute
from portal.volunteers.states import Phase, Stage

# A series made at once, how far ahead anybody plans, and what nobody can serve in one go.
MOST = 60
FARTHEST = timedelta(days=366)
LONGEST = timedelta(hours=24)


@transaction.atomic
def add_shifts(user: User, pk: int, times: Sequence[tuple[Span, int]], place: str = "") -> list[Shift]:
    """Add times to an activity, each with its places; at most MOST at once. `place`: where not at the activity's.

    Raises NotPossible for times that are past, longer than a day, more than a year ahead, or there already.
    """
    activity = ACTIVITIES.take(user, pk, "add_shifts")
    made = create(activity, times, place)
    if activity.stage is Stage.POSTED:
        log(SHIFTS_ADDED, activity, by=user, data=activity.public({"shifts": len(made)}))
    return made


def create(activity: Activity, times: Sequence[tuple[Span, int]], place: str = "") -> list[Shift]:
    """Check and store the times of an activity that is locked or new. Raises NotPossible as `add_shifts`."""
    if len(times) > MOST:
        raise NotPossible(_("At most %(most)d times can be added at once.") % {"most": MOST})
    made = [
        Shift(
            activity=activity,
            starts_at=whole_minute(span.starts_at),
            ends_at=whole_minute(span.ends_at),
            slots=slots,
            place=place.strip(),
            secret=secrets.token_hex(32),
        )
        for span, slots in times
    ]
    for shift in made:
        _check(shift)
    try:
        with transaction.atomic():
            return Shift.objects.bulk_create(made)
    except IntegrityError as error:
        raise NotPossible(_same_time()) from error


@transaction.atomic
def change_shift(user: User, pk: int, span: Span, slots: int, place: str = "") -> Shift:
    """Move a shift that has not begun, or change its places; never below those taken.

    Moved: the signed up are told. More places: the waiting list moves up.
    Raises NotPossible for one that has begun or was called off, and as `add_shifts`.
    """
    shift = SHIFTS.take(user, pk, "change")
    if slots < shift.taken:
        raise NotPossible(
            _("%(taken)d have a place already; there cannot be fewer places than that.")
            % {"taken": shift.taken}
        )
    was = (shift.span, shift.place)
    shift.starts_at, shift.ends_at = whole_minute(span.starts_at), whole_minute(span.ends_at)
    shift.slots, shift.place = slots, place.strip()
    shift.moved = was != (shift.span, shift.place)
    shift.moved_at = clock.now() if shift.moved else shift.moved_at
    _check(shift)
    _save(shift)
    if shift.moved:
        _moved(user, shift)
    places.move_up(shift)
    return shift


@transaction.atomic
def call_off_shift(user: User, pk: int, reason: str) -> Shift:
    """Call off one time that has not begun; those signed up are told, their sign-ups stay as they are."""
    shift, reason = SHIFTS.take(user, pk, "call_off"), reason.strip()
    advance(shift, Phase.CANCELLED, cancelled_at=clock.now(), cancelled_why=reason)
    if shift.activity.stage is Stage.POSTED:
        announce(
            SHIFT_CALLED_OFF,
            shift,
            by=user,
            to=signed_up([shift]),
            data=_public(shift, why=reason),
            url=shift.activity.get_absolute_url(),
            start_at=shift.starts_at.isoformat(),
            reason=reason,
        )
    return shift


def _check(shift: Shift) -> None:
    """Raise NotPossible for a time nobody can come to."""
    now = clock.now()
    if shift.starts_at <= now:
        raise NotPossible(_("This time is past. Please choose a later one."))
    if shift.starts_at > now + FARTHEST:
        raise NotPossible(_("This is more than a year away. Please check the year."))
    if shift.ends_at <= shift.starts_at:
        raise NotPossible(_("The end has to lie after the start."))
    if shift.ends_at - shift.starts_at > LONGEST:
        raise NotPossible(_("One time lasts at most 24 hours. Please make several of it."))
    if shift.slots < 1:
        raise NotPossible(_("There has to be at least one place."))


def _save(shift: Shift) -> None:
    try:
        with transaction.atomic():
            shift.save(update_fields=["starts_at", "ends_at", "slots", "place", "moved_at"])
    except IntegrityError as error:
        raise NotPossible(_same_time()) from error


def _moved(user: User, shift: Shift) -> None:
    """Everybody signed up is told, and reminded anew."""
    shift.signups.update(reminded_at=None)
    if shift.activity.stage is Stage.POSTED:
        announce(
            SHIFT_CHANGED,
            shift,
            by=user,
            to=signed_up([shift]),
            data=_public(shift),
            start_at=shift.starts_at.isoformat(),
            place=shift.where,
        )


def _public(shift: Shift, **more: Any) -> dict[str, Any]:
    times = {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    return shift.activity.public(times | more)


def _same_time() -> str:
    return _("The activity has a time that begins then at the same place already.")

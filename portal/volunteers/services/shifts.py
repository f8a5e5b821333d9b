"""The times of an activity: added one by one or as a series, moved, called off."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.volunteers.models import Activity, Shift
from portal.volunteers.news import SHIFT_CALLED_OFF, SHIFT_CHANGED
from portal.volunteers.permissions import activity_for, shift_for
from portal.volunteers.services import places
from portal.volunteers.services.transitions import note, signed_up, tell
from portal.volunteers.spans import Span, whole_minute
from portal.volunteers.states import Stage

# A series made at once, how far ahead anybody plans, and what nobody can serve in one go.
MOST = 60
FARTHEST = timedelta(days=366)
LONGEST = timedelta(hours=24)


@transaction.atomic
def add_shifts(user: User, pk: int, times: Sequence[tuple[Span, int]], place: str = "") -> list[Shift]:
    """Add times to an activity, each with its places; at most MOST at once. `place`: where not at the activity's.

    Raises NotPossible for times that are past, longer than a day, more than a year ahead, or there already.
    """
    activity = activity_for(user, pk, "write", lock=True)
    if activity.stage is Stage.CANCELLED:
        raise NotPossible(_("This activity was called off."))
    made = create(activity, times, place)
    if activity.stage is Stage.POSTED:
        note(activity, "shift.added", user, {"shifts": len(made)})
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
        check(shift)
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
    shift = shift_for(user, pk, "write", lock=True)
    require_ahead(shift)
    if slots < shift.taken:
        raise NotPossible(
            _("%(taken)d have a place already; there cannot be fewer places than that.")
            % {"taken": shift.taken}
        )
    was = (shift.starts_at, shift.ends_at, shift.place)
    shift.starts_at, shift.ends_at = whole_minute(span.starts_at), whole_minute(span.ends_at)
    shift.slots, shift.place = slots, place.strip()
    moved = was != (shift.starts_at, shift.ends_at, shift.place)
    shift.moved_at = clock.now() if moved else shift.moved_at
    check(shift)
    try:
        with transaction.atomic():
            shift.save(update_fields=["starts_at", "ends_at", "slots", "place", "moved_at"])
    except IntegrityError as error:
        raise NotPossible(_same_time()) from error
    if moved:
        _moved(user, shift)
    places.move_up(shift)
    return shift


@transaction.atomic
def call_off_shift(user: User, pk: int, why: str) -> Shift:
    """Call off one time that has not begun; those signed up are told, their sign-ups stay as they are."""
    shift = shift_for(user, pk, "call_off", lock=True)
    require_ahead(shift)
    shift.cancelled_at, shift.cancelled_why = clock.now(), why.strip()
    shift.save(update_fields=["cancelled_at", "cancelled_why"])
    if shift.activity.stage is Stage.POSTED:
        note(shift, "shift.called_off", user, {**_times(shift), "why": shift.cancelled_why})
        when = shift.starts_at.isoformat()
        tell(
            SHIFT_CALLED_OFF,
            shift.activity,
            signed_up([shift]),
            once_per=key(shift),
            start_at=when,
            why=shift.cancelled_why,
        )
    return shift


def require_ahead(shift: Shift) -> None:
    """Raise NotPossible for a shift that has begun or was called off."""
    if shift.cancelled_at is not None:
        raise NotPossible(_("This time was called off."))
    if shift.starts_at <= clock.now():
        raise NotPossible(_("This time has begun; it cannot be changed any more."))


def check(shift: Shift) -> None:
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


def _moved(user: User, shift: Shift) -> None:
    shift.signups.update(reminded_at=None)
    if shift.activity.stage is not Stage.POSTED:
        return
    entry = note(shift, "shift.changed", user, _times(shift))
    tell(
        SHIFT_CHANGED,
        shift.activity,
        signed_up([shift]),
        once_per=f"{key(shift)}:{entry.sequence}",
        url=shift.get_absolute_url(),
        start_at=shift.starts_at.isoformat(),
        place=shift.where,
    )


def _times(shift: Shift) -> dict[str, Any]:
    return {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}


def _same_time() -> str:
    return _("The activity has a time that begins then at the same place already.")

"""The times of volunteer activities, in the calendar; those somebody signed up for in their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, User, Visitor
from portal.record.services import key
from portal.volunteers.models import Shift, ShiftQuerySet, Signup


def line_of(shift: Shift) -> Dated:
    """A time as a line of a calendar. Its activity, team and neighbourhood were read with it."""
    activity = shift.activity
    return Dated(
        "activity",
        activity.neighbourhood.slug,
        key(shift),
        activity.title,
        shift.starts_at,
        shift.get_absolute_url(),
        ends_at=shift.ends_at,
        place=shift.where,
        text="\n".join(filter(None, [activity.team.name, activity.bring, activity.risks])),
        off=_("called off") if shift.cancelled_at or activity.cancelled_at else "",
        # An activity that is called off or changed as a whole tells it under its own key.
        told_of=(key(shift), key(activity)),
    )


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    known = Shift.objects.visible_to(user).filter(activity__neighbourhood=here)
    return _lines(known, start, end)


def _own(user: User, start: datetime, end: datetime) -> Iterable[Dated]:
    mine = Signup.objects.active().filter(person=user.person_id).values("shift")
    return _lines(Shift.objects.filter(pk__in=mine), start, end)


def _lines(shifts: ShiftQuerySet, start: datetime, end: datetime) -> Iterable[Dated]:
    held = shifts.filter(activity__approved_at__isnull=False, starts_at__gte=start, starts_at__lt=end)
    read = held.select_related("activity__team", "activity__neighbourhood").order_by("starts_at", "pk")
    return [line_of(shift) for shift in read[:MOST]]


register_dates(DateKind("activity", gettext_lazy("Volunteering"), "part", 40, _read, _own))

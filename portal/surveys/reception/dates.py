"""Reception days in the calendar; the times somebody booked in their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.dates import MOST, Dated, DateKind, register_dates
from portal.community.models import Area, User, Visitor
from portal.record.services import key
from portal.surveys.models import Booking, ReceptionDay
from portal.surveys.states import BookingState


def line_of(day: ReceptionDay) -> Dated:
    """A day as a line of a calendar. Its host and neighbourhood were read with it."""
    return Dated(
        "reception",
        day.neighbourhood.slug,
        day.record_subject,
        _title(day),
        day.starts_at,
        day.get_absolute_url(),
        ends_at=day.ends_at,
        place=day.place,
        text=day.about,
        off=_("called off") if day.called_off_at else "",
    )


def line_of_time(booking: Booking) -> Dated:
    """A booked time as a line of one's own calendar: what is talked about stays out of it."""
    day, gone = booking.day, booking.state == BookingState.GIVEN_BACK
    return Dated(
        "reception",
        day.neighbourhood.slug,
        key(booking),
        _title(day),
        booking.starts_at or day.starts_at,
        booking.get_absolute_url(),
        ends_at=day.time_of(booking.number + 1) or day.ends_at,
        place=day.place,
        off=_("given back") if gone else _("called off") if day.called_off_at else "",
        told_of=(day.record_subject,),
        # That a time was given back stands in no record, and is never taken back itself.
        more=int(gone),
    )


def _read(user: Visitor, here: Area, start: datetime, end: datetime) -> Iterable[Dated]:
    known = ReceptionDay.objects.visible_to(user).filter(neighbourhood=here)
    held = known.filter(starts_at__gte=start, starts_at__lt=end).select_related("host", "neighbourhood")
    return [line_of(day) for day in held.order_by("starts_at", "pk")[:MOST]]


def _own(user: User, start: datetime, end: datetime) -> Iterable[Dated]:
    mine = Booking.objects.standing().filter(
        person=user.person_id, day__starts_at__gte=start, day__starts_at__lt=end
    )
    read = mine.select_related("day__host", "day__neighbourhood").order_by("day__starts_at", "pk")
    return [line_of_time(booking) for booking in read[:MOST]]


def _title(day: ReceptionDay) -> str:
    return _("Reception day: %(host)s") % {"host": day.host.public_name}


register_dates(DateKind("reception", gettext_lazy("Reception days"), "speak", 50, _read, _own))

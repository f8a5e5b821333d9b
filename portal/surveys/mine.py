"""What the own page keeps of surveys and of the desk: which have somebody's answers, what is begun, booked times."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, own, register
from portal.kit import clock
from portal.kit.wording import day, deadline, moment
from portal.surveys.course.frame import units_for
from portal.surveys.models import Booking, FrameUnit, Response, Survey
from portal.surveys.states import BookingState, ResponseState


def _answered(user: User) -> QuerySet[FrameUnit]:
    """Where their flat, or they themselves, handed in: that it was done, and the day; never what."""
    return units_for(user).exclude(handed_in_on=None).select_related("survey")


def _begun(user: User) -> QuerySet[Response]:
    """What they began by name, or as an adult who is asked; of a household without names only the device knows."""
    known = Q(account=user) | (Q(unit__person=user.person_id) if user.person_id else Q(pk__in=()))
    taking = Q(survey__in=Survey.objects.running())
    return Response.objects.filter(known, taking, state=ResponseState.DRAFT).select_related("survey")


def _booked(user: User) -> QuerySet[Booking]:
    return own("person", Booking.objects.select_related("day"), user)


def _answer(unit: FrameUnit) -> Line:
    on = _("handed in on %(day)s") % {"day": day(unit.handed_in_on)} if unit.handed_in_on else ""
    said = _("you answered") if unit.person_id else _("your household answered")
    return Line(unit.survey.title, unit.survey.get_absolute_url(), on, said, "")


def _draft(response: Response) -> Line:
    survey = response.survey
    ends = _("by %(moment)s") % {"moment": deadline(survey.closes_at)} if survey.closes_at else ""
    return Line(survey.title, reverse("surveys:answer", args=[survey.pk]), ends)


def _time(booking: Booking) -> Line:
    begins = booking.starts_at or booking.day.starts_at
    about = f"{moment(begins)} · {booking.day.place}"
    if booking.day.called_off_at:
        return Line(booking.matter, booking.get_absolute_url(), about, _("called off"), "red")
    tone = "" if booking.state == BookingState.BOOKED else "grey"
    return Line(booking.matter, booking.get_absolute_url(), about, booking.get_state_display(), tone)


def _ahead() -> Q:
    return Q(state=BookingState.BOOKED, day__ends_at__gt=clock.now(), day__called_off_at=None)


def _open() -> Q:
    return Q(survey__in=Survey.objects.running())


register(
    "votes",
    Source(
        _answered,
        Coalesce("survey__closes_at", "survey__created_at"),
        each(_answer),
        going=_open,
        label=_("survey"),
    ),
)
register("bookings", Source(_booked, "day__starts_at", each(_time), going=_ahead))
register(
    "drafts",
    Source(
        _begun,
        Coalesce("saved_at", "started_at", "survey__created_at"),
        each(_draft),
        private=True,
        label=_("answers to a survey"),
    ),
)

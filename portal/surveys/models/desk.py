"""What the committee hears without a form: reception days (民情接待日) and short notes of visits (走访)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Appointment, Area, Person, Post, User, Visitor
from portal.kit import clock
from portal.surveys.states import (
    BOOKING,
    NOTE,
    RECEPTION_DAY,
    BookingState,
    DayState,
    NoteState,
)

HEARERS = (Post.DIRECTOR, Post.WORKER)


def _paths(user: Any) -> list[str]:
    held = Appointment.objects.acted_in_by(user).filter(post__in=HEARERS)
    return list(held.values_list("area__path", flat=True).distinct())


class ReceptionDayQuerySet(models.QuerySet["ReceptionDay"]):
    def visible_to(self, user: Visitor) -> ReceptionDayQuerySet:
        """All: everybody may come."""
        return self.all()


class ReceptionDay(models.Model):
    """A day on which somebody of the committee hears whoever comes, at times that can be booked.

    `minutes`: how long one booked time takes.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="reception_days")
    host = models.ForeignKey(Person, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=100)
    about = models.CharField(_("what it is about"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes for each"), default=20)
    called_off_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    objects = ReceptionDayQuerySet.as_manager()
    life: ClassVar[LifeCycle[DayState]] = RECEPTION_DAY

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reception_ends_later"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=120), name="reception_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.neighbourhood} {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The day, and its times."""
        return reverse("surveys:reception_day", args=[self.pk])

    @property
    def title(self) -> str:
        """As lists call it."""
        return str(_("Reception day"))

    @property
    def state(self) -> DayState:
        """By the clock, unless it was called off."""
        if self.called_off_at:
            return DayState.CALLED_OFF
        return DayState.OVER if clock.passed(self.ends_at) else DayState.PLANNED


class Booking(models.Model):
    """A time that somebody booked, or that the desk booked for a caller. `number` of the time, from 0."""

    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="bookings")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    matter = models.CharField(_("what it is about"), max_length=200)
    state = models.CharField(max_length=12, choices=BookingState, default=BookingState.BOOKED)
    state_since = models.DateTimeField(default=clock.now)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=clock.now)
    life: ClassVar[LifeCycle[BookingState]] = BOOKING

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "number", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["day", "number"], condition=~Q(state="given_back"), name="booking_time_once"
            ),
            models.UniqueConstraint(
                fields=["day", "person"], condition=~Q(state="given_back"), name="booking_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_id}:{self.number}"

    @property
    def neighbourhood(self) -> Area:
        """Whose reception day it is."""
        return self.day.neighbourhood

    @property
    def title(self) -> str:
        """What it is about."""
        return self.matter


class NoteKind(models.TextChoices):
    """How it was heard."""

    VISIT = "visit", _("visit")
    RECEPTION = "reception", _("reception day")
    COUNTER = "counter", _("at the counter")
    PHONE = "phone", _("by telephone")


class VisitNoteQuerySet(models.QuerySet["VisitNote"]):
    def visible_to(self, user: Visitor) -> VisitNoteQuerySet:
        """Those of the neighbourhoods whose committee somebody works for; nobody else's."""
        if not user.is_authenticated:
            return self.none()
        known = Q(pk__in=[])
        for path in _paths(user):
            known |= Q(neighbourhood__path__startswith=path)
        return self.filter(known)


class VisitNote(models.Model):
    """What was asked, and in which building: one matter, nobody's name, no tags on people."""

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="visit_notes")
    building = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("how it was heard"), max_length=12, choices=NoteKind, default=NoteKind.VISIT)
    asked = models.CharField(_("what was asked"), max_length=300)
    heard_on = models.DateField(_("day"), default=clock.today)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, blank=True, related_name="note")
    state = models.CharField(max_length=12, choices=NoteState, default=NoteState.NOTED)
    state_since = models.DateTimeField(default=clock.now)
    subject = models.CharField(max_length=60, blank=True)
    answer = models.CharField(_("what was answered"), max_length=300, blank=True)
    objects = VisitNoteQuerySet.as_manager()
    life: ClassVar[LifeCycle[NoteState]] = NOTE

    class Meta:
        ordering: ClassVar[list[str]] = ["-heard_on", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["neighbourhood", "-heard_on", "-id"], name="visit_note_newest"),
        ]

    def __str__(self) -> str:
        return self.asked[:40]

    def get_absolute_url(self) -> str:
        """The note."""
        return reverse("surveys:note", args=[self.pk])

    @property
    def title(self) -> str:
        """What was asked, in short."""
        return self.asked[:60]

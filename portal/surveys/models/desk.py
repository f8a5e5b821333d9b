"""What the committee hears without a form: reception days (民情接待日) and short notes of visits (走访)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Post, User, Visitor, inside_offices
from portal.kit import clock
from portal.kit.constraints import Words
from portal.kit.wording import day, kept_day
from portal.search.grams import grams
from portal.surveys.states import (
    BOOKING,
    NOTE,
    RECEPTION_DAY,
    BookingState,
    DayState,
    NoteState,
)

HEARERS = (Post.DIRECTOR, Post.WORKER)
NOTE_WORDS = "visit_note_words"


class ReceptionDayQuerySet(models.QuerySet["ReceptionDay"]):
    def visible_to(self, user: Visitor) -> ReceptionDayQuerySet:
        """All: everybody may come."""
        return self.all()


class ReceptionDay(models.Model):
    """A day on which somebody of the committee hears whoever comes, at times that can be booked.

    `minutes`: how long one booked time takes.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="reception_days")
    neighbourhood_id: int
    host_id: int
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
        return str(_("Reception day, %(day)s") % {"day": day(clock.day_of(self.starts_at))})

    @property
    def record_subject(self) -> str:
        """What the record files it under."""
        return f"reception:{self.pk}"

    @property
    def record_title(self) -> str:
        """The same in any language, as the record and promises keep it."""
        return f"{kept_day(clock.day_of(self.starts_at))} {self.place}"

    @property
    def times(self) -> int:
        """How many times can be booked."""
        return int((self.ends_at - self.starts_at).total_seconds()) // (60 * self.minutes)

    def time_of(self, number: int) -> datetime | None:
        """When a booked time begins; None for somebody who walked in when all times were taken."""
        return self.starts_at + timedelta(minutes=self.minutes * number) if number < self.times else None

    @property
    def state(self) -> DayState:
        """By the clock, unless it was called off."""
        if self.called_off_at:
            return DayState.CALLED_OFF
        return DayState.OVER if clock.passed(self.ends_at) else DayState.PLANNED


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: Visitor) -> BookingQuerySet:
        """One's own, those of the days one hears on, and all for the committee."""
        person = getattr(user, "person_id", None)
        if person is None:
            return self.none()
        known = Q(person=person) | Q(day__host=person)
        return self.filter(known | inside_offices(user, HEARERS, "day__neighbourhood"))

    def standing(self) -> BookingQuerySet:
        """Those that were not given back."""
        return self.exclude(state=BookingState.GIVEN_BACK)


class Booking(models.Model):
    """A time that somebody booked, or that the desk booked for a caller.

    `number` of the time, from 0; from `day.times` on those who walked in when all times were taken.
    """

    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="bookings")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    matter = models.CharField(_("what it is about"), max_length=200)
    state = models.CharField(max_length=12, choices=BookingState, default=BookingState.BOOKED)
    state_since = models.DateTimeField(default=clock.now)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=clock.now)
    objects = BookingQuerySet.as_manager()
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

    def get_absolute_url(self) -> str:
        """The matter, with what became of it."""
        return reverse("surveys:booking", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose reception day it is."""
        return self.day.neighbourhood

    @property
    def title(self) -> str:
        """As notices and promises call it: the matter is nobody's but theirs who talk about it."""
        return self.day.title

    @property
    def starts_at(self) -> datetime | None:
        """When the time begins, where it has one."""
        return self.day.time_of(self.number)


class BookingTrace(models.Model):
    """That somebody was noted as heard who had not come: taken back by whom, when and why; for the desk.

    `note`: what was taken from them, so that it can be given back.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="traces")
    note = models.ForeignKey("VisitNote", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.at:%Y-%m-%d}"


class NoteKind(models.TextChoices):
    """How it was heard."""

    VISIT = "visit", _("visit")
    RECEPTION = "reception", _("reception day")
    COUNTER = "counter", _("at the counter")
    PHONE = "phone", _("by telephone")


class VisitNoteQuerySet(models.QuerySet["VisitNote"]):
    def visible_to(self, user: Visitor) -> VisitNoteQuerySet:
        """Those of the neighbourhoods whose committee somebody works for, and what one heard on a reception day."""
        person = getattr(user, "person_id", None)
        if person is None:
            return self.none()
        known = Q(booking__day__host=person)
        return self.filter(known | inside_offices(user, HEARERS, "neighbourhood"))


class NoteWords(Words):
    """The pieces of `VisitNote.words` as an index of its own: a million notes would slow the search of all readers."""

    content = "surveys_visitnote"
    columns = ("words",)
    vector = ("found", "to_tsvector('simple', words)")
    changed = "UPDATE OF words"


def marks_of(neighbourhood: int, building: int | None, kind: str, heard_on: date, state: str) -> str:
    """Where, how and when something was heard, and where it stands, a word each: n12 b34 kvisit y2026 q20264 snoted."""
    quarter = (heard_on.month + 2) // 3
    place = f"n{neighbourhood} b{building or 0}"
    return f"{place} k{kind} y{heard_on.year} q{heard_on.year}{quarter} {state_mark(state)}"


def state_mark(state: str) -> str:
    """The word of a state; an underscore would end it."""
    return f"s{state.replace('_', '')}"


def words_of(note: VisitNote) -> str:
    """What a note is found by: its marks, then the pieces of what was asked and answered."""
    marks = marks_of(note.neighbourhood_id, note.building_id, note.kind, note.heard_on, note.state)
    return f"{marks} {grams(f'{note.asked} {note.answer}')}"


class VisitNote(models.Model):
    """What was asked, and in which building: one matter, nobody's name, no tags on people.

    `words` is what it is found by, written with every save. Of one that was removed nothing but its day is left.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="visit_notes")
    building = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("how it was heard"), max_length=12, choices=NoteKind, default=NoteKind.VISIT)
    asked = models.CharField(_("what was asked"), max_length=300, blank=True)
    heard_on = models.DateField(_("day"), default=clock.today)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, blank=True, related_name="note")
    state = models.CharField(max_length=12, choices=NoteState, default=NoteState.NOTED)
    state_since = models.DateTimeField(default=clock.now)
    subject = models.CharField(max_length=60, blank=True)
    answer = models.CharField(_("what was answered"), max_length=300, blank=True)
    words = models.TextField(blank=True, editable=False)
    objects = VisitNoteQuerySet.as_manager()
    life: ClassVar[LifeCycle[NoteState]] = NOTE

    class Meta:
        ordering: ClassVar[list[str]] = ["-heard_on", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state="removed", asked="", answer="") | ~Q(state="removed") & ~Q(asked=""),
                name="visit_note_removed_says_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken_up") | ~Q(subject=""), name="visit_note_taken_up_by_something"
            ),
            NoteWords(name=NOTE_WORDS),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["neighbourhood", "-heard_on", "-id"], name="visit_note_newest"),
            models.Index(fields=["neighbourhood", "state", "-heard_on", "-id"], name="visit_note_standing"),
            models.Index(fields=["building", "-heard_on", "-id"], name="visit_note_building"),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="visit_note_subject"),
        ]

    def __str__(self) -> str:
        return self.asked[:40]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With what it is found by."""
        self.words = words_of(self)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "words"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The note."""
        return reverse("surveys:note", args=[self.pk])

    @property
    def title(self) -> str:
        """What was asked, in short."""
        return self.asked[:60]


class Done(models.TextChoices):
    """What can be done to a note besides answering it and taking it up."""

    CORRECTED = "corrected", _("corrected")
    REOPENED = "reopened", _("opened again")
    HANDED_ON = "handed_on", _("the answer was handed on")
    REMOVED = "removed", _("its words were erased")
    DETACHED = "detached", _("taken from somebody who had not said it")
    GIVEN_BACK = "given_back", _("given back to whoever said it")


class NoteTrace(models.Model):
    """What was done to a note, by whom: corrected (`was` keeps the older words), removed (nothing is kept), handed on.

    When a note is removed its older words and the reasons go with it, in every line.
    """

    note = models.ForeignKey(VisitNote, models.CASCADE, related_name="traces")
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=100)
    what = models.CharField(max_length=12, choices=Done)
    was = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.what}"

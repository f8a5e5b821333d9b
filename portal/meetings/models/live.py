"""A meeting as it runs: the floor with its number, who wants to speak, who is here, questions, pulse polls, the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person
from portal.kit import clock
from portal.kit.wording import bracketed
from portal.meetings.models.base import Meeting, Participant
from portal.meetings.states.live import IN_SESSION, LIFE, FloorState, Queue, may_sit

MOST_OPTIONS = 6


class Shown(models.TextChoices):
    """Which version of a text stands on the projector."""

    NONE = "none", _("no text")
    OLD = "old", _("as it was")
    NEW = "new", _("as proposed")
    FINAL = "final", _("as agreed")


class Way(models.TextChoices):
    """How something reached the hall's list."""

    PHONE = "phone", _("by phone")
    HALL = "hall", _("in the hall")
    QR = "qr", _("by the code at the door")
    LIST = "list", _("ticked on the list")


class Floor(models.Model):
    """What the screens of a meeting show besides its own rows.

    `sequence` numbers every change, taken under the lock of the meeting's row; `parts` holds for each part of the
    screens the number of its last change. `seconds`: how long a turn may take. The three texts are the versions of what
    is being talked over, `shown` the one on the projector.
    """

    life = LIFE
    meeting = models.OneToOneField(Meeting, models.CASCADE, primary_key=True, related_name="floor")
    sequence = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=dict)
    queue = models.CharField(max_length=8, choices=Queue, default=Queue.CLOSED)
    seconds = models.PositiveSmallIntegerField(_("seconds a turn"), default=180)
    old_text = models.CharField(_("as it was"), max_length=600, blank=True)
    new_text = models.CharField(_("as proposed"), max_length=600, blank=True)
    final_text = models.CharField(_("as agreed"), max_length=600, blank=True)
    shown = models.CharField(max_length=8, choices=Shown, default=Shown.NONE)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seconds__range=(15, 3600)), name="floor_seconds_sane")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} #{self.sequence}"

    def get_absolute_url(self) -> str:
        """The page for phones."""
        return reverse("meetings:live", args=[self.pk])

    @property
    def state(self) -> FloorState:
        """Follows from the meeting's own state."""
        if self.meeting.state == IN_SESSION:
            return FloorState.RUNNING
        comes = may_sit(self.meeting.course, self.meeting.state)
        return FloorState.WAITING if comes else FloorState.FROZEN

    @property
    def neighbourhood(self) -> Area:
        """Where the meeting belongs."""
        return self.meeting.neighbourhood

    @property
    def title(self) -> str:
        """The meeting's."""
        return self.meeting.title

    @property
    def text(self) -> str:
        """The version on the projector; empty where none is shown."""
        return "" if self.shown == Shown.NONE else str(getattr(self, f"{self.shown}_text"))


class TurnQuerySet(models.QuerySet["Turn"]):
    def waiting(self) -> TurnQuerySet:
        """Those who still want to speak, the first to ask first."""
        return self.filter(began_at=None, withdrawn_at=None).order_by("asked_at", "pk")

    def speaking(self) -> TurnQuerySet:
        """The one who has the floor."""
        return self.filter(began_at__isnull=False, ended_at=None)

    def spoken(self) -> TurnQuerySet:
        """Those who had the floor."""
        return self.filter(ended_at__isnull=False)


class Turn(models.Model):
    """Somebody who wants to speak, speaks, or spoke; whoever is no record of the portal has a `name`.

    `seconds`: how long it may take, as the floor said when it began. `cut`: the clerk ended it after that time.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="turns")
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="turns")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=60, blank=True)
    group = models.CharField(_("speaks for"), max_length=40, blank=True)
    channel = models.CharField(max_length=8, choices=Way, default=Way.PHONE)
    round = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField(default=clock.now)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveSmallIntegerField(default=180)
    cut = models.BooleanField(default=False)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = TurnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(ended_at=None, withdrawn_at=None, person__isnull=False),
                name="turn_one_a_person",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(began_at__isnull=False, ended_at=None),
                name="turn_one_speaks",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(name=""), name="turn_person_or_name"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(began_at__isnull=False, ended_at__gte=models.F("began_at")),
                name="turn_ended_after_begun",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(began_at=None), name="turn_withdrawn_or_begun"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return bracketed(self.shown, self.group)

    @property
    def shown(self) -> str:
        """The name as neighbours see it."""
        return self.person.public_name if self.person else self.name

    @property
    def until(self) -> datetime | None:
        """When its time is over; None before it began."""
        return self.began_at + timedelta(seconds=self.seconds) if self.began_at else None

    @property
    def took(self) -> int:
        """How long it has taken, in whole seconds; 0 before it began."""
        return int(((self.ended_at or clock.now()) - self.began_at).total_seconds()) if self.began_at else 0


class Attendance(models.Model):
    """Somebody came, or left: events, so that who was here at any moment can be told.

    `participant` where the person has a seat at the meeting; observers have none.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    participant = models.ForeignKey(Participant, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    came = models.BooleanField()
    channel = models.CharField(max_length=8, choices=Way)
    round = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["meeting", "round", "at"], name="attendance_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(participant__isnull=False),
                name="attendance_of_somebody",
            )
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {'+' if self.came else '-'}{self.person_id or self.participant_id}"


class HallQuestion(models.Model):
    """A question to whoever presents the plan. It stays owed until it is answered, in the hall or in writing."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="questions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(_("question"), max_length=300)
    round = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answered_in_words",
            )
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        """Where it stands among all questions of the meeting."""
        return reverse("meetings:live_question", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where the meeting belongs."""
        return self.meeting.neighbourhood

    @property
    def title(self) -> str:
        """The question, shortened."""
        return self.text[:60]


class Pulse(models.Model):
    """A quick question to all who are here: no vote, and never counted as one.

    While it is open each person has one answer; closing keeps the `counts`, one for each option, and drops who
    answered what.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="pulses")
    question = models.CharField(_("question"), max_length=120)
    options = models.JSONField(default=list)
    counts = models.JSONField(default=list, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(closed_at=None), name="pulse_one_open")
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.question


class PulseAnswer(models.Model):
    """One person's answer to an open pulse: the index of an option."""

    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    option = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pulse", "person"], name="pulse_answer_once"),
            models.CheckConstraint(condition=Q(option__lt=MOST_OPTIONS), name="pulse_option_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.pulse_id}: {self.option}"


class LiveEvent(models.Model):
    """What happened in the hall, in order: the log from which the minutes are written. Frozen with the session.

    `number` is the floor's number of the change; `kind` one of `portal.meetings.live.happenings`, `data` its facts as
    plain JSON, with names as neighbours see them.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="live_events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="live_event_number_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

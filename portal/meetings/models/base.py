"""What all meetings share: the polymorphic base, who takes part and for which group, the agenda, what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from polymorphic.models import PolymorphicModel

from portal.actions.versions import Versioned
from portal.community.models import Area, Person, Post, Upload
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.kit.wording import bracketed
from portal.meetings.states.course import Course
from portal.record.wording import subject_url
from portal.voting.models import Channel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Meeting(Versioned, PolymorphicModel):
    """What all meetings share: what they are about, a place, a time, papers, minutes.

    `subject` is the key of what it is about, `area` where that applies; its number and title are as they were when the
    meeting was called, and do not change afterwards. `number`: in the register of its kind, where that has one.
    `state` is one of the kind's own (`course`), its first where none is given; `round` counts sessions from 1.
    `quorum`: a fraction, copied from the rule; empty where none is asked. `link`: where one takes part from home.
    """

    course: ClassVar[Course]

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="meetings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, blank=True)
    subject_number = models.CharField(max_length=20, blank=True)
    subject_title = models.CharField(max_length=200, blank=True)
    number = models.CharField(_("number"), max_length=24, blank=True)
    title = models.CharField(_("title"), max_length=100)
    state = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=1)
    chair = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.CharField(_("place"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    was_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was to begin, while it is put off and has no date"
    )
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    bring = models.CharField(_("what to bring"), max_length=200, blank=True)
    link = models.URLField(_("link for taking part from home"), max_length=300, blank=True)
    quorum = models.JSONField(default=list, blank=True)
    agenda = models.TextField(_("agenda"), max_length=2000, blank=True)
    papers = models.ManyToManyField(Upload, blank=True, related_name="+")
    called_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="why it was postponed or cancelled")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_from = models.CharField(
        max_length=20, blank=True, help_text="where it stood when it was cancelled"
    )
    minutes = models.TextField(_("minutes"), max_length=20000, blank=True)
    minutes_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="meeting_subject"),
            models.Index(fields=["neighbourhood", "starts_at"], name="meeting_date"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "number"], condition=~Q(number=""), name="meeting_number_once"
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="meeting_round_from_one"),
            in_order("starts_at", "ends_at", name="meeting_times"),
        ]
        ordering = ["-starts_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of a meeting. Each kind has its own; what was read as a mere meeting asks its kind."""
        kind = self.get_real_instance()
        if type(kind) is Meeting:
            raise NotImplementedError
        return str(kind.get_absolute_url())

    def save(self, *args: Any, **named: Any) -> None:
        """A new meeting stands where its kind begins."""
        self.state = self.state or self.course.life.first
        super().save(*args, **named)

    @property
    def off(self) -> StrOrPromise:
        """Why it is not held on its date, in a word: cancelled, put off; empty where it is."""
        if self.cancelled_at is not None or self.state == "cancelled":
            return _("cancelled")
        return _("put off") if self.starts_at is None and self.was_at else ""

    @property
    def day_has_come(self) -> bool:
        """Whether it is held today, or was to be held already."""
        return self.starts_at is not None and clock.today() >= clock.day_of(self.starts_at)

    @property
    def state_label(self) -> str:
        """The state in the reader's words."""
        return str(self.course.states(self.state).label)

    @property
    def owed_by(self) -> Person | None:
        """Who owes the steps on the way in person; None where the committee's worker does, whoever it is."""
        return None

    @property
    def subject_url(self) -> str:
        """The page of what it is about; empty where that has none."""
        return subject_url(self.subject)


class Stance(models.TextChoices):
    FOR = "for", _("for")
    CONDITIONAL = "conditional", _("for, with conditions")
    AGAINST = "against", _("against")


class Mark(models.TextChoices):
    """What a delegate did with the minutes."""

    SIGNED = "signed", _("confirmed")
    CORRECTED = "corrected", _("confirmed with a correction")
    REFUSED = "refused", _("refused to sign")


# Posts that chair (domain 2.2: the committee's director heads the panel).
CHAIRS = (Post.DIRECTOR, Post.WORKER, Post.PARTY, Post.OVERSIGHT)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """The delegates of a panel."""

    def sitting(self) -> ParticipantQuerySet:
        """Those who have a seat now: a delegate who came once and was replaced later only has a past."""
        return self.filter(replaced_at=None)


class Part(models.TextChoices):
    """In what capacity somebody takes part."""

    DELEGATE = "delegate", _("delegate")
    PARTY = "party", _("party")
    AGENT = "agent", _("agent of a party")
    MEMBER = "member", _("member")
    REVIEWED = "reviewed", _("reports")
    DEPARTMENT = "department", _("department")
    GUEST = "guest", _("guest")


class Participant(models.Model):
    """Who takes part in a meeting, and the group that person speaks for.

    Whoever is no record of the portal (a department, an outside mediator) has a `name` instead of a person. `rounds`
    lists the rounds attended, `attended_at` is when the participant first came. A mark on the minutes has its channel:
    online by the participant, or on paper, `entered_by` staff. `correction` holds the correction, or the reason for
    refusing, `reply` what the committee answers it; all are printed. `replaced_at`: somebody else took the seat after
    this participant had come.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=60, blank=True)
    part = models.CharField(max_length=12, choices=Part, default=Part.DELEGATE)
    group = models.CharField(_("speaks for"), max_length=40, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    rounds = models.JSONField(default=list)
    stance = models.CharField(max_length=12, choices=Stance, blank=True)
    statement = models.TextField(max_length=1000, blank=True)
    mark = models.CharField(max_length=10, choices=Mark, blank=True)
    correction = models.CharField(max_length=500, blank=True)
    reply = models.CharField(max_length=500, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="") | (Q(person=None) & ~Q(name="")),
                name="participant_person_or_name",
            ),
            models.CheckConstraint(
                condition=Q(mark="", marked_at=None)
                | (~Q(mark="") & Q(marked_at__isnull=False, attended_at__isnull=False)),
                name="participant_marked_after_attending",
            ),
            models.CheckConstraint(
                condition=~Q(mark="corrected") | ~Q(correction=""), name="participant_correction_given"
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
    def real_name(self) -> str:
        """The name as staff who must call or seat somebody read it."""
        return self.person.real_name if self.person else self.name


class AgendaItem(models.Model):
    """One point of the agenda: how long it may take (`minutes`, whole minutes), when it ran, what came of it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("point"), max_length=120)
    presenter = models.CharField(_("presented by"), max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="agenda_number_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 480)), name="agenda_minutes_sane"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(began_at__isnull=False, ended_at__gte=models.F("began_at")),
                name="agenda_ended_after_begun",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

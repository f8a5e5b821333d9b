"""Meetings of the neighbourhood. One polymorphic base; the hearing (听证会) is the first kind."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from polymorphic.models import PolymorphicModel

from portal.community.models import Area, Person, Post, Upload
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.meetings.opinions.models import OpinionMap, Reaction, Statement
from portal.meetings.states import LIFE, HearingState
from portal.record.wording import subject_url
from portal.voting.models import Channel

__all__ = [
    "CHAIRS",
    "Hearing",
    "ItemKind",
    "Mark",
    "Meeting",
    "OpinionItem",
    "OpinionMap",
    "PanelMember",
    "PanelQuerySet",
    "Reaction",
    "Registration",
    "Stance",
    "Statement",
    "Verdict",
]


class Meeting(PolymorphicModel):
    """What all meetings share: what they are about, a place, a time, papers, minutes.

    `subject` is the key of what it is about, `area` where that applies; its number and title are as they were
    when the meeting was called, and do not change afterwards.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="meetings")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, blank=True)
    subject_number = models.CharField(max_length=20, blank=True)
    subject_title = models.CharField(max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=100)
    place = models.CharField(_("place"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    agenda = models.TextField(_("agenda"), max_length=2000, blank=True)
    papers = models.ManyToManyField(Upload, blank=True, related_name="+")
    called_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    minutes = models.TextField(_("minutes"), max_length=20000, blank=True)
    minutes_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="meeting_subject")]
        ordering = ["-starts_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_url(self) -> str:
        """The page of what it is about; empty where that has none."""
        return subject_url(self.subject)


class Hearing(Meeting):
    """A hearing: hears, does not decide; the decision-maker must answer its opinion item by item.

    `quorum` is a fraction of the panel, copied from the rule; `decision_maker` the post that owes the answer.
    """

    state = models.CharField(max_length=16, choices=HearingState, default=HearingState.PLANNED)
    life = LIFE
    round = models.PositiveSmallIntegerField(default=1)
    chair = models.ForeignKey(Person, models.PROTECT, related_name="+")
    plan_owner = models.CharField(_("who presents the plan"), max_length=100)
    plan_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    quorum = models.JSONField()
    seats = models.PositiveSmallIntegerField(_("seats for observers"), default=20)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, blank=True, related_name="+")
    decision_maker = models.CharField(max_length=20, choices=Post, default=Post.DIRECTOR)
    opinion = models.TextField(_("hearing opinion"), max_length=5000, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why it was postponed or cancelled")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_from = models.CharField(
        max_length=16, choices=HearingState, blank=True, help_text="where it stood when it was cancelled"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HearingState.values), name="hearing_known_state")
        ]

    def get_absolute_url(self) -> str:
        """The hearing's page."""
        return reverse("meetings:hearing", args=[self.pk])


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


class PanelQuerySet(models.QuerySet["PanelMember"]):
    """The delegates of a panel."""

    def sitting(self) -> PanelQuerySet:
        """Those who have a seat now: a delegate who came once and was replaced later only has a past."""
        return self.filter(replaced_at=None)


class PanelMember(models.Model):
    """A delegate of the hearing panel and the group the delegate speaks for.

    `rounds` lists the rounds attended, `attended_at` is when the delegate first came. A mark on the minutes
    has its channel: online by the delegate, or on paper, `entered_by` staff. `correction` holds the
    correction, or the reason for refusing. `replaced_at`: somebody else took the seat after this delegate had come.
    """

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="panel")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    group = models.CharField(_("speaks for"), max_length=40)
    attended_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    rounds = models.JSONField(default=list)
    stance = models.CharField(max_length=12, choices=Stance, blank=True)
    statement = models.TextField(max_length=1000, blank=True)
    mark = models.CharField(max_length=10, choices=Mark, blank=True)
    correction = models.CharField(max_length=500, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = PanelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "person"], name="panel_seat_once"),
            models.CheckConstraint(
                condition=Q(mark="", marked_at=None)
                | (~Q(mark="") & Q(marked_at__isnull=False, attended_at__isnull=False)),
                name="panel_marked_after_attending",
            ),
            models.CheckConstraint(
                condition=~Q(mark="corrected") | ~Q(correction=""), name="panel_correction_given"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.person} ({self.group})"


class Registration(models.Model):
    """Somebody who registered to listen, or to speak, at a hearing."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="registrations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    wants_to_speak = models.BooleanField(default=False)
    seat = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "person"], name="registration_once"),
            models.UniqueConstraint(fields=["hearing", "seat"], name="registration_seat_once"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="registration_seat_from_one"),
        ]
        ordering = ["seat"]

    def __str__(self) -> str:
        return f"{self.hearing_id} {self.seat}"


class ItemKind(models.TextChoices):
    FOR = "for", _("argument for")
    AGAINST = "against", _("argument against")
    CONDITION = "condition", _("condition")
    MINORITY = "minority", _("minority view")


class Verdict(models.TextChoices):
    ADOPTED = "adopted", _("taken up")
    PARTLY = "partly", _("taken up in part")
    NOT = "not", _("not taken up")


class OpinionItem(models.Model):
    """One item of the hearing opinion, and the decision-maker's answer to it; declining needs a reason."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind)
    text = models.CharField(max_length=500)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "number"], name="item_number_once"),
            models.CheckConstraint(
                condition=~Q(verdict__in=["partly", "not"]) | ~Q(answer=""), name="item_declined_with_reason"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:40]}"

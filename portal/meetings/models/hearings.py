"""The hearing (听证会): who registered to listen, the opinion it ends with, and the answer to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Person, Post
from portal.kit import clock
from portal.meetings.models.base import Meeting
from portal.meetings.states.hearing import COURSE, LIFE
from portal.voting.models import Channel


class Hearing(Meeting):
    """A hearing: hears, does not decide; the decision-maker must answer its opinion item by item.

    `decision_maker` is the post that owes the answer.
    """

    course = COURSE
    life = LIFE
    plan_owner = models.CharField(_("who presents the plan"), max_length=100)
    plan_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    seats = models.PositiveSmallIntegerField(_("seats for observers"), default=20)
    decision_maker = models.CharField(max_length=20, choices=Post, default=Post.DIRECTOR)
    opinion = models.TextField(_("hearing opinion"), max_length=5000, blank=True)
    registers_at = models.DateTimeField(null=True, blank=True, help_text="when registration opens by itself")
    answer_due_at = models.DateTimeField(null=True, blank=True)

    def get_absolute_url(self) -> str:
        """The hearing's page."""
        return reverse("meetings:hearing", args=[self.pk])


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

"""The summons of a department (约请), the link by which it answers, and what residents say of the result."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Person
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.meetings.models.base import Meeting
from portal.meetings.states.summons import COURSE, JADE, LIFE, RED


class Summons(Meeting):
    """The committee asks a department to come and settle what the committee cannot.

    `matter` and `tried`: what it is about, and what was tried before. The department has no account: it is a name, with
    an address and a phone that only the committee sees. `wanted_at`: when it is to come; `proposed_at`: when it can,
    where that is another day. `starts_at` is the day both agreed on. `words`: why it refuses or comes another day.
    `settlement`: what the subdistrict says where it was asked to step in. `unanswered_at`: when the days for its answer
    were over, also where it answered later. `together`: the same for each department summoned about the same matter,
    which is a summons of its own, with its link, answer, undertakings, report and judgement; None where it is alone.
    """

    course = COURSE
    life = LIFE
    matter = models.TextField(_("what it is about"), max_length=2000)
    tried = models.TextField(_("what was tried before"), max_length=1000)
    department = models.CharField(_("department"), max_length=60)
    email = models.EmailField(_("e-mail of the department"), blank=True)
    phone = models.CharField(_("phone of the department"), max_length=30, blank=True)
    attendees = models.CharField(_("who takes part besides"), max_length=300, blank=True)
    wanted_at = models.DateTimeField(_("wanted for"))
    proposed_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    unanswered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    report = models.TextField(_("report"), max_length=2000, blank=True)
    conclusion = models.CharField(_("what came of it"), max_length=500, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    settlement = models.CharField(_("what the subdistrict says"), max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    together = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | ~Q(settlement=""), name="summons_settled_with_words"
            ),
            models.CheckConstraint(
                condition=Q(concluded_at=None) | Q(sent_at__isnull=False), name="summons_concluded_after_sent"
            ),
            models.UniqueConstraint(
                fields=["together", "department"],
                condition=Q(together__isnull=False),
                name="summons_department_once",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("meetings:summons", args=[self.pk])

    @property
    def tone(self) -> str:
        """How the word for its state is coloured."""
        return "red" if self.state in RED else "jade" if self.state in JADE else ""


class DepartmentLink(models.Model):
    """The link by which a department answers without an account. What stands in it is not kept: only its hash.

    With `salt` and the portal's secret key the committee can be shown it again; the database alone never tells it.
    `mailed_to`: the address it was mailed to, empty where the committee passes it on.
    """

    summons = models.ForeignKey(Summons, models.CASCADE, related_name="links")
    salt = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    mailed_to = models.EmailField(blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["summons"], condition=Q(revoked_at=None), name="summons_one_link_at_a_time"
            ),
            in_order("made_at", "expires_at", name="summons_link_time", same=True),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.summons_id} {self.made_at:%Y-%m-%d}"


class Judgement(models.TextChoices):
    """What a resident says of what came of a summons."""

    SATISFIED = "satisfied", _("satisfied")
    PARTLY = "partly", _("partly satisfied")
    NOT = "not", _("not satisfied")


class SummonsJudgement(models.Model):
    """What one resident says; shown only in sums, and from so many on as the rule has it."""

    summons = models.ForeignKey(Summons, models.CASCADE, related_name="judgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    judgement = models.CharField(max_length=10, choices=Judgement)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summons", "person"], name="summons_judged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.summons_id} {self.judgement}"

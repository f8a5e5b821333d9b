"""Who is asked: the roll, how it was corrected, who stands in for whom, what was handed over."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from portal.community.models import Area, Dwelling, Person, Upload, User
from portal.kit import clock
from portal.voting.models.choices import MandateKind, Served
from portal.voting.models.votes import Vote
from portal.voting.states import (
    BEFORE_END,
    LINE_LIFE,
    MANDATE_LIFE,
    OBJECTION_LIFE,
    LineState,
    MandateState,
    ObjectionState,
)


class RollQuerySet(models.QuerySet["RollEntry"]):
    """Lines of a roll read as English."""

    def active(self) -> RollQuerySet:
        """Those that count: all but the lines that a correction took off the roll."""
        return self.filter(struck_at=None)


class RollEntry(models.Model):
    """One head of the roll: a person with the summed area of all their dwellings in scope, or one household.

    `label` is the per-vote code the public file shows (e1, e2 …); the numbers are drawn by lot, so that a
    code tells nothing. `where` (the flats) is for staff and the voter. `dwelling` is set where households are
    asked: then `person` is their delegate. `served`: the call reached an account of theirs, or a ballot was
    handed over. `struck_at`: taken off the roll by a correction; the line stays for the trace.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="roll")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="roll_entries")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, null=True, blank=True, related_name="+")
    building = models.ForeignKey(Area, models.PROTECT, related_name="+")
    where = models.CharField(max_length=400)
    area = models.PositiveBigIntegerField(default=0)
    served = models.BooleanField(default=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    objects = RollQuerySet.as_manager()
    life = LINE_LIFE

    # When a ballot of the locked line was let in (services.casting).
    let_in_at: datetime | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "person"], condition=Q(dwelling=None), name="roll_one_head"
            ),
            models.UniqueConstraint(fields=["vote", "dwelling"], name="roll_one_household"),
            models.UniqueConstraint(fields=["vote", "number"], name="roll_number_once"),
        ]
        ordering = ["vote", "number"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Its page, for the staff who keep the roll."""
        return reverse("voting:roll_line", args=[self.vote_id, self.number])

    @property
    def label(self) -> str:
        """The code of the entry in the published file."""
        return f"e{self.number}"

    @property
    def title(self) -> str:
        """What it is called on the pages of staff."""
        return f"{self.label} · {self.person.real_name}"

    @property
    def state(self) -> LineState:
        """Where it stands now."""
        if self.struck_at is not None:
            return LineState.STRUCK
        changes = self.vote.phase in BEFORE_END and not self.vote.in_hall
        return LineState.ACTIVE if changes else LineState.FINAL


class RollObjection(models.Model):
    """Somebody says that the posted roll is wrong. Read by the staff who keep the roll and by its writer."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="roll_objections")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    life = OBJECTION_LIFE
    # By when the committee owes the answer, where a page has looked.
    due_at: datetime | None = None

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "by"], condition=Q(answered_at=None), name="roll_objection_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.by_id}"

    def get_absolute_url(self) -> str:
        """The page of the posted roll, on which its writer and the staff read it."""
        return reverse("voting:roll_notice", args=[self.vote_id])

    @property
    def neighbourhood(self) -> Area:
        """Where the roll belongs."""
        return self.vote.neighbourhood

    @property
    def title(self) -> str:
        """The question whose roll it is about."""
        return self.vote.title

    @property
    def state(self) -> ObjectionState:
        """Whether it was answered."""
        return ObjectionState.OPEN if self.answered_at is None else ObjectionState.ANSWERED


class RollCorrection(models.Model):
    """One change of a posted roll: what the line said before and after (null: no such line), and why.

    `before` and `after` hold person, area, where. `heads` and `area` are the totals before it; those after it
    stand in the next correction, or in the vote. Kept for ever, and told in the public record without names.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="corrections")
    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="corrections")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    heads = models.PositiveIntegerField()
    area = models.PositiveBigIntegerField()
    reason = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry} {self.at:%Y-%m-%d %H:%M}"


class Mandate(models.Model):
    """Somebody else may cast the ballot of a line: a written mandate is on file. One at a time.

    One at a meeting was seen before the vote was opened (`recorded_by`, `recorded_at`), and holds until it is closed.
    """

    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="mandates")
    holder = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=16, choices=MandateKind)
    document = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    life = MANDATE_LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(revoked_at=None), name="mandate_one_holder"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("recorded_at")), name="mandate_dates"
            ),
            models.CheckConstraint(
                condition=~Q(kind=MandateKind.MEETING, document__isnull=False)
                & (Q(kind=MandateKind.MEETING) | Q(document__isnull=False)),
                name="mandate_written_or_seen",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MandateKind.MEETING) | Q(revoked_at=None), name="mandate_of_meeting_stands"
            ),
        ]
        ordering = ["recorded_at"]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """The page of the posted roll, on which whoever gave it finds it."""
        return reverse("voting:roll_notice", args=[self.entry.vote_id])

    @property
    def title(self) -> str:
        """The line it is for."""
        return self.entry.label

    @property
    def state(self) -> MandateState:
        """Whether it is valid."""
        if self.revoked_at is not None:
            return MandateState.ENDED
        changes = self.entry.vote.phase in BEFORE_END and not self.entry.vote.in_hall
        return MandateState.ACTIVE if changes else MandateState.FINAL


class Service(models.Model):
    """How, when and into whose hands a ballot was given."""

    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="services")
    how = models.CharField(max_length=10, choices=Served)
    at = models.DateTimeField()
    received_by = models.CharField(max_length=60)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_how_display()}"

"""Votes: a frozen roll, one current ballot a roll entry, an exact outcome."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, User, Visitor
from portal.record import clock
from portal.voting.states import Phase, phase


class Electorate(models.TextChoices):
    """Who is asked. Every vote names exactly one electorate."""

    OWNERS = "owners", _("owners")
    RESIDENTS = "residents", _("residents of 18 and over")


class Choice(models.TextChoices):
    """What can be said to a motion. The first one agrees."""

    FOR = "for", _("Agree")
    AGAINST = "against", _("Disagree")
    ABSTAIN = "abstain", _("Abstain")


def option_label(option: str) -> str:
    """What an option is called in the reader's language; other options than a motion's are their own name."""
    return str(Choice(option).label) if option in Choice.values else option


class LegalEffect(models.TextChoices):
    BINDING = "binding", _("binding under the estate's rules of procedure")
    CONSULTATIVE = "consultative", _("consultative: an opinion, not an owners' assembly decision")


class Outcome(models.TextChoices):
    PASSED = "passed", _("passed")
    FAILED = "failed", _("not passed")
    NO_QUORUM = "no_quorum", _("too few took part")


class Channel(models.TextChoices):
    ONLINE = "online", _("online")
    PAPER = "paper", _("paper")
    PHONE = "phone", _("telephone")
    COUNTER = "counter", _("at the counter")


class VoteQuerySet(models.QuerySet["Vote"]):
    """Votes read as English."""

    def visible_to(self, user: Visitor) -> VoteQuerySet:
        """That a vote is held and what came of it is public; what is not is never part of the vote itself."""
        return self.all()

    def open(self) -> VoteQuerySet:
        """Votes that take ballots now."""
        now = clock.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now)

    def by_urgency(self) -> VoteQuerySet:
        """Open votes first, then those to come, then the past; within each the latest end first."""
        now = clock.now()
        rank = Case(
            When(opens_at__lte=now, closes_at__gt=now, then=Value(0)),
            When(opens_at__gt=now, then=Value(1)),
            default=Value(2),
        )
        return self.annotate(rank=rank).order_by("rank", "-closes_at", "-pk")

    def to_close(self) -> VoteQuerySet:
        """Votes whose time is over and whose result is not yet counted."""
        return self.filter(closes_at__lte=clock.now(), counted_at=None)


class Vote(models.Model):
    """One motion put to one electorate. The rule is a copy, so that a later law never rewrites it.

    `rule` has the shape it has in a published result (docs/voting.md): name, participation, approval,
    silence; and beside it `source` and `status` of the RuleSet it came from. `heads` and `area` (in
    hundredths of a square metre) are those of the frozen roll. `uncovered` counts the dwellings in scope
    that have no owner on the roll.
    `totals` is empty until the vote is counted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="votes")
    scope = models.ForeignKey(
        Area, models.PROTECT, related_name="+", help_text="whose owners or residents are asked"
    )
    subject = models.CharField(max_length=60)
    subject_url = models.CharField(max_length=300)
    title = models.CharField(_("motion"), max_length=200)
    explanation = models.TextField(blank=True)
    electorate = models.CharField(max_length=12, choices=Electorate)
    matter = models.CharField(max_length=40, help_text="key of the matter: ordinary, special, sounding …")
    rule = models.JSONField()
    options = models.JSONField()
    secret = models.BooleanField(default=False)
    legal_effect = models.CharField(max_length=14, choices=LegalEffect, default=LegalEffect.CONSULTATIVE)
    frozen_at = models.DateTimeField(default=clock.now)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    heads = models.PositiveIntegerField(default=0)
    area = models.PositiveBigIntegerField(default=0)
    uncovered = models.PositiveIntegerField(default=0)
    uncovered_area = models.PositiveBigIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    totals = models.JSONField(default=dict)
    result_sha256 = models.CharField(
        max_length=64, blank=True, help_text="of the published result, without its record"
    )
    record_sequence = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="vote_dates"),
            models.CheckConstraint(
                condition=Q(counted_at=None, outcome="") | (Q(counted_at__isnull=False) & ~Q(outcome="")),
                name="vote_counted_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(counted_at=None) | Q(counted_at__gte=F("closes_at")),
                name="vote_counted_after_close",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="vote_subject"),
            models.Index(fields=["neighbourhood", "-opens_at"], name="vote_newest"),
            models.Index(fields=["closes_at"], condition=Q(counted_at=None), name="vote_to_count"),
        ]
        ordering = ["-opens_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def phase(self) -> Phase:
        """Where the vote stands now."""
        return phase(clock.now(), self.opens_at, self.closes_at, self.counted_at)

    @property
    def is_open(self) -> bool:
        """Whether a ballot is taken now."""
        return self.phase is Phase.OPEN

    @property
    def by_area(self) -> bool:
        """Whether floor area is counted beside heads."""
        return any(need["measure"] == "area" for need in self.rule["participation"] + self.rule["approval"])


class RollEntry(models.Model):
    """One head of the frozen roll: a person, with the summed area of all their dwellings in the vote's scope.

    `label` is the per-vote code the public file shows (e1, e2 …); the numbers are drawn by lot, so that a
    code tells nothing. `where` (the flats) is for staff and the voter. `served`: the call reached an account
    of theirs.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="roll")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="roll_entries")
    building = models.ForeignKey(Area, models.PROTECT, related_name="+")
    where = models.CharField(max_length=400)
    area = models.PositiveBigIntegerField(default=0)
    served = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "person"], name="roll_one_head"),
            models.UniqueConstraint(fields=["vote", "number"], name="roll_number_once"),
        ]
        ordering = ["vote", "number"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The code of the entry in the published file."""
        return f"e{self.number}"


class Ballot(models.Model):
    """The one current ballot of a roll entry (signed votes). The database allows no second."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="ballots")
    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="ballot")
    choice = models.CharField(max_length=20)
    receipt = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    cast_at = models.DateTimeField(default=clock.now)
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["vote", "choice"], name="ballot_choice")]

    def __str__(self) -> str:
        return self.receipt


class BallotChange(models.Model):
    """An earlier choice, kept when a ballot is changed before closing."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="changes")
    choice = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel)
    cast_at = models.DateTimeField()
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["cast_at"]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.choice}"

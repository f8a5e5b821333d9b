"""What is put to the vote, to whom, when, by which rule, and what came of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, Upload, User, Visitor
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.voting.models.choices import (
    HALL,
    INVALID,
    Choice,
    Custody,
    Duplicates,
    Electorate,
    LegalEffect,
    Method,
    Outcome,
)
from portal.voting.models.constraints import ClosedInHall, OpenedInHall
from portal.voting.states import LIFE, Phase, phase


class VoteQuerySet(models.QuerySet["Vote"]):
    """Votes read as English."""

    def visible_to(self, user: Visitor) -> VoteQuerySet:
        """That a vote is held and what came of it is public; what is not is never part of the vote itself."""
        return self.all()

    def locked(self, pk: int) -> Vote:
        """A vote for one change at a time, until commit. Its key stays free: a ballot refers to it when it commits."""
        votes = self.select_for_update(of=("self",), no_key=True)
        return votes.select_related("neighbourhood", "scope").get(pk=pk)

    def open(self) -> VoteQuerySet:
        """Votes that take ballots now."""
        now = clock.now()
        ready = Q(secret=False) | Q(key_ready_at__isnull=False)
        return self.filter(ready, opens_at__lte=now, closes_at__gt=now, ended_at=None, aborted_at=None)

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
        over = Q(closes_at__lte=clock.now()) | Q(ended_at__isnull=False)
        return self.filter(over, counted_at=None, aborted_at=None)


class Vote(models.Model):
    """One question put to one electorate. The rule is a copy, so that a later law never rewrites it.

    `rule` has the shape it has in a published result (docs/voting.md): name, participation, approval,
    silence, and for other questions than a motion: method, seats, choose, points, tie; beside it `source` and
    `status` of the RuleSet it came from. `options` are codes; `labels` say what they are called (a motion's
    are the same everywhere). `heads` and `area` (in hundredths of a square metre) are those of the roll as it
    stands. `uncovered` counts the dwellings in scope that have no owner on the roll.

    The roll is drawn from the register at `called_at`, stands on notice for objections until `frozen_at`, and
    is recorded with its fingerprint then. `may_extend_to` is how far the notice allowed the end to be moved
    once; `extended_from` the end before that. `printed_at`: paper ballots exist, so the count waits until
    somebody says that all paper is in (`paper_done_at`). `totals` is empty until the vote is counted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="votes")
    scope = models.ForeignKey(
        Area, models.PROTECT, related_name="+", help_text="whose owners or residents are asked"
    )
    subject = models.CharField(max_length=60)
    subject_url = models.CharField(max_length=300)
    title = models.CharField(gettext_lazy("motion"), max_length=200)
    explanation = models.TextField(blank=True)
    electorate = models.CharField(max_length=12, choices=Electorate)
    matter = models.CharField(max_length=40, help_text="key of the matter: ordinary, special, sounding …")
    rule = models.JSONField()
    options = models.JSONField()
    labels = models.JSONField(default=dict)
    secret = models.BooleanField(default=False)
    custody = models.CharField(max_length=12, choices=Custody, blank=True)
    public_key = models.CharField(max_length=120, blank=True)
    key_ready_at = models.DateTimeField(null=True, blank=True)
    legal_effect = models.CharField(max_length=14, choices=LegalEffect, default=LegalEffect.CONSULTATIVE)
    duplicates = models.CharField(max_length=10, choices=Duplicates, default=Duplicates.FIRST)
    rules_document = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    called_at = models.DateTimeField(default=clock.now)
    frozen_at = models.DateTimeField(default=clock.now)
    roll_sha256 = models.CharField(max_length=64, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    may_extend_to = models.DateTimeField(null=True, blank=True)
    extended_from = models.DateTimeField(null=True, blank=True)
    heads = models.PositiveIntegerField(default=0)
    area = models.PositiveBigIntegerField(default=0)
    uncovered = models.PositiveIntegerField(default=0)
    uncovered_area = models.PositiveBigIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)
    paper_done_at = models.DateTimeField(null=True, blank=True)
    lot = models.CharField(max_length=200, blank=True, help_text="the announced event that breaks a tie")
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="the end was seen: a clock set back opens nothing again"
    )
    emptied_at = models.DateTimeField(
        null=True, blank=True, help_text="opened envelopes have left the journal of the database"
    )
    counted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    totals = models.JSONField(default=dict)
    result_sha256 = models.CharField(
        max_length=64, blank=True, help_text="of the published result, without its record"
    )
    record_sequence = models.PositiveIntegerField(null=True, blank=True)
    aborted_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    repeats = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
        help_text="in the hall: the first",
    )
    objects = VoteQuerySet.as_manager()
    life = LIFE
    # The word on the seal of a counted vote; lists of votes fill it in.
    seal = ""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="vote_dates"),
            in_order("closes_at", "may_extend_to", name="vote_extended_within", same=True),
            models.CheckConstraint(
                condition=Q(counted_at=None, outcome="") | (Q(counted_at__isnull=False) & ~Q(outcome="")),
                name="vote_counted_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(counted_at=None) | Q(counted_at__gte=F("closes_at")),
                name="vote_counted_after_close",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__lte=F("opens_at")), name="vote_roll_frozen_before_opening"
            ),
            models.CheckConstraint(
                condition=Q(extended_from=None)
                | Q(
                    may_extend_to__isnull=False,
                    extended_from__lt=F("closes_at"),
                    closes_at__lte=F("may_extend_to"),
                ),
                name="vote_extended_as_announced",
            ),
            models.CheckConstraint(
                condition=Q(aborted_at=None) | Q(aborted_at__lt=F("opens_at"), counted_at=None),
                name="vote_aborted_before_opening",
            ),
            models.CheckConstraint(
                condition=Q(annulled_at=None) | Q(counted_at__isnull=False), name="vote_annulled_after_count"
            ),
            models.CheckConstraint(
                condition=Q(secret=False, custody="") | Q(secret=True, area=0) & ~Q(custody=""),
                name="vote_secret_by_heads",
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(matter=HALL, ended_at=None), name="vote_one_open_in_hall"
            ),
            OpenedInHall(name="vote_opened_in_hall_stands"),
            ClosedInHall(name="vote_closed_in_hall_stays"),
        ]
        indexes = [
            models.Index(fields=["subject"], name="vote_subject"),
            models.Index(fields=["neighbourhood", "-opens_at"], name="vote_newest"),
            models.Index(fields=["closes_at"], condition=Q(counted_at=None), name="vote_to_count"),
        ]
        ordering = ["-opens_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the vote."""
        return reverse("voting:vote", args=[self.pk])

    @property
    def record_data(self) -> dict[str, str]:
        """What every entry of the record about it carries."""
        return {"about": self.subject}

    @property
    def phase(self) -> Phase:
        """Where the vote stands now."""
        return phase(clock.now(), self)

    @property
    def key_ready(self) -> bool:
        """Whether ballots can be sealed; a signed vote needs no key."""
        return not self.secret or self.key_ready_at is not None

    @property
    def roll_is_posted(self) -> bool:
        """Whether the roll still stands open to objections."""
        return clock.now() < self.frozen_at

    @property
    def method(self) -> Method:
        """What is asked for; a rule that names no method is a motion's."""
        return Method(self.rule.get("method", Method.MOTION))

    @property
    def is_of_topic(self) -> bool:
        """Whether it follows from a topic, whose page tells the whole story."""
        return self.subject.startswith("topic:")

    def label_of(self, option: str) -> str:
        """What an option is called, in the reader's language where it is one of a motion's."""
        if option == INVALID:
            return _("Invalid")
        return str(Choice(option).label) if option in Choice.values else self.labels.get(option, option)

    @property
    def in_hall(self) -> bool:
        """Whether a meeting takes it in the hall: who was there at its opening votes, until a clerk closes it."""
        return self.matter == HALL

    @property
    def is_open(self) -> bool:
        """Whether a ballot is taken now."""
        return self.phase is Phase.OPEN

    @property
    def by_area(self) -> bool:
        """Whether floor area is counted beside heads."""
        return any(need["measure"] == "area" for need in self.rule["participation"] + self.rule["approval"])

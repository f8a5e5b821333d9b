"""What was cast: one current ballot a line of the roll, what was set aside, paper on its way, opened envelopes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Upload, User
from portal.kit import clock
from portal.voting.models.choices import Channel, SetAside
from portal.voting.models.rolls import Mandate, RollEntry
from portal.voting.models.votes import Vote
from portal.voting.states import PAPER_LIFE, PaperState


class Ballot(models.Model):
    """The one current ballot of a roll entry. The database allows no second.

    A signed vote keeps the `choice` (as methods.py writes it). A secret one keeps it `sealed` in an envelope
    of fixed length, whose fingerprint is `seal`; at the opening all envelopes are emptied at once, and what
    stays says only that this line took part, and how. A secret ballot on paper has neither: its sheet lies in
    the box. `mandate`: cast by somebody else on the voter's behalf. `form_key`: the hidden key of the form a
    signed one came by, which makes sending it twice harmless.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="ballots")
    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="ballot")
    choice = models.CharField(max_length=400, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    receipt = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    cast_at = models.DateTimeField(default=clock.now)
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="ballots")
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "seal"], condition=~Q(seal=""), name="ballot_no_copy"),
            models.CheckConstraint(
                condition=Q(seal="", sealed=None) | Q(choice="", sealed__isnull=False) & ~Q(seal=""),
                name="ballot_sealed_or_signed",
            ),
        ]
        indexes = [models.Index(fields=["vote", "choice"], name="ballot_choice")]

    def __str__(self) -> str:
        return self.receipt


class BallotChange(models.Model):
    """A ballot that was received and does not stand, with the reason. Of a secret one the choice is not kept."""

    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="set_aside")
    choice = models.CharField(max_length=400, blank=True)
    channel = models.CharField(max_length=10, choices=Channel)
    cast_at = models.DateTimeField()
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=SetAside, default=SetAside.CHANGED)
    at = models.DateTimeField(default=clock.now)
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.choice}"


class PaperBallot(models.Model):
    """A ballot on paper, by telephone or at the counter, on its way into the count.

    Of a signed vote it belongs to a line (`entry`). Of a secret one it is an inner sheet with no line: the
    outer envelope made a `Ballot` without a choice, and the box is entered sheet by sheet. What the first
    clerk entered is never shown to the second; where they differ, a third person decides. `taken_at`: it
    became a ballot, or was set aside by the vote's rule (`stands`).
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="papers")
    entry = models.ForeignKey(RollEntry, models.PROTECT, null=True, blank=True, related_name="papers")
    sheet = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PAPER)
    received_at = models.DateTimeField()
    scan = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    first_choice = models.CharField(max_length=400, blank=True)
    first_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=clock.now)
    second_choice = models.CharField(max_length=400, blank=True)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    judged_choice = models.CharField(max_length=400, blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    stands = models.BooleanField(null=True, blank=True)
    life = PAPER_LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "sheet"], name="paper_sheet_once"),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="paper_two_clerks"
            ),
            models.CheckConstraint(
                condition=Q(judged_by=None) | ~Q(judged_by=F("first_by")) & ~Q(judged_by=F("second_by")),
                name="paper_third_person_judges",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(second_at__isnull=False), name="paper_confirmed_first"
            ),
        ]
        ordering = ["sheet"]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.sheet}"

    def get_absolute_url(self) -> str:
        """The page on which the paper of its vote is worked off."""
        return reverse("voting:paper", args=[self.vote_id])

    @property
    def title(self) -> str:
        """What two clerks call it: by the code of its line, or by the number on a sheet of a secret vote."""
        if self.entry is None:
            return _("Sheet %(number)d") % {"number": self.sheet}
        return _("Ballot %(code)s") % {"code": self.entry.label}

    @property
    def state(self) -> PaperState:
        """Where it stands on its way into the count."""
        if self.taken_at is None:
            return PaperState.ENTERED if self.second_at is None else PaperState.DISPUTED
        return PaperState.TAKEN if self.stands else PaperState.SET_ASIDE


class OpenedBallot(models.Model):
    """One opened envelope or sheet: its check code and its choice. It leads to nobody and has no time.

    Written once for all, in the order of the codes. `channel` is empty where so few came by one way that it
    would lead to somebody.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="opened")
    code = models.CharField(max_length=20)
    choice = models.CharField(max_length=400, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vote", "code"], name="opened_code_once")]
        indexes = [models.Index(fields=["code"], name="opened_code")]
        ordering = ["vote", "code"]

    def __str__(self) -> str:
        return self.code


class Custodian(models.Model):
    """One of three who keep a part of a secret vote's key, printed on paper; the part is never stored."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="custodians")
    number = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    rehearsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "number"], name="custodian_number_once"),
            models.UniqueConstraint(fields=["vote", "user"], name="custodian_once"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.number}"

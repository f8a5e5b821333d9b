"""What was cast: one current ballot a line of the roll, what was set aside, opened envelopes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.community.models import User
from portal.kit import clock
from portal.voting.models.choices import CHOICE_LENGTH, Channel, SetAside
from portal.voting.models.rolls import Mandate, RollEntry
from portal.voting.models.votes import Vote


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
    choice = models.CharField(max_length=CHOICE_LENGTH, blank=True)
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
    """A ballot that was received and does not stand, with the reason. Of a secret one the choice is not kept.

    What may stand again keeps what it needs for that (`receipt`, `mandate`, of a secret one the envelope, `sealed`,
    until the opening of the box empties it): the ballot of a line that was taken off the roll, and one that gave way
    to a paper. `restored_at`: it stands again.
    """

    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="set_aside")
    choice = models.CharField(max_length=CHOICE_LENGTH, blank=True)
    channel = models.CharField(max_length=10, choices=Channel)
    cast_at = models.DateTimeField()
    cast_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=SetAside, default=SetAside.CHANGED)
    at = models.DateTimeField(default=clock.now)
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    receipt = models.CharField(max_length=20, blank=True)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="+")
    sealed = models.BinaryField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seal"], condition=~Q(seal=""), name="change_seal"),
            models.Index(fields=["receipt"], condition=~Q(receipt=""), name="change_receipt"),
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.choice}"


class OpenedBallot(models.Model):
    """One opened envelope or sheet: its check code and its choice. It leads to nobody and has no time.

    Written once for all, in the order of the codes. `channel` is empty where so few came by one way that it
    would lead to somebody.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="opened")
    code = models.CharField(max_length=20)
    choice = models.CharField(max_length=CHOICE_LENGTH, blank=True)
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

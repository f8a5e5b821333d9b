"""Paper on its way into the count: ballots and sheets, and the outer envelopes of secret votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Area, Upload, User
from portal.kit import clock
from portal.voting.models.ballots import BallotChange
from portal.voting.models.choices import CHOICE_LENGTH, Channel, Fault
from portal.voting.models.rolls import RollEntry
from portal.voting.models.votes import Vote
from portal.voting.states import PAPER_LIFE, PaperState

if TYPE_CHECKING:
    from django.db.models import ForeignKey

    from portal.voting.waits import Wait

NOT_THE_SAME = Q(withdrawn_by=None) | Q(doubted_by=None) | ~Q(withdrawn_by=F("doubted_by"))


class OnPaper(models.Model):
    """What one person enters and a second confirms; a third decides where it is not clear.

    `third`: who was asked to decide. `taken_at`: it became its line's ballot, or was set aside by the vote's rule
    (`stands`); `kept`: the row that keeps it where it does not stand. Somebody may say that it should not be there
    (`doubted_at`, `fault`, `doubt`); a second person withdraws it, or keeps it and says why (`answer`).
    """

    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PAPER)
    received_at = models.DateTimeField()
    first_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=clock.now)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    third = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    stands = models.BooleanField(null=True, blank=True)
    kept = models.ForeignKey(BallotChange, models.PROTECT, null=True, blank=True, related_name="+")
    doubted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    doubted_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=10, choices=Fault, blank=True)
    doubt = models.TextField(blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    life = PAPER_LIFE
    # Where what is done to it is asked for.
    route = ""
    # Who decides about it and by when, where a page has looked.
    owed: Wait | None = None
    if TYPE_CHECKING:
        vote: ForeignKey[Vote]
        vote_id: int
        entry: RollEntry | None
        entry_id: int | None

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """The page on which the paper of its vote is worked off."""
        return reverse("voting:paper", args=[self.vote_id])

    @property
    def title(self) -> str:
        """What those who work on it call it: the code of its line."""
        return self.entry.label if self.entry else ""

    @property
    def neighbourhood(self) -> Area:
        """Where its vote belongs."""
        return self.vote.neighbourhood

    @property
    def state(self) -> PaperState:
        """Where it stands on its way into the count."""
        if self.withdrawn_at is not None:
            return PaperState.WITHDRAWN
        if self.doubted_at is not None and self.answered_at is None:
            return PaperState.DOUBTED
        return self.state_before

    @property
    def state_before(self) -> PaperState:
        """Where it stands, whoever doubts it."""
        if self.taken_at is None:
            return PaperState.ENTERED if self.second_at is None else PaperState.DISPUTED
        return PaperState.TAKEN if self.stands else PaperState.SET_ASIDE


class PaperBallot(OnPaper):
    """A ballot on paper, by telephone or at the counter, on its way into the count.

    Of a signed vote it belongs to a line (`entry`). Of a secret one it is an inner sheet with no line: the
    outer envelope made a `Ballot` without a choice, and the box is entered sheet by sheet. What the first
    clerk entered is never shown to the second; where they differ, a third person decides.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="papers")
    entry = models.ForeignKey(RollEntry, models.PROTECT, null=True, blank=True, related_name="papers")
    sheet = models.PositiveIntegerField()
    scan = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    first_choice = models.CharField(max_length=CHOICE_LENGTH, blank=True)
    second_choice = models.CharField(max_length=CHOICE_LENGTH, blank=True)
    judged_choice = models.CharField(max_length=CHOICE_LENGTH, blank=True)
    route = "voting:paper_reading"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "sheet"], condition=Q(withdrawn_at=None), name="paper_number_once"
            ),
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
            models.CheckConstraint(condition=NOT_THE_SAME, name="paper_two_withdraw"),
        ]
        ordering = ["sheet"]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.sheet}"

    @property
    def title(self) -> str:
        """What two clerks call it: by the code of its line, or by the number on a sheet of a secret vote."""
        if self.entry is None:
            return _("Sheet %(number)d") % {"number": self.sheet}
        return _("Ballot %(code)s") % {"code": self.entry.label}


class Envelope(OnPaper):
    """An outer envelope of a secret vote: it says whose line has voted on paper, and nothing of what is inside.

    Two people book it. Where it is said to have come before a sealed ballot that stands, both are kept until a third
    person decided (`judged_at`) which of them stands, and why (`judged_why`).
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="paper_envelopes")
    entry = models.ForeignKey(RollEntry, models.PROTECT, related_name="envelopes")
    judged_why = models.TextField(blank=True)
    route = "voting:envelope_act"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(withdrawn_at=None) & (Q(stands=None) | Q(stands=True)),
                name="envelope_once",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="envelope_two_clerks"
            ),
            models.CheckConstraint(
                condition=Q(judged_by=None) | ~Q(judged_by=F("first_by")) & ~Q(judged_by=F("second_by")),
                name="envelope_third_person_judges",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(second_at__isnull=False), name="envelope_confirmed_first"
            ),
            models.CheckConstraint(condition=NOT_THE_SAME, name="envelope_two_withdraw"),
        ]
        ordering = ["first_at", "pk"]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.entry_id}"

    @property
    def title(self) -> str:
        """What two clerks call it: by the code of its line."""
        return _("Envelope %(code)s") % {"code": self.entry.label}

"""Who stands behind an option of an election, and what they say of themselves: of equal length for all."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Upload, User
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.voting.models.constraints import IntroducedBefore, StandsForOption
from portal.voting.models.votes import Vote
from portal.voting.states import LIFE, Phase

WORDS, STATEMENT = 60, 500


class Candidate(models.Model):
    """The person who stands for an option of an election, and the introduction: one line, a statement, one photo.

    `fixed_from` is when voting opens: what is shown changes only together with `changed_at`, which lies before it.
    `entered_by`: who of the staff wrote the introduction down from paper; empty where the candidate did.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="candidates")
    option = models.CharField(max_length=10)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(_("in one line"), max_length=WORDS, blank=True)
    statement = models.CharField(_("statement"), max_length=STATEMENT, blank=True)
    photo = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    introduced_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    fixed_from = models.DateTimeField()
    life = LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "option"], name="candidate_one_for_an_option"),
            models.UniqueConstraint(fields=["vote", "person"], name="candidate_once_in_a_vote"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("words"), WORDS)), name="candidate_words_length"
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("statement"), STATEMENT)), name="candidate_equal_length"
            ),
            models.CheckConstraint(
                condition=Q(introduced_at=None, words="", statement="", photo=None)
                | (Q(introduced_at__isnull=False) & ~Q(words="") & ~Q(statement="")),
                name="candidate_introduced_whole",
            ),
            in_order("changed_at", "fixed_from", name="candidate_before_opening"),
            IntroducedBefore(name="candidate_introduction_stands"),
            StandsForOption(name="candidate_option_stands"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the vote, where all of them stand."""
        return self.vote.get_absolute_url()

    @property
    def name(self) -> str:
        """As it stands on the ballot."""
        return self.vote.label_of(self.option)

    @property
    def title(self) -> str:
        """That of the vote."""
        return self.vote.title

    @property
    def neighbourhood(self) -> Area:
        """Where it belongs."""
        return self.vote.neighbourhood

    @property
    def record_subject(self) -> str:
        """It is filed under its vote."""
        return f"vote:{self.vote_id}"

    @property
    def record_data(self) -> dict[str, str]:
        """Whom an entry is about: the name on the ballot, no more."""
        return {"about": self.vote.subject, "candidate": self.name}

    @property
    def phase(self) -> Phase:
        """Where its vote stands now."""
        return self.vote.phase

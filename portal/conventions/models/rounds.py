"""A round: how a text becomes an edition; and each numbered text that was put to comment in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, User, Visitor
from portal.conventions.models.fixed import FixedQuerySet, FixedText
from portal.conventions.models.pages import AgreementPage, may_write
from portal.conventions.states import ENDED, LIFE, SIGNING_LIFE, EditionState, SigningState, State
from portal.kit import clock
from portal.voting.models import Vote


class RoundQuerySet(models.QuerySet["ConventionRound"]):
    def visible_to(self, user: Visitor) -> RoundQuerySet:
        """Rounds whose text was put to comment; drafts for who writes them."""
        shown = Q(number_of_texts__gt=0)
        if getattr(user, "person_id", None):
            shown |= Q(page__in=AgreementPage.objects.filter(may_write(user)))
        return self.filter(shown)

    def open(self) -> RoundQuerySet:
        """Rounds that have not ended."""
        return self.exclude(state__in=ENDED)

    def locked(self, pk: int) -> ConventionRound:
        """A round for one change at a time, until commit."""
        rounds = self.select_for_update(of=("self",), no_key=True)
        return rounds.select_related("page__area", "vote").get(pk=pk)


class ConventionRound(models.Model):
    """The way of a text to its next edition; a page has one open round at most.

    `state_until`: when comments end, or a vote does. `reason`: what was published with the last step.
    `check_note`: what the subdistrict found. `in_force_from`: from which day the adopted text holds, once known.
    """

    page = models.ForeignKey(AgreementPage, models.PROTECT, related_name="rounds")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFTING)
    state_since = models.DateTimeField(default=clock.now)
    state_until = models.DateTimeField(null=True, blank=True)
    purpose = models.CharField(gettext_lazy("why there is to be a new text"), max_length=1000)
    reason = models.CharField(max_length=1000, blank=True)
    check_note = models.CharField(max_length=1000, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    vote = models.ForeignKey(Vote, models.PROTECT, null=True, blank=True, related_name="+")
    in_force_from = models.DateField(null=True, blank=True)
    number_of_texts = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = RoundQuerySet.as_manager()
    life = LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=~Q(state__in=sorted(ENDED)), name="convention_round_open_once"
            )
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page: where it stands, and what can be done."""
        return reverse("conventions:round", args=[self.pk])

    @property
    def title(self) -> str:
        """What the record calls it."""
        return self.page.title

    @property
    def neighbourhood(self) -> Area:
        """Whose record it belongs to."""
        return self.page.neighbourhood

    @property
    def state_label(self) -> str:
        """The state in words; what has no filing waits for its day only."""
        return str(State(self.state).label)

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.state in ENDED


class ProposalQuerySet(FixedQuerySet):
    """Texts put to comment; who may read one is asked at the door of its round."""


class Proposal(FixedText):
    """A text as it was put to comment, checked, voted on or signed: succeeded by another, never changed."""

    round = models.ForeignKey(ConventionRound, models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = ProposalQuerySet.as_manager()
    life = SIGNING_LIFE

    class Meta(FixedText.Meta):
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="proposal_number_once")]
        ordering = ["round", "number"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is read: as an edition once it is one, until then in its round."""
        edition = getattr(self, "edition", None)
        return edition.get_absolute_url() if edition else self.round.get_absolute_url()

    @property
    def title(self) -> str:
        """What it is called: the edition it became, or the draft it is."""
        edition = getattr(self, "edition", None)
        words = _("%(title)s, draft %(number)d") % {"title": self.round.title, "number": self.number}
        return str(edition) if edition else words

    @property
    def neighbourhood(self) -> Area:
        """Whose record it belongs to."""
        return self.round.neighbourhood

    @property
    def signing(self) -> SigningState:
        """Whether households can sign it: an edition that was not superseded, or a building's text while it signs.

        A building's convention is adopted by its signatures: what was counted then is not changed afterwards.
        """
        edition = getattr(self, "edition", None)
        if edition is not None:
            opened = not self.round.page.is_building and edition.state != EditionState.SUPERSEDED
        else:
            opened = self.round.state == State.SIGNING and self.number == self.round.number_of_texts
        return SigningState.OPEN if opened else SigningState.CLOSED

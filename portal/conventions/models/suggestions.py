"""What people suggest for an article, and what households think of it. Never a part of the text itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.community.models import Area, Dwelling, Person, User, Visitor
from portal.conventions.models.pages import LONGEST
from portal.conventions.models.rounds import ConventionRound, Proposal
from portal.conventions.states import ANSWERED, SUGGESTION_LIFE, SuggestionState
from portal.conventions.text import Article, article_of
from portal.kit import clock
from portal.kit.difference import Difference, difference


class Channel(models.TextChoices):
    """How it came in."""

    ONLINE = "online", _("online")
    PAPER = "paper", _("on paper")


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: Visitor) -> SuggestionQuerySet:
        """Suggestions are public as the text is that they are about."""
        return self


class Suggestion(models.Model):
    """Another wording for one article of one text, with a reason. Several on one article stand side by side.

    `article` is the permanent id of the article, `proposal` the text its author had read. `answer_text`: how the
    article reads after the answer, where it was adopted wholly or in part.
    """

    round = models.ForeignKey(ConventionRound, models.PROTECT, related_name="suggestions")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="suggestions")
    article = models.CharField(max_length=36)
    new_text = models.TextField(_("how the article should read"), max_length=LONGEST)
    reason = models.CharField(_("why"), max_length=1000)
    author = models.ForeignKey(Person, models.PROTECT, related_name="suggestions")
    author_name = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=12, choices=SuggestionState, default=SuggestionState.OPEN)
    answer = models.CharField(max_length=1000, blank=True)
    answer_text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    objects = SuggestionQuerySet.as_manager()
    life = SUGGESTION_LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "article", "author"],
                condition=Q(state=SuggestionState.OPEN),
                name="suggestion_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(ANSWERED)) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="suggestion_answered_with_reason",
            ),
        ]
        ordering = ["round", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it stands beside its rivals."""
        return f"{reverse('conventions:article', args=[self.round_id, self.article])}#suggestion-{self.pk}"

    @property
    def neighbourhood(self) -> Area:
        """Whose record it belongs to."""
        return self.round.neighbourhood

    @property
    def title(self) -> str:
        """The text and the article it is about, by the number of the text its author had read."""
        article = self.about
        return f"{self.round.title} {article['number']}" if article else self.round.title

    @property
    def about(self) -> Article | None:
        """The article as its author had read it."""
        return article_of(self.proposal.chapters, self.article)

    @property
    def change(self) -> Difference:
        """What it changes in the article as its author had read it."""
        return difference(self.about["text"] if self.about else "", self.new_text)

    @property
    def is_answered(self) -> bool:
        """Whether it has its answer."""
        return self.state in ANSWERED


class Choice(models.TextChoices):
    """What a household thinks of a suggestion."""

    AGREE = "agree", _("agree")
    UNSURE = "unsure", _("not sure")
    NO = "no", pgettext_lazy("a household on a suggestion", "no")


class Support(models.Model):
    """What one household thinks of one suggestion; it may change its mind until the answer."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="supports")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "dwelling"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.suggestion_id} {self.choice}"

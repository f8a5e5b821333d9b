"""What moderation keeps: posts that wait for a look, the words that make them wait, and who may not post for a time."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Visitor
from portal.kit import clock
from portal.kit.constraints import in_order

LONGEST_WORD = 30
LONGEST_APPEAL = 1000


class Why(models.TextChoices):
    """Why a post waits before it is shown."""

    WORD = "word", _("it holds a word of the list")
    FIRST = "first", _("every post of this discussion is read first")


class Hold(models.Model):
    """A post waited to be looked at (Post.held_at, while it does), and what came of it."""

    post = models.OneToOneField("threads.Post", models.PROTECT, related_name="hold")
    why = models.CharField(max_length=10, choices=Why)
    asks = models.CharField(max_length=20, blank=True, help_text="whom it asks once it is shown")
    at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(help_text="until when somebody looks at it")
    decided_at = models.DateTimeField(null=True, blank=True)
    released = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=Why.values), name="hold_says_why"),
            in_order("at", "due_at", name="hold_due_after_begun"),
            models.CheckConstraint(
                condition=Q(released=False) | Q(decided_at__isnull=False), name="hold_released_is_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.why}"


class WatchedWordQuerySet(models.QuerySet["WatchedWord"]):
    def visible_to(self, user: Visitor) -> WatchedWordQuerySet:
        """All of them: who may read the list is asked by the door."""
        return self

    def of(self, here: Area | None) -> WatchedWordQuerySet:
        """The list of a neighbourhood, or of None that for all."""
        return self.filter(neighbourhood=here)

    def holding_in(self, here: Area) -> WatchedWordQuerySet:
        """Those that make posts of a neighbourhood wait: its own and those for all."""
        return self.in_use().filter(Q(neighbourhood=here) | Q(neighbourhood=None))

    def in_use(self) -> WatchedWordQuerySet:
        """Those that make posts wait; the others were put away."""
        return self.filter(away_at=None)


class WatchedWord(models.Model):
    """A word of a neighbourhood's list, or without one of the list for all; `folded` is how it is compared."""

    neighbourhood = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="+")
    word = models.CharField(_("word"), max_length=LONGEST_WORD)
    folded = models.CharField(max_length=LONGEST_WORD * 4)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)
    away_at = models.DateTimeField(null=True, blank=True)
    objects = WatchedWordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "folded"], condition=Q(away_at=None), name="watched_word_once"
            ),
            models.UniqueConstraint(
                fields=["folded"],
                condition=Q(away_at=None, neighbourhood=None),
                name="watched_word_once_for_all",
            ),
            models.CheckConstraint(condition=~Q(folded=""), name="watched_word_says_something"),
        ]
        ordering = ["word", "pk"]

    def __str__(self) -> str:
        return self.word

    def get_absolute_url(self) -> str:
        """The list it stands in."""
        if self.neighbourhood is None:
            return reverse("threads:words_for_all")
        return reverse("threads:words", args=[self.neighbourhood.slug])

    @property
    def title(self) -> str:
        """The word itself."""
        return self.word


class MuteQuerySet(models.QuerySet["Mute"]):
    def visible_to(self, user: Visitor) -> MuteQuerySet:
        """All of them: who may read one is asked by the door."""
        return self

    def standing(self) -> MuteQuerySet:
        """Those that hold now."""
        return self.filter(lifted_at=None, until__gt=clock.now())


class Mute(models.Model):
    """Somebody may not post in a neighbourhood for a time, because of a post that was hidden; once a post.

    `until` is fixed when it begins. `appealed_at`, then `upheld_at` or `lifted_at`: one appeal, decided by others.
    """

    post = models.OneToOneField("threads.Post", models.PROTECT, related_name="mute")
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    by_name = models.CharField(max_length=80)
    appeal = models.CharField(_("why you should be heard"), max_length=LONGEST_APPEAL, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    upheld_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = [
            in_order("since", "until", name="mute_has_an_end"),
            models.CheckConstraint(condition=~Q(reason=""), name="mute_has_a_reason"),
            models.CheckConstraint(
                condition=Q(appealed_at=None, appeal="", upheld_at=None)
                | (Q(appealed_at__isnull=False) & ~Q(appeal="")),
                name="mute_appeal_has_words",
            ),
            models.CheckConstraint(
                condition=Q(upheld_at=None) | Q(lifted_at=None), name="mute_decided_one_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.until}"

    def get_absolute_url(self) -> str:
        """Its page, for whom it is about and who decides."""
        return reverse("threads:mute", args=[self.pk])

    @property
    def title(self) -> str:
        """The discussion of the post."""
        return self.post.title

    @property
    def stands(self) -> bool:
        """Whether it holds now."""
        return self.lifted_at is None and not clock.passed(self.until)

    @property
    def ends(self) -> datetime:
        """When posting is possible again."""
        return self.lifted_at or self.until


def folded(text: str) -> str:
    """A text as words are looked for in it: one width, one case, without blanks, signs and what cannot be seen."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())

"""What became of a question: what whoever asked calls it, what cannot be done, and which answers were taken away."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit import clock

LONGEST_WORDS = 300


class Said(models.TextChoices):
    """What whoever asked says after an official answer."""

    SOLVED = "solved", _("solved")
    PARTLY = "partly", _("partly solved")
    NOT = "not", _("not solved")


class Channel(models.TextChoices):
    """How it was said: here, or asked for by the committee at a callback (核实回访)."""

    ONLINE = "online", _("said here")
    PHONE = "phone", _("callback by phone")
    PAPER = "paper", _("callback on paper")


# What a callback can be.
CALLBACKS = (Channel.PHONE, Channel.PAPER)


class Outcome(models.Model):
    """What is said of the answer to a question: one row, changed once, with what stood before.

    It counts as long as `answer` is the question's answer: another answer is asked about anew.
    """

    question = models.OneToOneField("threads.Post", models.PROTECT, related_name="outcome")
    answer = models.ForeignKey("threads.Post", models.PROTECT, related_name="+")
    said = models.CharField(_("is it solved?"), max_length=10, choices=Said)
    words = models.CharField(_("in your words"), max_length=LONGEST_WORDS, blank=True)
    channel = models.CharField(_("how it was asked"), max_length=10, choices=Channel, default=Channel.ONLINE)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)
    changed = models.BooleanField(default=False, help_text="whether it was changed since this answer")
    before = models.CharField(max_length=10, choices=Said, blank=True, help_text="what stood here before")
    before_by_name = models.CharField(max_length=80, blank=True)
    before_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(said__in=Said.values), name="outcome_is_one_of_three"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="outcome_channel"),
            models.CheckConstraint(
                condition=Q(before="", before_at=None, changed=False)
                | (~Q(before="") & Q(before_at__isnull=False)),
                name="outcome_change_leaves_trace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.said}"


class Refusal(models.Model):
    """An official answer says that what was asked cannot be done, and why. It never counts as solved."""

    answer = models.OneToOneField("threads.Post", models.PROTECT, related_name="refusal")
    because = models.CharField(_("it cannot be done because"), max_length=LONGEST_WORDS)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="refusal_says_why")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.because}"


class Reopening(models.Model):
    """A question lost its official answer, which was hidden; `back_at`: since when that is shown again."""

    question = models.ForeignKey("threads.Post", models.PROTECT, related_name="reopenings")
    answer = models.ForeignKey("threads.Post", models.PROTECT, related_name="reopened")
    answered_at = models.DateTimeField(help_text="since when the question had counted as answered")
    at = models.DateTimeField(default=clock.now)
    back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "answer"], condition=Q(back_at=None), name="reopened_once_at_a_time"
            )
        ]
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.question_id} {self.answer_id}"

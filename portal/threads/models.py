"""Live discussion: a thread belongs to a subject, its posts are numbered under the thread's lock."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person
from portal.record import clock


class Thread(models.Model):
    """A discussion. `sequence` is the newest number given out; open while now is before `closes_at` (null: no end)."""

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="threads")
    subject = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    sequence = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at=None) | Q(closes_at__gte=F("opened_at")), name="thread_dates")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether posts are taken now, by the clock alone."""
        return self.closes_at is None or clock.now() < self.closes_at


class HideReason(models.TextChoices):
    """The fixed list of reasons for hiding a post; disagreeing is not among them."""

    PERSONAL_DATA = "personal_data", _("shows somebody's personal data")
    INSULT = "insult", _("insults somebody")
    UNLAWFUL = "unlawful", _("unlawful content")
    ADVERTISING = "advertising", _("advertising")
    OFF_TOPIC = "off_topic", _("nothing to do with the matter")


class Post(models.Model):
    """One contribution under its number. What is shown of the author was fixed when it was written.

    `revision` is the thread number of the last change of the post (answered, hidden), so that a reader who was away
    gets changed posts as well as new ones.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="posts")
    sequence = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="idempotency key of the form")
    author = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    author_name = models.CharField(max_length=80)
    author_note = models.CharField(max_length=80, blank=True, help_text="building, or the post that signs")
    body = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)
    official = models.BooleanField(default=False)
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by")
    asks = models.CharField(max_length=20, blank=True, help_text="the post (Post value) asked for an official answer")
    answered_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=20, choices=HideReason, blank=True)
    hidden_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "sequence"], name="post_number_once"),
            models.UniqueConstraint(fields=["thread", "revision"], name="post_revision_once"),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_reason="") | (Q(hidden_at__isnull=False) & ~Q(hidden_reason="")),
                name="post_hidden_with_reason",
            ),
        ]
        ordering = ["thread", "sequence"]

    def __str__(self) -> str:
        return f"{self.thread_id}/{self.sequence}"

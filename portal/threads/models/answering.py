"""What becomes of a question before it is answered, and the texts a body keeps for its answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Visitor
from portal.community.models import Post as Office
from portal.duties.next_step import body_of
from portal.kit import clock
from portal.threads.models.posts import LONGEST, LONGEST_REASON, Post

# To whom a question can be handed on, and who keeps texts for answers.
BODIES = (Office.PROPERTY, Office.WORKER, Office.OWNERS_COMMITTEE)


class AlsoAsk(models.Model):
    """A neighbour who wants to know what somebody else asked; once a person and question, and until taken back."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="also_asked")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="also_asked_once")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.person_id}"


class HandOn(models.Model):
    """A question that the body asked first gave to another, once and with a reason everybody reads."""

    post = models.OneToOneField(Post, models.PROTECT, related_name="handed")
    first = models.CharField(max_length=20, help_text="the body asked first; it stays the asker's contact")
    to = models.CharField(max_length=20)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(first=F("to")), name="handed_to_another")]

    def __str__(self) -> str:
        return f"{self.post} {self.first} {self.to}"

    @property
    def to_whom(self) -> str:
        """The body it went to, in words."""
        return str(body_of(self.to))

    @property
    def from_whom(self) -> str:
        """The body asked first, in words."""
        return str(body_of(self.first))


class MoreTime(models.Model):
    """A later day for an answer, named once, before the first was over, with a reason everybody reads."""

    post = models.OneToOneField(Post, models.PROTECT, related_name="more_time")
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("was_due_at")), name="more_time_is_later")
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.due_at}"


class AnswerTextQuerySet(models.QuerySet["AnswerText"]):
    def visible_to(self, user: Visitor) -> AnswerTextQuerySet:
        """All of them: whose they are is asked by the door."""
        return self

    def in_use(self) -> AnswerTextQuerySet:
        """Those that are offered; the others were put away."""
        return self.filter(away_at=None)


class AnswerText(models.Model):
    """A text that a body keeps for its answers: put into an answer, and changed there, before anybody reads it."""

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    body = models.CharField(max_length=20, help_text="the body whose text it is")
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("text"), max_length=LONGEST)
    by_name = models.CharField(max_length=80)
    changed_at = models.DateTimeField(default=clock.now)
    away_at = models.DateTimeField(null=True, blank=True, help_text="since when it is offered no more")
    objects = AnswerTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "body", "title"],
                condition=Q(away_at=None),
                name="answer_text_title_once",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="answer_text_says_something"),
        ]
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The list it stands in."""
        return reverse("threads:texts", args=[self.neighbourhood.slug])

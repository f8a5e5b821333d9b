"""Opinion maps: what each is about, its statements, who agrees with them, and what was last reckoned from that."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Visitor
from portal.kit import clock
from portal.meetings.states.statement import LIFE, State
from portal.record.wording import subject_url
from portal.threads.models import STATEMENT, HideReason, View
from portal.threads.models import Post as ThreadPost

LONGEST = STATEMENT
# How many statements the list shows at once.
PORTION = 50


class OpinionMapQuerySet(models.QuerySet["OpinionMap"]):
    def visible_to(self, user: Visitor) -> OpinionMapQuerySet:
        """Opinion maps are public: what they are about is under discussion, or announced (opinions.subjects)."""
        return self


class OpinionMap(models.Model):
    """The map about one thing, by its key (`subject`: "topic:12"). Its title is as it was when the map began.

    `length` counts statements; it is taken under the lock of this row. `snapshot` is what was last reckoned
    (opinions.snapshots), from the reactions of `people` people at `computed_at`: never a name, never fewer than five.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="opinion_maps")
    subject = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    length = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    snapshot = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now, help_text="when a statement came, went or came back")
    computed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    objects = OpinionMapQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The map's page."""
        return reverse("meetings:opinion_map", args=[self.pk])

    @property
    def subject_url(self) -> str:
        """The page of what it is about."""
        return subject_url(self.subject)

    @property
    def record_subject(self) -> str:
        """What happens on a map is filed under what it is about."""
        return self.subject


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user: Visitor) -> StatementQuerySet:
        """Every statement's place is public; of one taken down only that it is, and why."""
        return self

    def shown(self) -> StatementQuerySet:
        """Those that can be read and answered."""
        return self.filter(taken_down_at=None)

    def unscreened(self) -> StatementQuerySet:
        """Those that the committee has not looked at yet."""
        return self.shown().filter(screened_at=None)


class Statement(models.Model):
    """A short sentence to agree or disagree with, under its number. Who put it is not shown to anybody.

    `post`: the post of the discussion that says it, under its author's name, where it was said there.
    `screened_at`: since when the committee has looked at it. Taken down it leaves its place, with the reason.
    """

    map = models.ForeignKey(OpinionMap, models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField()
    text = models.CharField(_("statement"), max_length=LONGEST)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.OneToOneField(ThreadPost, models.PROTECT, null=True, blank=True, related_name="statement")
    at = models.DateTimeField(default=clock.now)
    screened_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=HideReason, blank=True)
    taken_down_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = StatementQuerySet.as_manager()
    life = LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["map", "number"], name="statement_number_once"),
            models.UniqueConstraint(fields=["map", "text"], name="statement_said_once"),
            models.CheckConstraint(condition=~Q(text=""), name="statement_says_something"),
            models.CheckConstraint(
                condition=Q(taken_down_at=None, reason="", taken_down_by=None)
                | (Q(taken_down_at__isnull=False, taken_down_by__isnull=False) & ~Q(reason="")),
                name="statement_down_with_reason",
            ),
        ]
        ordering = ["map", "number"]

    def __str__(self) -> str:
        return f"{self.map_id}/{self.number}"

    def get_absolute_url(self) -> str:
        """Its place in the list of its map."""
        portion = (self.number - 1) // PORTION + 1
        asked = f"?page={portion}" if portion > 1 else ""
        return f"{reverse('meetings:statements', args=[self.map_id])}{asked}#statement-{self.number}"

    @property
    def state(self) -> State:
        """Where it stands, from what happened to it."""
        return State.TAKEN_DOWN if self.taken_down_at else State.SHOWN

    @property
    def neighbourhood(self) -> Area:
        """Where its map belongs."""
        return self.map.neighbourhood

    @property
    def title(self) -> str:
        """What its map is about."""
        return self.map.title

    @property
    def record_subject(self) -> str:
        """What happens to it is filed under what its map is about."""
        return self.map.subject


class Reaction(models.Model):
    """What one person says to one statement; it can be changed, and only the last counts."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    value = models.SmallIntegerField(choices=View)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "person"], name="reaction_once"),
            models.CheckConstraint(condition=Q(value__in=View.values), name="reaction_known"),
        ]
        indexes = [models.Index(fields=["at"], name="reaction_at")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.value}"

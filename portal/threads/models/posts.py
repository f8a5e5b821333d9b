"""Live discussion: a thread belongs to a subject, its posts are numbered under the thread's lock."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person, Upload, Visitor
from portal.community.models import Post as Office
from portal.duties.next_step import body_of
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.threads.constraints import OneLevelDeep
from portal.threads.outcomes import Outcome, Refusal
from portal.threads.states import LIFE, State

LONGEST, LONGEST_REASON = 4000, 300
# How many posts of a discussion a page shows at once.
PORTION = 50
# So long is a statement that neighbours can agree with, in characters.
STATEMENT = 140
# From so many people on it is shown how many agree: fewer could be told apart.
COUNTED = 5
# Before any number of people who ask the same.
MOST_URGENT = 2**31 - 1
# Who can be asked for an official answer.
ASKABLE = (Office.PROPERTY, Office.WORKER, Office.DIRECTOR)


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: Visitor) -> ThreadQuerySet:
        """Discussions are public, to visitors without an account too."""
        return self

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: raises TypeError. What was said stays."""
        raise TypeError("a discussion is closed, never deleted")


class Thread(models.Model):
    """A discussion, open until `closes_at` (null: no end).

    `sequence` counts changes (a new post is one, answering or hiding another), `length` counts posts. Both are
    taken under the lock of this row.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="threads")
    subject = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    sequence = models.PositiveIntegerField(default=0)
    length = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField(null=True, blank=True)
    read_first_at = models.DateTimeField(
        null=True, blank=True, help_text="since when each post waits to be looked at"
    )
    read_first_reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)
    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gte=F("opened_at")), name="thread_dates"
            ),
            models.CheckConstraint(
                condition=Q(read_first_at=None, read_first_reason="")
                | (Q(read_first_at__isnull=False) & ~Q(read_first_reason="")),
                name="thread_read_first_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """A page of its own."""
        return reverse("threads:thread", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: raises TypeError. What was said stays."""
        raise TypeError("a discussion is closed, never deleted")

    @property
    def record_subject(self) -> str:
        """What happens to a discussion is filed under what is discussed."""
        return self.subject

    @property
    def is_open(self) -> bool:
        """Whether posts are taken now, by the clock alone."""
        return self.closes_at is None or clock.now() < self.closes_at


class View(models.IntegerChoices):
    """What somebody says to a short statement; the numbers are those of a table of votes (meetings.opinions.votes)."""

    AGREE = 1, _("agree")
    DISAGREE = -1, _("disagree")
    UNSURE = 0, _("not sure")


class HideReason(models.TextChoices):
    """The fixed list of reasons for hiding a post; disagreeing is not among them."""

    PERSONAL_DATA = "personal_data", _("shows somebody's personal data")
    INSULT = "insult", _("insults somebody")
    UNLAWFUL = "unlawful", _("unlawful content")
    ADVERTISING = "advertising", _("advertising")
    OFF_TOPIC = "off_topic", _("nothing to do with the matter")


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Visitor) -> PostQuerySet:
        """Every post's place is public; of a hidden one only that it is hidden (permissions.may_read)."""
        return self

    def drawn(self) -> PostQuerySet:
        """With what the fragment shows besides: three queries for any number of posts."""
        related = self.select_related(
            "thread",
            "under",
            "quotes",
            "answered_in__refusal",
            "answers",
            "handed",
            "more_time",
            "outcome",
            "refusal",
        )
        files = Prefetch("files", Upload.objects.order_by("created_at"))
        return related.prefetch_related("answered_too", files)

    def waiting(self) -> PostQuerySet:
        """Questions that are owed an official answer: those due by tomorrow, then those that most neighbours ask.

        How many ask moves the place in a list and nothing else: neither the promised day nor a level.
        """
        soon = Q(due_at__lte=clock.end_of(clock.today() + timedelta(days=1)))
        place = Case(When(soon, then=Value(MOST_URGENT)), default=F("asking"), output_field=IntegerField())
        asked = self.standing().filter(answered_at=None).exclude(asks="")
        return asked.order_by(place.desc(), "due_at", "pk")

    def standing(self) -> PostQuerySet:
        """Those whose words everybody reads: neither waiting to be looked at, nor hidden, nor taken back."""
        return self.filter(held_at=None, hidden_at=None, withdrawn_at=None)


class Post(models.Model):
    """One contribution under its number. What is shown of the author was fixed when it was written.

    `sequence` is its number among the posts, without gaps; `revision` the thread's number of its last change,
    so that a reader who was away gets what changed as well as what is new. `under`: the post it answers; answers
    stand one level deep, so an answer to an answer is under the same post. `quotes`: the post whose words it repeats
    as they are when it is drawn.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="posts")
    sequence = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, help_text="idempotency key of the form")
    author = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    author_name = models.CharField(max_length=80)
    author_note = models.CharField(max_length=80, blank=True, help_text="building, or the post that signs")
    body = models.TextField(_("your post"), max_length=LONGEST)
    at = models.DateTimeField(default=clock.now)
    under = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    quotes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="quoted_by")
    edited_at = models.DateTimeField(null=True, blank=True, help_text="when its words were last changed")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="when its author took it back")
    agreeing = models.PositiveIntegerField(default=0, help_text="how many agree, of `reacting`")
    reacting = models.PositiveIntegerField(default=0, help_text="how many said whether they agree")
    asking = models.PositiveIntegerField(default=0, help_text="how many others want to know the same")
    official = models.BooleanField(default=False)
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by")
    answered_in = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answered_too"
    )
    files = models.ManyToManyField(Upload, blank=True, related_name="+")
    asks = models.CharField(max_length=20, blank=True, help_text="the post asked to answer officially")
    asked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="until when the answer is owed")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True, help_text="since when it waits to be looked at")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=20, choices=HideReason, blank=True)
    hidden_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    appeal = models.CharField(_("why it should be shown again"), max_length=1000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    upheld_at = models.DateTimeField(null=True, blank=True, help_text="the appeal failed: it stays hidden")
    objects = PostQuerySet.as_manager()
    life = LIFE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "sequence"], name="post_number_once"),
            models.UniqueConstraint(fields=["thread", "revision"], name="post_revision_once"),
            models.UniqueConstraint(fields=["author", "key"], name="post_sent_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(hidden_at=None, official=False, answered_at=None),
                name="post_withdrawn_unanswered",
            ),
            models.CheckConstraint(condition=Q(agreeing__lte=F("reacting")), name="post_agreeing_reacted"),
            models.CheckConstraint(
                condition=Q(edited_at=None) | Q(official=False), name="post_official_is_not_edited"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_reason="")
                | (Q(hidden_at__isnull=False) & ~Q(hidden_reason="")),
                name="post_hidden_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None) | Q(hidden_at=None, asks="", official=False),
                name="post_held_is_nothing_else",
            ),
            models.CheckConstraint(
                condition=Q(asks="", asked_at=None, due_at=None, acknowledged_at=None, answered_at=None)
                | (~Q(asks="") & Q(asked_at__isnull=False, due_at__isnull=False)),
                name="post_asked_has_date",
            ),
            models.CheckConstraint(condition=Q(asking=0) | ~Q(asks=""), name="post_asking_is_a_question"),
            OneLevelDeep(name="post_answers_one_level_deep"),
            in_order("asked_at", "due_at", name="post_due_after_asked"),
            models.CheckConstraint(
                condition=Q(official=True, answers__isnull=False) | Q(official=False, answers=None),
                name="post_official_answers",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_in=None)
                | Q(answered_at__isnull=False, answered_in__isnull=False),
                name="post_answered_in_one",
            ),
        ]
        indexes = [models.Index(fields=["author", "at"], name="post_of_author")]
        ordering = ["thread", "sequence"]

    def __str__(self) -> str:
        return f"{self.thread_id}/{self.sequence}"

    def get_absolute_url(self) -> str:
        """Where one post is read, answered and moderated."""
        return reverse("threads:post", args=[self.pk])

    def as_drawn_new(self) -> Post:
        """Itself, as `drawn` would read it: it was made just now, so that nothing but files can hang on it."""
        for name in ("handed", "more_time", "outcome", "refusal"):
            self._state.fields_cache.setdefault(name, None)
        models.prefetch_related_objects([self], "files")
        return self

    @property
    def place(self) -> str:
        """Where it stands in its discussion: on the portion that holds it, now that so many came after it."""
        newest = self.thread.length - self.sequence < PORTION
        return f"{self.thread.url}#post-{self.sequence}" if newest else self.deep

    @property
    def deep(self) -> str:
        """The same for good, however many come after it."""
        return f"{self.thread.url}?at={self.sequence}#post-{self.sequence}"

    @property
    def state(self) -> State:
        """Where the post stands, from what happened to it."""
        if self.withdrawn_at:
            return State.WITHDRAWN
        if self.held_at:
            return State.HELD
        if self.hidden_at:
            return State.REMOVED if self.upheld_at else State.APPEALED if self.appealed_at else State.HIDDEN
        return self.shown_state

    @property
    def shown_state(self) -> State:
        """Where it stands, or stood before it was hidden."""
        if not self.asks:
            return State.VISIBLE
        if self.answered_at:
            return State.ANSWERED
        return State.ACKNOWLEDGED if self.acknowledged_at else State.ASKED

    @property
    def is_away(self) -> bool:
        """Whether a stub stands in its place: it waits to be looked at, is hidden, or was taken back."""
        return bool(self.held_at or self.hidden_at or self.withdrawn_at)

    @property
    def is_statement(self) -> bool:
        """Whether it is a short sentence that stands by itself, so that neighbours can agree with it or not."""
        refers = self.asks or self.official or self.under_id or self.quotes_id
        return not refers and len(self.body) <= STATEMENT and "\n" not in self.body

    @property
    def agreed(self) -> int:
        """How many agree, as everybody may know it: 0 while few have said anything."""
        return self.agreeing if self.reacting >= COUNTED else 0

    @property
    def wanting(self) -> int:
        """How many want to know it, whoever asked among them."""
        return self.asking + 1

    @property
    def neighbourhood(self) -> Area:
        """Where the discussion belongs."""
        return self.thread.neighbourhood

    @property
    def title(self) -> str:
        """What the discussion is about."""
        return self.thread.title

    @property
    def record_subject(self) -> str:
        """What happens to a post is filed under what is discussed."""
        return self.thread.subject

    @property
    def asked_of(self) -> str:
        """Whom the post asks, in words; empty where it asks nobody."""
        return str(body_of(self.asks)) if self.asks else ""

    @property
    def minutes_waited(self) -> int:
        """How long the asker waited for the answer, in full minutes; 0 while it is owed."""
        if self.answered_at is None or self.asked_at is None:
            return 0
        return (self.answered_at - self.asked_at) // timedelta(minutes=1)

    @property
    def answered(self) -> list[Post]:
        """The questions that an official answer answers or answered first, in their order (kept by `drawn`)."""
        first = [self.answers] if self.answers else []
        return sorted({*self.answered_too.all(), *first}, key=lambda post: post.sequence)

    @property
    def verdict(self) -> Outcome | None:
        """What is said of the answer that stands, by whoever asked or at a callback."""
        said: Outcome | None = getattr(self, "outcome", None)
        return said if said and said.answer_id == self.answered_in_id else None

    @property
    def cannot_be_done(self) -> str:
        """Why what was asked cannot be done, by the answer that stands; empty where it can, or nobody answered."""
        refusal: Refusal | None = getattr(self.answered_in, "refusal", None)
        return refusal.because if refusal else ""

    @property
    def first_contact(self) -> str:
        """Which body was asked first: it stays the asker's contact wherever the question went since."""
        return handed.first if (handed := getattr(self, "handed", None)) else self.asks


class Earlier(models.Model):
    """What a post said before its author changed it, which everybody may read who may read the post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="earlier")
    body = models.TextField(max_length=LONGEST)
    since = models.DateTimeField(help_text="when these words were written")
    until = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "since"], name="earlier_words_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="earlier_dates"),
        ]
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.post} {self.since}"


class Flag(models.Model):
    """Somebody reports a post to the committee, with one of the fixed reasons; once a person and post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="flags")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=HideReason)
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="flag_once")]
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.post} {self.reason}"

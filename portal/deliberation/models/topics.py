"""Topics, what carries them forward, and the record of how they were carried out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.versions import Versioned
from portal.community.models import Appointment, Area, Dwelling, Person, Post, Upload, Visitor
from portal.deliberation.states import ENDED, LIFE, STEP_LIFE, State, StepState
from portal.kit import clock
from portal.meetings.models import Hearing, Meeting
from portal.threads.models import Thread
from portal.voting.models import Vote

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.duties.next_step import NextStep


class Category(models.TextChoices):
    TRAFFIC = "traffic", _("getting about and safety")
    ENVIRONMENT = "environment", _("environment and greening")
    ELDER = "elder", _("elder care and access")
    REPAIR = "repair", _("repairs and facilities")
    PARKING = "parking", _("parking and charging")
    PROPERTY = "property", _("property service")
    CULTURE = "culture", _("culture, sport, children")
    OTHER = "other", _("other")


class Matter(models.TextChoices):
    """Who may decide. Matters of Civil Code art. 278 are the owners' alone; the keys name their rule."""

    COMMITTEE = "committee", _("a small matter of the residents’ committee")
    NEIGHBOURHOOD = "neighbourhood", _("a matter of the neighbourhood")
    OWNERS_ORDINARY = "owners.ordinary", _("owners' joint matter (Civil Code art. 278, ordinary)")
    OWNERS_SPECIAL = "owners.special", _("owners' joint matter (Civil Code art. 278, special majority)")


class OwnRole(models.TextChoices):
    AFFECTED = "affected", _("I am affected myself")
    FOR_OTHERS = "for_others", _("I speak for neighbours")
    INTEREST = "interest", _("I have a business interest in it")


# Posts whose holders are first contacts.
OFFICE = (Post.DIRECTOR, Post.WORKER)
PUBLIC = ~Q(state=State.DRAFT) & ~(Q(state=State.WITHDRAWN) & Q(submitted_at=None))


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics read as English."""

    def public(self) -> TopicQuerySet:
        """What was proposed: everything but drafts and those withdrawn before they were sent."""
        return self.filter(PUBLIC)

    def visible_to(self, user: Visitor) -> TopicQuerySet:
        """Everybody sees what was proposed; a draft is known to its proposer only."""
        person = getattr(user, "person_id", None)
        return self.filter(PUBLIC | Q(proposer_id=person)) if person else self.public()

    def locked(self, pk: int) -> Topic:
        """A topic that the clock takes on, locked until commit; it is asked again whether it is time."""
        locked = self.select_for_update(of=("self",), no_key=True)
        return locked.select_related("neighbourhood", "area", "proposer", "vote").get(pk=pk)

    def current(self) -> TopicQuerySet:
        """Topics that have not come to an end."""
        return self.exclude(state__in=ENDED)

    def for_list(self) -> TopicQuerySet:
        """With what a row of the list shows, in one query."""
        seconds = models.Subquery(
            Seconding.objects.filter(topic=OuterRef("pk")).values("topic").annotate(n=Count("pk")).values("n")
        )
        found = self.select_related("area", "neighbourhood", "proposer", "thread", "vote", "cover")
        return found._with(seconders=Coalesce(seconds, 0))

    def for_page(self, day: date) -> TopicQuerySet:
        """With what its page tells every reader on a day of its own row, and whether more is to be asked for."""
        deputies = Appointment.objects.on(day).filter(
            deputy_for__person=OuterRef("first_contact"), post__in=OFFICE
        )
        return (
            self.for_list()
            .select_related("first_contact", "merged_into", "before", "after")
            ._with(
                has_merged=Exists(Topic.objects.filter(merged_into=OuterRef("pk"))),
                was_heard=Exists(Hearing.objects.filter(subject=_key())),
                has_meetings=Exists(Meeting.objects.filter(subject=_key())),
                contact_serves=contact_in_office(day),
                contact_deputy=models.Subquery(deputies.values("person")[:1]),
            )
        )

    def _with(self, **figures: Any) -> TopicQuerySet:
        """Annotated; Topic itself declares what lists and pages may read."""
        return self.annotate(**figures)


class Topic(Versioned):
    """A matter on its one track, from the idea to the evaluated result. `version`: of what was written by hand."""

    life = LIFE
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="topics")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("where it applies"))
    number = models.CharField(
        max_length=12, blank=True, help_text="year and serial, such as 2026-017; none while a draft"
    )
    category = models.CharField(_("kind"), max_length=14, choices=Category)
    matter = models.CharField(max_length=20, choices=Matter, default=Matter.NEIGHBOURHOOD)
    title = models.CharField(_("title"), max_length=60)
    place = models.CharField(_("place"), max_length=100)
    problem = models.TextField(_("what is wrong"), max_length=2000)
    affected = models.CharField(_("who is affected"), max_length=300)
    wish = models.TextField(_("what you wish for"), max_length=2000)
    cost = models.PositiveBigIntegerField(_("cost guess"), null=True, blank=True, help_text="fen")
    own_role = models.CharField(max_length=12, choices=OwnRole, default=OwnRole.AFFECTED)
    interest = models.CharField(_("conflict of interest"), max_length=200, blank=True)
    proposer = models.ForeignKey(Person, models.PROTECT, related_name="topics")
    signed = models.CharField(
        max_length=100, blank=True, help_text="how the proposer signs in public, fixed when sent"
    )
    photos = models.ManyToManyField(Upload, blank=True, related_name="+")
    cover = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    after = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=14, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(default=clock.now)
    state_until = models.DateTimeField(
        null=True, blank=True, help_text="when the present state runs out, if it does"
    )
    needs = models.JSONField(default=dict, help_text="copy of topic.seconders, with the number asked for")
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="published reason of the last decision that has one")
    appeal = models.TextField(
        max_length=1000, blank=True, help_text="what the proposer says against the refusal; once"
    )
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    withdrawal_asked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    redirected_to = models.CharField(max_length=200, blank=True)
    suspended_from = models.CharField(
        max_length=14,
        choices=State,
        blank=True,
        help_text="where it stood when it was suspended or withdrawn",
    )
    answer = models.TextField(
        max_length=2000, blank=True, help_text="what the body said to which it was passed on"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True, help_text="the staff's summary of the discussion")
    discussed_until = models.DateTimeField(
        null=True, blank=True, help_text="promised end of the latest discussion; nothing is decided before"
    )
    thread = models.OneToOneField(Thread, models.PROTECT, null=True, blank=True, related_name="topic")
    vote = models.ForeignKey(Vote, models.PROTECT, null=True, blank=True, related_name="topics")
    responsible_post = models.CharField(max_length=20, choices=Post, blank=True)
    responsible_name = models.CharField(max_length=80, blank=True)
    budget = models.PositiveBigIntegerField(null=True, blank=True, help_text="fen")
    round = models.PositiveSmallIntegerField(
        default=1, help_text="of carrying out; each rework begins another"
    )
    first_contact = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(
        null=True, blank=True, help_text="when the committee itself decided it; none where a vote did"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = TopicQuerySet.as_manager()
    if TYPE_CHECKING:
        seconders: int  # TopicQuerySet.for_list
        mine: bool  # views.topics: whether the reader seconded it
        has_merged: bool  # TopicQuerySet.for_page, as the following one
        was_heard: bool
        has_meetings: bool
        contact_serves: bool
        contact_deputy: int | None
        next_step: NextStep | None  # listing.with_steps

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "number"], condition=~Q(number=""), name="topic_number_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="topic_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "returned"]) | ~Q(reason=""),
                name="topic_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="topic_merged_into_one"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="topic_answer_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["neighbourhood", "-state_since", "-id"], name="topic_newest"),
            models.Index(fields=["neighbourhood", "state", "-state_since", "-id"], name="topic_by_state"),
            models.Index(
                fields=["neighbourhood", "category", "-state_since", "-id"], name="topic_by_category"
            ),
            models.Index(fields=["state", "state_until"], name="topic_running_out"),
        ]
        ordering = ["-state_since", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The one page of the matter."""
        return reverse("deliberation:topic", args=[self.pk])

    @property
    def is_owners_matter(self) -> bool:
        """Whether Civil Code art. 278 gives the decision to the owners."""
        return self.matter in {Matter.OWNERS_ORDINARY, Matter.OWNERS_SPECIAL}

    @property
    def picture(self) -> Upload | None:
        """What stands on top of its page and beside it in lists, once everybody may see it."""
        return self.cover if self.cover and self.cover.public else None

    @property
    def pair(self) -> bool:
        """Whether it is seen how it was and how it became."""
        return bool(self.before and self.before.public and self.after and self.after.public)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in ENDED

    @property
    def state_label(self) -> StrOrPromise:
        """The state in the reader's words."""
        return State(self.state).label


def contact_in_office(day: date, but: int = 0) -> Exists:
    """Whether a topic's first contact holds a post of the committee there on a day. `but`: a post about to end."""
    held = Appointment.objects.on(day).filter(person=OuterRef("first_contact"), post__in=OFFICE)
    there = held.exclude(pk=but).annotate(
        here=ExpressionWrapper(OuterRef("neighbourhood__path"), CharField())
    )
    return Exists(there.filter(Q(area__path__startswith=F("here")) | Q(here__startswith=F("area__path"))))


def _key() -> Concat:
    """The key of the row asked about, as record.services.key writes it."""
    return Concat(Value("topic:"), Cast(OuterRef("pk"), CharField()))


class Seconding(models.Model):
    """A neighbour stands behind a topic; one a household, held by the database."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="secondings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    came_from = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the merged topic they stood behind",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "dwelling"], name="seconding_one_a_household"),
            models.UniqueConstraint(fields=["topic", "person"], name="seconding_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.topic}"


class StepQuerySet(models.QuerySet["Step"]):
    """Steps read as English."""

    def visible_to(self, user: Visitor) -> StepQuerySet:
        """Everybody sees the steps of the topics there are to see."""
        return self.filter(topic__in=Topic.objects.visible_to(user))


class Step(models.Model):
    """A dated step of carrying out, with what was done and how it looks."""

    life = STEP_LIFE

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("step"), max_length=200)
    due_on = models.DateField(_("until"))
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    photos = models.ManyToManyField(Upload, blank=True, related_name="+")
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "number"], name="step_number_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The topic's page, on which its steps stand."""
        return f"{self.topic.get_absolute_url()}#step-{self.pk}"

    @property
    def state(self) -> StepState:
        """Whether it is done."""
        return StepState.DONE if self.done_at else StepState.OPEN

    @property
    def title(self) -> str:
        """What it is called where its topic is not in sight."""
        return f"{self.topic.title}：{self.text}"

    @property
    def neighbourhood(self) -> Area:
        """Where its topic belongs."""
        return self.topic.neighbourhood


class Satisfaction(models.TextChoices):
    """The scale of reviews of bodies and projects: satisfied, basically, not."""

    SATISFIED = "satisfied", _("satisfied")
    BASICALLY = "basically", _("basically satisfied")
    NOT = "not", _("not satisfied")


class Rating(models.Model):
    """How an affected neighbour judges the result; one rating a person and round (each rework is a round)."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Satisfaction)
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "round", "person"], name="rating_once_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.level}"

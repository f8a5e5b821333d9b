"""The profile and the three lists (一特征三清单): what was asked for, what there is, what is offered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Post, Upload, Visitor
from portal.kit import clock
from portal.kit.constraints import in_order
from portal.surveys.models.questions import Question
from portal.surveys.models.results import Snapshot
from portal.surveys.models.surveys import Survey
from portal.surveys.states import DEMAND, DemandState


class Reply(models.TextChoices):
    """What a demand over the line is answered with."""

    TOPIC = "topic", _("a topic")
    SERVICE = "service", _("a service")
    ACTIVITY = "activity", _("a volunteer activity")
    SUMMONS = "summons", _("those responsible are asked to come")
    FUND = "fund", _("a project of the micro-fund")
    NOT_POSSIBLE = "not_possible", _("not possible, because …")


class DemandQuerySet(models.QuerySet["Demand"]):
    def visible_to(self, user: Visitor) -> DemandQuerySet:
        """All: what neighbours need and what becomes of it is public."""
        return self.all()


class Demand(models.Model):
    """One line of the demand list (需求清单): how many of those asked said "needed", and what became of it.

    `percent` whole; `base` all who were asked; `rank` among the needs of the survey, from 1. `previous`: the same need
    in the wave before. `over`: whether it has to be answered. `subject`: the key of the topic, activity … that answers
    it; `promised_on`: by when; `answer_by`: by when an answer is owed. `snapshot`: the published results that these
    figures are taken from. `summoned`: who is asked to come; `done`: what was done.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="demands")
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    group = models.CharField(max_length=30, blank=True)
    base = models.PositiveIntegerField()
    needed = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    over = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=DemandState, default=DemandState.OWED)
    state_since = models.DateTimeField(default=clock.now)
    reply = models.CharField(max_length=16, choices=Reply, blank=True)
    answer = models.TextField(_("what becomes of it"), max_length=500, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    summoned = models.CharField(_("who is asked to come"), max_length=20, choices=Post, blank=True)
    promised_on = models.DateField(_("by when"), null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    done = models.CharField(_("what was done"), max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    photo = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    objects = DemandQuerySet.as_manager()
    life: ClassVar[LifeCycle[DemandState]] = DEMAND

    class Meta:
        ordering: ClassVar[list[str]] = ["survey", "rank"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "key"], name="demand_once"),
            models.CheckConstraint(condition=Q(needed__lte=models.F("base")), name="demand_within_base"),
            models.CheckConstraint(
                condition=Q(over=True) | ~Q(state="owed"),
                name="demand_owed_over_line",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """What was asked for, and what became of it."""
        return reverse("surveys:demand", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Where it was asked for."""
        return self.survey.neighbourhood

    @property
    def late(self) -> bool:
        """Whether a day that was promised, or owed, is over."""
        due = {DemandState.IN_HAND: self.promised_on, DemandState.OWED: self.answer_by}.get(
            DemandState(self.state)
        )
        return due is not None and due < clock.today()

    @property
    def change(self) -> int | None:
        """Percentage points more than in the wave before; None where it was not asked then."""
        return self.percent - self.previous.percent if self.previous else None


class Match(models.Model):
    """That something on the resource map (资源清单) can help with a demand."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="matches")
    resource = models.ForeignKey("pages.Resource", models.CASCADE, related_name="demands")
    note = models.CharField(_("how it helps"), max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["demand", "resource"], name="match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.demand} – {self.resource}"


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: Visitor) -> ServiceQuerySet:
        """All: what is offered is public."""
        return self.all()

    def offered(self) -> ServiceQuerySet:
        """Those that are offered today."""
        return self.filter(Q(until=None) | Q(until__gt=clock.today()))


class Service(models.Model):
    """One line of the service list (服务清单): what is offered, by whom, when, for how many, and how many come.

    `take_up`: how many came in the month that begins on `take_up_of`. `until`: the day from which it is over.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="services")
    demand = models.ForeignKey(Demand, models.SET_NULL, null=True, blank=True, related_name="services")
    title = models.CharField(_("service"), max_length=60)
    provider = models.CharField(_("who offers it"), max_length=60)
    about = models.CharField(_("what it is"), max_length=300, blank=True)
    place = models.CharField(_("where"), max_length=100, blank=True)
    hours = models.CharField(_("when"), max_length=100, blank=True)
    contact = models.CharField(_("whom to ask"), max_length=100, blank=True)
    capacity = models.PositiveIntegerField(_("for how many"), null=True, blank=True)
    take_up = models.PositiveIntegerField(_("how many came"), null=True, blank=True)
    take_up_of = models.DateField(_("in which month"), null=True, blank=True)
    since = models.DateField(_("since"), default=clock.today)
    until = models.DateField(_("until"), null=True, blank=True)
    ended_why = models.CharField(_("why it ended"), max_length=200, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["neighbourhood", "title"], name="service_listed")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            in_order("since", "until", name="service_days", same=True)
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("surveys:service", args=[self.pk])

    @property
    def is_offered(self) -> bool:
        """Whether it is offered today, as `ServiceQuerySet.offered` asks the database."""
        return self.until is None or self.until > clock.today()


class ProfileFact(models.Model):
    """One figure or word of the profile (特征) of a neighbourhood or estate. The newest of a name holds.

    An empty `value` says that what was entered before does not hold.

    `name`: one of those in profile.toml. Figures about the place, never about somebody.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="profile")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    name = models.SlugField(max_length=40)
    value = models.CharField(max_length=100, blank=True)
    as_of = models.DateField(default=clock.today)
    source = models.CharField(_("where it is known from"), max_length=100)
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-as_of", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["neighbourhood", "area", "name"], name="profile_fact_listed")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

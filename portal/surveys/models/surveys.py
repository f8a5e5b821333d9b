"""A demand survey: whom it asks, when, how, and where it stands; a wave that many neighbourhoods join."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Post, Visitor, inside_offices
from portal.kit import clock
from portal.surveys.states import OUT, SURVEY, WAVE, SurveyState, WaveState

MAKERS = (Post.DIRECTOR, Post.WORKER, Post.OFFICER)


class Mode(models.TextChoices):
    """What is kept of who answered. What goes with which stands in docs/surveys.md."""

    NAMED = "named", pgettext_lazy("a survey", "by name")
    ANONYMOUS = "anonymous", _("without names")


class Unit(models.TextChoices):
    """Of whom one answer is counted."""

    HOUSEHOLD = "household", _("one answer a household")
    ADULT = "adult", _("one answer an adult")


class Reach(models.TextChoices):
    """Who of those is asked."""

    ALL = "all", _("all")
    SAMPLE = "sample", _("a sample drawn by lot")


class Strata(models.TextChoices):
    """By what a sample is drawn in proportion."""

    BUILDING = "building", _("by building")
    ESTATE = "estate", _("by estate")


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, user: Visitor) -> WaveQuerySet:
        """All; what of it is shown to whom, the door says."""
        return self.all()


class Wave(models.Model):
    """A survey that the neighbourhoods of a subdistrict or district hold together, with the same questions.

    `pattern`: the survey whose questions those that join take over.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="waves")
    title = models.CharField(_("title"), max_length=80)
    pattern = models.ForeignKey("Survey", models.PROTECT, null=True, blank=True, related_name="+")
    called_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    called_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = WaveQuerySet.as_manager()
    life: ClassVar[LifeCycle[WaveState]] = WAVE

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page for the office: who joined, and how far they are."""
        return reverse("surveys:wave", args=[self.pk])

    @property
    def state(self) -> WaveState:
        """Whether neighbourhoods can still join."""
        return WaveState.CLOSED if self.closed_at else WaveState.OPEN

    @property
    def neighbourhood(self) -> Area:
        """Where its questions were written; its page stands there."""
        if self.pattern is None:
            raise LookupError(f"{self} has no pattern")
        return self.pattern.neighbourhood


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: Visitor) -> SurveyQuerySet:
        """Those that were opened; before that, those of one's own office."""
        opened = Q(opened_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(opened)
        return self.filter(opened | inside_offices(user, MAKERS, "neighbourhood"))

    def running(self) -> SurveyQuerySet:
        """Those that take answers now."""
        return self.filter(taking_answers())


def taking_answers() -> Q:
    """Surveys that take answers now; of one in hand `Survey.takes_answers` says it."""
    now = clock.now()
    return Q(state=SurveyState.OPEN, opens_at__lte=now, closes_at__gt=now)


class Survey(models.Model):
    """One wave of a demand survey (社区居民需求问卷) in one neighbourhood.

    `family`: shared by all that were copied from one another, so that they can be compared; `previous`: the one before.
    `edition` counts the changes of its questions, so that of two writers neither undoes the other unseen. From
    `frozen_at` on the questions stand; `fingerprint` names them on paper. `threshold`: from how many percent "needed"
    a demand has to be answered. `privacy`: what is kept how long for what, as those who are asked read it. `minutes`:
    how long it took those who tried it. `lot`: from which a sample was drawn (portal.surveys.course.lots). `odd_at`,
    `odd_of`: when the answers were last looked through for odd ones, and how many there were then. `margins`: how many
    people (or households) of each age band and tenure live here, {"age": {option key: number}, "tenure": {...}}, to
    which answers are weighted. `salt`: letter codes follow from it. `keep_months`: so long after the end single answers
    are kept (portal.surveys.course.services.keeping), None where that was never said; `erased_at`: when they went.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="surveys")
    wave = models.ForeignKey(Wave, models.PROTECT, null=True, blank=True, related_name="surveys")
    family = models.UUIDField(default=uuid4, db_index=True)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following")
    title = models.CharField(_("title"), max_length=80)
    intro = models.TextField(_("what it is for"), max_length=1000, blank=True)
    privacy = models.TextField(_("what becomes of the answers"), max_length=1000, blank=True)
    mode = models.CharField(_("names"), max_length=12, choices=Mode, default=Mode.ANONYMOUS)
    unit = models.CharField(
        _("what counts as one answer"), max_length=12, choices=Unit, default=Unit.HOUSEHOLD
    )
    reach = models.CharField(_("who is asked"), max_length=12, choices=Reach, default=Reach.ALL)
    sample_size = models.PositiveIntegerField(_("how many are drawn"), null=True, blank=True)
    strata = models.CharField(
        _("drawn in proportion"), max_length=12, choices=Strata, default=Strata.BUILDING
    )
    lot = models.CharField(max_length=64, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    state = models.CharField(max_length=16, choices=SurveyState, default=SurveyState.DRAFT)
    state_since = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when those asked were told that it takes answers"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    threshold = models.PositiveSmallIntegerField(default=0)
    keep_months = models.PositiveSmallIntegerField(
        _("months for which single answers are kept"), null=True, blank=True
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    margins = models.JSONField(default=dict, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    odd_at = models.DateTimeField(null=True, blank=True)
    odd_of = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    objects = SurveyQuerySet.as_manager()
    life: ClassVar[LifeCycle[SurveyState]] = SURVEY

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_opening",
            ),
            models.CheckConstraint(condition=Q(threshold__lte=100), name="survey_threshold_percent"),
            models.UniqueConstraint(
                fields=["wave", "neighbourhood"], condition=~Q(state="cancelled"), name="survey_joins_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The one page of the survey."""
        return reverse("surveys:survey", args=[self.pk])

    @property
    def is_named(self) -> bool:
        """Whether it is kept who gave which answers."""
        return self.mode == Mode.NAMED

    @cached_property
    def asks_needs(self) -> bool:
        """Whether it asks what is needed, so that a demand list follows and what reaches the line is answered."""
        from portal.surveys.models.kinds import DemandItem  # noqa: PLC0415 - questions know their survey

        return bool(DemandItem.objects.filter(survey=self).exists())

    @property
    def can_be_written(self) -> bool:
        """Whether its questions may be changed: what was approved is taken back to the draft first."""
        return self.frozen_at is None and self.state == SurveyState.DRAFT

    @property
    def is_out(self) -> bool:
        """Whether everybody can read its results."""
        return SurveyState(self.state) in OUT

    @property
    def kept_until(self) -> date | None:
        """The last day on which single answers are kept; None where that was not said, or the end is not settled."""
        end = self.closed_at or self.closes_at
        if self.keep_months is None or end is None:
            return None
        return clock.months_after(clock.day_of(end), self.keep_months)

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is to be done any more: what was asked for is answered, or it asked for no need."""
        answered = self.state in (SurveyState.RESPONDED, SurveyState.ARCHIVED)
        return answered or (self.state == SurveyState.PUBLISHED and not self.asks_needs)

    @property
    def is_over(self) -> bool:
        """Whether its last moment has come, though the periodic work may not have closed it yet."""
        return self.state == SurveyState.OPEN and self.closes_at is not None and clock.passed(self.closes_at)

    @property
    def takes_answers(self) -> bool:
        """Whether it is open at this moment, by its times."""
        now = clock.now()
        return (
            self.state == SurveyState.OPEN
            and self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= now < self.closes_at
        )

"""The review: who scores, who may not, what was scored and why, and objections during the public notice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, User, Visitor, inside_offices
from portal.funds.models.applications import Application
from portal.funds.models.funds import KEEPERS, Call, Criterion
from portal.funds.states import OBJECTION, ApplicationState, ObjectionState
from portal.kit import clock

MOST_POINTS = 10


class ReviewerQuerySet(models.QuerySet["Reviewer"]):
    def active(self) -> ReviewerQuerySet:
        """Those who still review."""
        return self.filter(ended_at=None)

    def visible_to(self, user: Visitor) -> ReviewerQuerySet:
        """Oneself, and for the office all of its rounds; others read in what quality somebody scored."""
        person = getattr(user, "person_id", None)
        if not user.is_authenticated or person is None:
            return self.none()
        return self.filter(Q(person=person) | inside_offices(user, KEEPERS, "call__fund__neighbourhood"))


class Reviewer(models.Model):
    """Somebody named to review a round. `delegate`: as a delegate of the residents. `ended_at`: no longer.

    `no_ties_at`: said to have no tie besides those declared; nothing is shown before. `named`: may be named in public.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="reviewers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    delegate = models.BooleanField(_("as a residents' delegate"), default=False)
    quality = models.CharField(_("in what quality"), max_length=60, blank=True)
    named_at = models.DateTimeField(default=clock.now)
    no_ties_at = models.DateTimeField(null=True, blank=True)
    named = models.BooleanField(_("my name may be shown with my scores"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)
    objects = ReviewerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["call", "person"], name="fund_reviewer_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        """Where what is to be scored stands."""
        return reverse("funds:reviewing", args=[self.call_id])

    @property
    def neighbourhood(self) -> Area:
        """Where the round is held."""
        return self.call.neighbourhood

    @property
    def title(self) -> str:
        """What is reviewed."""
        return self.call.title


class Conflict(models.Model):
    """A tie of a reviewer to an application (回避): it bars from seeing and scoring, whenever it is declared.

    `late`: it was declared after scores were handed in; those are set aside.
    """

    reviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="conflicts")
    application = models.ForeignKey(Application, models.PROTECT, related_name="conflicts")
    why = models.CharField(_("what the tie is"), max_length=200)
    late = models.BooleanField(default=False)
    declared_at = models.DateTimeField(default=clock.now)
    declared_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reviewer", "application"], name="fund_conflict_once"),
        ]

    def __str__(self) -> str:
        return self.why


class ReviewQuerySet(models.QuerySet["Review"]):
    def standing(self) -> ReviewQuerySet:
        """Those of the present round of their application that were not set aside."""
        return self.filter(set_aside="", round=F("application__review_round"))

    def counted(self) -> ReviewQuerySet:
        """Those of them that were handed in."""
        return self.standing().filter(handed_in_at__isnull=False)

    def pending(self) -> ReviewQuerySet:
        """Those of them that are still owed."""
        return self.standing().filter(handed_in_at=None, application__state=ApplicationState.REVIEWING)


class Review(models.Model):
    """What one reviewer found of one application; read by nobody else until all are in.

    `set_aside`: it does not count (a tie was declared late, or the reviewer was replaced). `round` counts the reviews
    after objections that were right.
    """

    reviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="reviews")
    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(default=1)
    comment = models.TextField(_("in short"), max_length=1000, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    set_aside = models.CharField(max_length=200, blank=True)
    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reviewer", "application", "round"], name="fund_review_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} – {self.application}"


class Score(models.Model):
    """Points from 0 to 10 for one criterion, with the reason."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("points"))
    why = models.CharField(_("why"), max_length=300)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "criterion"], name="fund_score_once"),
            models.CheckConstraint(condition=Q(points__lte=MOST_POINTS), name="fund_score_points"),
            models.CheckConstraint(condition=~Q(why=""), name="fund_score_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.points)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Visitor) -> ObjectionQuerySet:
        """All: objections and their answers are public, without the name of whoever raised them."""
        return self.all()


class Objection(models.Model):
    """An objection during the public notice, answered in writing."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    text = models.TextField(_("what you object to"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=ObjectionState, default=ObjectionState.RAISED)
    objects = ObjectionQuerySet.as_manager()
    life: ClassVar[LifeCycle[ObjectionState]] = OBJECTION

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=["raised", "withdrawn"]) | ~Q(answer=""), name="fund_objection_answered"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """It stands on the project's page."""
        return f"{self.application.get_absolute_url()}#objection-{self.pk}"

    @property
    def neighbourhood(self) -> Area:
        """Where it is raised."""
        return self.application.neighbourhood

    @property
    def title(self) -> str:
        """What it is about."""
        return self.application.title

"""The review meeting (评议会): residents' delegates judge a body or a person, who then puts right what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Person
from portal.duties.models import PublicNotice
from portal.meetings.models.base import Meeting
from portal.meetings.states.review import COURSE
from portal.voting.models import Vote


class Reviewed(models.TextChoices):
    """Who or what is reviewed (domain 2.4)."""

    COMMITTEE = "committee", _("the residents' committee")
    MEMBER = "member", _("a member of the residents' committee")
    PROPERTY = "property", _("the property firm")
    OUTSIDE = "outside", _("a department or a company")
    MATTER = "matter", _("a finished topic or project")


class Level(models.TextChoices):
    """What a ballot can say, the best first: three of a body, four of a person."""

    SATISFIED = "satisfied", _("satisfied")
    BASICALLY_SATISFIED = "basically_satisfied", _("basically satisfied")
    NOT_SATISFIED = "not_satisfied", _("not satisfied")
    EXCELLENT = "excellent", _("excellent")
    COMPETENT = "competent", _("competent")
    BASICALLY_COMPETENT = "basically_competent", _("basically competent")
    NOT_COMPETENT = "not_competent", _("not competent")


OF_A_BODY = (Level.SATISFIED, Level.BASICALLY_SATISFIED, Level.NOT_SATISFIED)
OF_A_PERSON = (Level.EXCELLENT, Level.COMPETENT, Level.BASICALLY_COMPETENT, Level.NOT_COMPETENT)


class Review(Meeting):
    """A review of `reviewed_name`, which is a kind of `reviewed`; a member of the committee is a `reviewed_person`.

    Delegates are participants; whoever works for the body reviewed takes part as one who reports and has no ballot.
    `report_due_on`: the day by which the body's own report is in. `vote`: the secret ballot, `level` what most ballots
    said (of equals the lower one). `asks_plan`: the opinion asks for a plan. `plan_head`: who signed the plan,
    `listener`: whom the body named to listen regularly. `late_at`: the plan was late, and the subdistrict was told.
    """

    reviewed = models.CharField(_("what is reviewed"), max_length=10, choices=Reviewed)
    reviewed_name = models.CharField(_("name"), max_length=100)
    reviewed_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    report = models.TextField(_("report"), max_length=5000, blank=True)
    report_due_on = models.DateField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    report_on_paper = models.BooleanField(default=False)
    remarks = models.TextField(_("remarks"), max_length=2000, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    vote = models.ForeignKey(Vote, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=20, choices=Level, blank=True)
    result_notice = models.ForeignKey(PublicNotice, models.PROTECT, null=True, blank=True, related_name="+")
    opinion = models.TextField(_("opinion"), max_length=5000, blank=True)
    asks_plan = models.BooleanField(default=True)
    received_at = models.DateTimeField(null=True, blank=True)
    plan = models.TextField(_("targets"), max_length=5000, blank=True)
    plan_head = models.CharField(_("signed by"), max_length=60, blank=True)
    listener = models.CharField(_("who listens regularly"), max_length=60, blank=True)
    plan_filed_at = models.DateTimeField(null=True, blank=True)
    recheck = models.TextField(_("what was found"), max_length=2000, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    course = COURSE
    life = COURSE.life

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed="member", reviewed_person__isnull=False)
                | (~Q(reviewed="member") & Q(reviewed_person=None)),
                name="review_member_is_a_person",
            ),
            models.CheckConstraint(
                condition=Q(reported_at=None, checked_at=None)
                | (Q(reported_at__isnull=False) & ~Q(report="")),
                name="review_checked_after_report",
            ),
            models.CheckConstraint(
                condition=Q(level="") | Q(vote__isnull=False), name="review_level_by_ballot"
            ),
            models.CheckConstraint(
                condition=Q(plan_filed_at=None) | (~Q(plan="") & ~Q(plan_head="")),
                name="review_plan_signed",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The page of the review."""
        return reverse("meetings:review", args=[self.pk])

    @property
    def scale(self) -> tuple[Level, ...]:
        """The levels a ballot chooses from, the best first."""
        return OF_A_PERSON if self.reviewed == Reviewed.MEMBER else OF_A_BODY

    @property
    def is_annulled(self) -> bool:
        """Whether its ballot does not count any more."""
        return self.vote is not None and self.vote.annulled_at is not None


class MeasureQuerySet(models.QuerySet["ReviewMeasure"]):
    """The measures of plans."""

    def standing(self) -> MeasureQuerySet:
        """Those that are still to be done."""
        return self.filter(done_at=None)


class ReviewMeasure(models.Model):
    """One measure of a plan: what is done until the end of `due_on`, and how that went."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="measures")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("measure"), max_length=300)
    due_on = models.DateField(_("until"))
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("how it went"), max_length=500, blank=True)
    objects = MeasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="review_measure_number_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, note="") | (Q(done_at__isnull=False) & ~Q(note="")),
                name="review_measure_done_with_note",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    def get_absolute_url(self) -> str:
        """The page of its review."""
        return f"{self.review.get_absolute_url()}#measure-{self.pk}"

    @property
    def title(self) -> str:
        """What it is called where it is owed."""
        return self.text

    @property
    def neighbourhood(self) -> Area:
        """Where it belongs."""
        return self.review.neighbourhood

"""The report of a month: a text by the committee, and figures that are fixed when it is published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Appointment, Area, Post, User, Visitor
from portal.duties.trends import Month
from portal.kit import clock
from portal.reports.states import LIFE, ReportState

LONGEST = 4000
# Who writes reports, and reads what is not published yet.
WRITERS = (Post.WORKER, Post.DIRECTOR)


class ReportQuerySet(models.QuerySet["MonthlyReport"]):
    def published(self) -> ReportQuerySet:
        """What everybody reads."""
        return self.filter(published_at__isnull=False)

    def visible_to(self, user: Visitor) -> ReportQuerySet:
        """What was published stays readable for everybody, corrected ones too; drafts for the committee alone."""
        if not user.is_authenticated:
            return self.published()
        shown = Q(published_at__isnull=False)
        for path in Appointment.objects.served_by(user, WRITERS):
            shown |= Q(neighbourhood__path__startswith=path)
        return self.filter(shown)


class MonthlyReport(models.Model):
    """The report of one month (月报). `figures` are empty until it is published, and never change afterwards.

    A correction is another one with the next `edition`, and a reason; the former stays readable.
    """

    life = LIFE
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="monthly_reports")
    first = models.DateField(help_text="the first day of the month")
    edition = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(
        gettext_lazy("what the committee says of the month"), max_length=LONGEST, blank=True
    )
    figures = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField(default=clock.now)
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    reason = models.CharField(max_length=300, blank=True)
    # Why the director sent it back the last time: the committee reads it on the page until it is published.
    sent_back = models.CharField(max_length=300, blank=True)
    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "first", "edition"], name="report_edition_once"),
            models.CheckConstraint(condition=Q(first__endswith="-01"), name="report_from_the_first"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None, figures={})
                | Q(published_at__isnull=False, published_by__isnull=False, handed_in_at__isnull=False),
                name="report_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, corrects=None, reason="")
                | (Q(edition__gt=1, corrects__isnull=False) & ~Q(reason="")),
                name="report_correction_has_reason",
            ),
        ]
        ordering = [F("first").desc(), "-edition"]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}/{self.edition}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reports:report", args=[self.pk])

    @property
    def title(self) -> str:
        """What it is called."""
        # Translators: Django date letters. Chinese: Y年n月
        return _("Report of %(month)s") % {"month": date_format(self.first, _("F Y"))}

    @property
    def month(self) -> Month:
        """Of which month it is."""
        return Month(self.first)

    @property
    def state(self) -> ReportState:
        """Where it stands."""
        if self.published_at is not None:
            return ReportState.PUBLISHED
        return ReportState.HANDED_IN if self.handed_in_at else ReportState.DRAFT

    @property
    def record_data(self) -> dict[str, Any]:
        """What each entry of the record about it carries."""
        return {"month": f"{self.first:%Y-%m}", "edition": self.edition}

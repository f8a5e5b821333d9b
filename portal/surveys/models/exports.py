"""Single answers as a file, asked for by somebody of the office."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, User, Visitor
from portal.kit import charts, clock
from portal.surveys.models.surveys import Survey


class ExportForm(models.TextChoices):
    """What kind of file."""

    CSV = "csv", _("tables (CSV) with code book, packed as ZIP")
    XLSX = "xlsx", _("one workbook (XLSX)")
    JSON = "json", _("one file for programs (JSON)")


class ExportQuerySet(models.QuerySet["ExportFile"]):
    def visible_to(self, user: Visitor) -> ExportQuerySet:
        """One's own: whoever needs the answers asks for them and says why."""
        return self.filter(asked_by=user) if user.is_authenticated else self.none()


class ExportFile(models.Model):
    """A file of all answers of a survey, row by row, without anything that tells whose they are.

    `earlier`: those of the waves before stand in it, too. `done` of `total` rows are written; the file lies there from
    `made_at` on until it is taken away (`gone_at`). `failed`: how often making it broke off.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    form = models.CharField(_("kind of file"), max_length=4, choices=ExportForm, default=ExportForm.CSV)
    earlier = models.BooleanField(_("with the waves before"), default=False)
    purpose = models.CharField(_("what the answers are needed for"), max_length=100)
    asked_at = models.DateTimeField(default=clock.now)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["made_at"], condition=Q(gone_at=None), name="export_file_lies")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}-{self.pk}.{self.ending}"

    def get_absolute_url(self) -> str:
        """How far it is, and where it is fetched."""
        return reverse("surveys:export_file", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose answers they are."""
        return self.survey.neighbourhood

    @property
    def ending(self) -> str:
        """What its name ends with."""
        return "zip" if self.form == ExportForm.CSV else str(self.form)

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return charts.share(self.done, self.total)

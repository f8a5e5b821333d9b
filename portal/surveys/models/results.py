"""Results as they were published: counted once, written down, never changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, User
from portal.kit import clock
from portal.ledger.constraints import AppendOnly
from portal.surveys.models.surveys import Survey, Wave


class Snapshot(models.Model):
    """The results of a survey, or of a wave, as everybody may read them. `number` counts those of one survey.

    `payload` as docs/surveys.md describes it; `sha256` of its canonical text stands in the public record. `why`: what a
    later one corrects.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, null=True, blank=True, related_name="snapshots")
    wave = models.ForeignKey(Wave, models.PROTECT, null=True, blank=True, related_name="snapshots")
    number = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField()
    sha256 = models.CharField(max_length=64)
    why = models.CharField(_("what is corrected"), max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(survey=None, wave__isnull=False) | Q(survey__isnull=False, wave=None),
                name="snapshot_of_one",
            ),
            models.UniqueConstraint(
                fields=["survey", "number"], condition=Q(survey__isnull=False), name="snapshot_number_once"
            ),
            models.UniqueConstraint(
                fields=["wave", "number"], condition=Q(wave__isnull=False), name="wave_snapshot_once"
            ),
            AppendOnly(name="snapshot_stays"),
        ]

    def __str__(self) -> str:
        return f"{self.survey or self.wave} {self.number}"


class TableLook(models.Model):
    """That somebody of the office looked at a table of single answers which is not among the published ones."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="looks")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=30)
    questions = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.questions

    @property
    def neighbourhood(self) -> Area:
        """Whose answers were looked at."""
        area: Any = self.survey.neighbourhood
        return area

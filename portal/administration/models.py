"""What was done to places by those who run the portal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.community.models import Area, User
from portal.kit import clock


class What(models.TextChoices):
    ADDED = "added", pgettext_lazy("a place", "added")
    RENAMED = "renamed", _("renamed")
    MOVED = "moved", _("moved")
    RETIRED = "retired", _("retired")
    BACK = "back", _("brought back")


class AreaChange(models.Model):
    """What was done to a place, when, by whom and why; places above neighbourhoods have no record of their own.

    `before` and `after` are words for people; of a retirement `along` holds the keys of the parts that went with it.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="changes")
    what = models.CharField(max_length=12, choices=What)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    along = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.area_id}"

"""What was recognised in a Word file, until who brought it has looked at it."""

from __future__ import annotations

from django.db import models

from portal.community.models import User
from portal.conventions.models.pages import AgreementPage
from portal.kit import clock


class Brought(models.Model):
    """Chapters and articles out of a file, and the lines that fit nowhere; gone once they are taken, or after a day.

    `found`: {"title", "blocks", "left_out", "renumbered"}; `version` is the draft they were compared with.
    """

    page = models.ForeignKey(AgreementPage, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=40)
    found = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "by"], name="brought_once")]

    def __str__(self) -> str:
        return self.name

"""Forms that were sent."""

from __future__ import annotations

from django.db import models

from portal.community.models.people import User
from portal.kit import clock


class Submission(models.Model):
    """A form that was sent, by its hidden key: the second sending is answered like the first, and does nothing."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now, db_index=True)
    location = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return str(self.key)

"""What one's own calendar is read under."""

from __future__ import annotations

from django.db import models

from portal.community.models import User
from portal.kit import clock


class CalendarLink(models.Model):
    """That somebody's own calendar can be read under an address. Another `secret` makes another address.

    The address follows from the secret and the portal's key (portal.kit.codes.Links): the table does not tell it.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    secret = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"

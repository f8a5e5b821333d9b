"""Browsers that take messages of the portal (web push)."""

from __future__ import annotations

from django.db import models

from portal.community.models import User
from portal.kit import clock


class PushDevice(models.Model):
    """A browser that its owner let messages into: where they go, and the keys that seal them for it.

    `mark` is the digest of the address, which is too long to be unique everywhere; a browser belongs to whoever let
    them in last.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="push_devices")
    mark = models.CharField(max_length=64, unique=True)
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.mark[:8]

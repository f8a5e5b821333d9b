"""Letters with codes, and what an approved request put in the place of what."""

from __future__ import annotations

from django.db import models

from portal.community.models import Dwelling, Method, Person, User
from portal.kit import clock


class Invitation(models.Model):
    """A code on a printed letter to a dwelling, or handed on by its household (`method`). Used once, within its days.

    Only a keyed hash of the code is kept: whoever reads the table cannot find the code.
    """

    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    method = models.CharField(max_length=12, choices=Method, default=Method.LETTER)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.dwelling} {self.issued_at:%Y-%m-%d}"


class Replaced(models.Model):
    """What ended because a request was approved: kept so that the approval can be taken back.

    `subject`: the key of the request; `titles` and `homes`: the keys of the rows that ended.
    """

    subject = models.CharField(max_length=60, db_index=True)
    titles = models.JSONField(default=list)
    homes = models.JSONField(default=list)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.subject

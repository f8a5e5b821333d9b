"""What the ballots came to: computed once from a fingerprinted input, written down, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portal.community.models import User
from portal.funds.models.funds import Call
from portal.kit import charts, clock
from portal.ledger.constraints import AppendOnly


class Allocation(models.Model):
    """The allocation of a round, as everybody may read and recompute it.

    `instance`: the Pabulib text it was computed from; `payload` as docs/funds.md describes it: winners in their order,
    each step, what every project was paid, what was missing, what the other rule would have chosen. `why`: for
    which of two reasons there is a later one (allocating.services).
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="allocations")
    number = models.PositiveSmallIntegerField(default=1)
    instance = models.TextField()
    payload = models.JSONField()
    sha256 = models.CharField(max_length=64)
    why = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["call", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["call", "number"], name="fund_allocation_once"),
            AppendOnly(name="fund_allocation_stays"),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.number}"


class AllocationRun(models.Model):
    """A computation on its way, for the progress bar. `done` of `of` parts; `seen_at`: when it last said so.

    `failed`: how often it broke off; `error`: why, the last time, kept until one ended
    well. `ended_at`: it is done, or not tried any more.
    """

    call = models.OneToOneField(Call, models.CASCADE, related_name="run")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    failed = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.call} {self.done}/{self.of}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return charts.share(self.done, self.of)

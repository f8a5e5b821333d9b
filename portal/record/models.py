"""One append-only, hash-chained public record per neighbourhood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kit import clock
from portal.record.hashing import GENESIS


class Chain(models.Model):
    """The head of one neighbourhood's record. Its row is the lock under which entries take their number."""

    slug = models.SlugField(_("neighbourhood"), primary_key=True, max_length=60)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    stirred = models.PositiveIntegerField(
        default=0, help_text="changes in the neighbourhood that are not recorded one by one"
    )

    def __str__(self) -> str:
        return self.slug


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, subjects: Iterable[str]) -> EntryQuerySet:
        """Entries on any of these subjects, by their keys, newest first."""
        return self.filter(subject__in=list(subjects)).order_by("-sequence")

    def acting(self, group: str) -> EntryQuerySet:
        """Entries whose action is of a group: the part before the dot."""
        return self.filter(action__startswith=f"{group}.")

    def of_kind(self, kind: str) -> EntryQuerySet:
        """Entries on subjects of one kind: the part of the key before the colon."""
        return self.filter(subject__startswith=f"{kind}:")

    def between(self, first: date | None, last: date | None) -> EntryQuerySet:
        """Entries of the days from `first` to `last`, both included, in Shanghai; None leaves a side open."""
        after = Q(at__gte=clock.at_time(first, 0)) if first else Q()
        before = Q(at__lt=clock.end_of(last)) if last else Q()
        return self.filter(after, before)

    def export(self, chain: str) -> EntryQuerySet:
        """A whole chain in its order."""
        return self.filter(chain=chain).order_by("sequence")


class Entry(models.Model):
    """One step, as the public may read it. Never changed; a correction is another entry."""

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, help_text="model:pk of what it is about")
    title = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="entry_sequence_once"),
            models.UniqueConstraint(fields=["chain", "previous"], name="entry_never_forks"),
        ]
        indexes = [models.Index(fields=["subject", "sequence"], name="entry_subject")]
        ordering = ["chain", "sequence"]

    def __str__(self) -> str:
        return f"{self.chain_id} {self.sequence} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever insert: what was written stays."""
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: raises TypeError."""
        raise TypeError("the record is append-only")

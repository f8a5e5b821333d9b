"""One append-only, hash-chained public record per neighbourhood."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chain(models.Model):
    """The head of one neighbourhood's record. Its row is the lock under which entries take their number."""

    slug = models.SlugField(_("neighbourhood"), primary_key=True, max_length=60)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return self.slug


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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="entry_sequence_once"),
            models.UniqueConstraint(fields=["chain", "previous"], name="entry_never_forks"),
        ]
        indexes = [models.Index(fields=["subject", "sequence"], name="entry_subject")]
        ordering = ["chain", "sequence"]

    def __str__(self) -> str:
        return f"{self.chain_id} {self.sequence} {self.action}"

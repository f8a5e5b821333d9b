"""What a household signed: one text, never the next one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.community.models import Dwelling, Person, User
from portal.conventions.models.rounds import Proposal
from portal.conventions.models.suggestions import Channel
from portal.kit import clock


class SignatureQuerySet(models.QuerySet["Signature"]):
    def standing(self) -> SignatureQuerySet:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


class Signature(models.Model):
    """A household signs a text (an edition is its `proposal.edition`); `agrees` False: it dissents, which is counted.

    Signing is an acknowledgement, not a condition of being bound; a building convention is adopted by it. `person`:
    who signed for the household online; of a signature on paper the portal keeps the household alone.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="signatures")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="signatures")
    agrees = models.BooleanField(default=True)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.ONLINE)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "dwelling"], condition=Q(withdrawn_at=None), name="signature_once"
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.ONLINE, person__isnull=False, entered_by=None)
                | Q(channel=Channel.PAPER, entered_by__isnull=False),
                name="signature_by_whom",
            ),
        ]
        ordering = ["proposal", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.dwelling_id}"

"""A vote in the hall: who had a voice in it when it was opened."""

from __future__ import annotations

from django.db import models

from portal.voting.models.constraints import Present
from portal.voting.models.rolls import Mandate, RollEntry
from portal.voting.models.votes import Vote


class Voice(models.Model):
    """A line of the roll that may vote in the hall: its person was present at the opening, or a holder was.

    `mandate`: of an absent person, the mandate whose holder was present. Nothing of it changes afterwards.
    """

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="voices")
    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="voice")
    mandate = models.OneToOneField(Mandate, models.PROTECT, null=True, blank=True, related_name="voice")

    class Meta:
        constraints = [Present(name="voice_stands")]
        ordering = ["vote", "entry"]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.entry_id}"

"""What the file of a coordination meeting rests on: what its parties handed in, and what was found out by asking."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Person, Upload
from portal.kit import clock
from portal.meetings.models.coordination import Coordination, Party
from portal.voting.models import Channel


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """What parties handed in."""

    def whole(self) -> EvidenceQuerySet:
        """With the parties, the files and who removed what."""
        return self.select_related("party__participant__person", "file", "removed_by")

    def standing(self) -> EvidenceQuerySet:
        """What was not removed."""
        return self.filter(removed_at=None)


class Evidence(models.Model):
    """One thing that a party handed in (证据材料): words, a file, or both; its line stays when it is removed.

    `round`: of the talks before, or in, which it came. `channel`: how, `entered_by` the staff who entered it.
    `removed_why` stays empty where its own party took it back.
    """

    meeting = models.ForeignKey(Coordination, models.CASCADE, related_name="evidence")
    number = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="evidence")
    title = models.CharField(_("what it is, and what it shows"), max_length=100)
    text = models.TextField(_("in words"), max_length=2000, blank=True)
    file = models.OneToOneField(Upload, models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveSmallIntegerField()
    handed_at = models.DateTimeField(default=clock.now)
    channel = models.CharField(max_length=10, choices=Channel)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    removed_why = models.CharField(_("why it was removed"), max_length=300, blank=True)
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removed_why="")
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="evidence_removed_by",
            ),
            # Nothing of what was removed is left but its line; what stands has words or a file.
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False, text="", file=None)
                | (Q(removed_at=None) & (~Q(text="") | Q(file__isnull=False))),
                name="evidence_has_content_until_removed",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Read(models.TextChoices):
    """What somebody who was asked said to the note of it, once it was read back."""

    RIGHT = "right", _("read back, and right")
    CORRECTED = "corrected", _("read back, with a correction")
    REFUSED = "refused", _("refused to sign")


class Inquiry(models.Model):
    """A note of what the mediator found out by asking (调查记录): whom, where, what was said, and read back to them."""

    meeting = models.ForeignKey(Coordination, models.CASCADE, related_name="inquiries")
    number = models.PositiveSmallIntegerField()
    asked = models.CharField(_("who was asked"), max_length=60)
    relation = models.CharField(_("who that is to the parties"), max_length=60)
    on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=100)
    text = models.TextField(_("questions and answers"), max_length=5000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    read = models.CharField(max_length=9, choices=Read, blank=True)
    read_on = models.DateField(null=True, blank=True)
    correction = models.CharField(_("correction"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="inquiry_number_once"),
            models.CheckConstraint(
                condition=Q(read="", read_on=None) | (~Q(read="") & Q(read_on__isnull=False)),
                name="inquiry_read_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(read="corrected") & ~Q(correction="") | (~Q(read="corrected") & Q(correction="")),
                name="inquiry_correction_given",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.asked}"

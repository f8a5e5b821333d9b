"""What neighbours read of money that was given: how far projects are, what they think of them, sound books."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models import Person, Upload, User
from portal.funds.models.funds import Fund
from portal.funds.models.grants import Grant, GrantPart
from portal.kit import clock


class ProgressNote(GrantPart):
    """How far a project is, with photos; at least every three months (L15 art. 79, taken as the default).

    `taken_down`: why it is not shown any more; what it said is then read by the office and the applicants alone.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="notes")
    text = models.TextField(_("how far it is"), max_length=1000)
    photos = models.ManyToManyField(Upload, related_name="+", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    taken_down = models.CharField(max_length=200, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    taken_down_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(taken_down="", taken_down_at=None, taken_down_by=None)
                | (~Q(taken_down="") & Q(taken_down_at__isnull=False, taken_down_by__isnull=False)),
                name="fund_note_taken_down_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """It stands on the project's page."""
        return f"{self.grant.get_absolute_url()}#note-{self.pk}"


class Evaluation(models.Model):
    """What a resident thinks of the finished project; one a person, to be changed while the accounts are on notice."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="evaluations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(_("how well it was done"))
    comment = models.CharField(_("what you want to say"), max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grant", "person"], name="fund_evaluation_once"),
            models.CheckConstraint(
                condition=Q(rating__gte=1) & Q(rating__lte=5), name="fund_evaluation_rating"
            ),
        ]

    def __str__(self) -> str:
        return str(self.rating)


class BookCheck(models.Model):
    """The last time the book of a fund was added up anew from its first line on; `fault` is empty where it holds.

    `lines`: how many there were. `fault`: the first line that does not hold, in the words of the check.
    """

    fund = models.OneToOneField(Fund, models.PROTECT, related_name="check_of_book")
    at = models.DateTimeField(default=clock.now)
    lines = models.PositiveIntegerField()
    fault = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.fault or str(self.at)

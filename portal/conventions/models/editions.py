"""What was adopted: an edition is a row that is never changed, with its fingerprint in the public record."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, User, Visitor
from portal.conventions.models.fixed import Fixed, FixedQuerySet, FixedText
from portal.conventions.models.pages import AgreementPage
from portal.conventions.models.rounds import Proposal
from portal.conventions.states import EDITION_LIFE, EditionState
from portal.kit import clock


class EditionQuerySet(FixedQuerySet):
    def visible_to(self, user: Visitor) -> EditionQuerySet:
        """Editions are public, the former ones too."""
        return self.all()


class Edition(FixedText):
    """A text that was adopted. `proposal` is the text that was voted on or signed: the same, with the same hash.

    From which day it holds is part of it; how long follows from the editions after it.
    """

    page = models.ForeignKey(AgreementPage, models.PROTECT, related_name="editions")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="edition")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    in_force_from = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects = EditionQuerySet.as_manager()
    life = EDITION_LIFE

    class Meta(FixedText.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="edition_number_once"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="edition_from_one"),
        ]
        ordering = ["page", "number"]

    def __str__(self) -> str:
        return _("%(title)s, edition %(number)d") % {"title": self.title, "number": self.number}

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("conventions:edition", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose record it belongs to."""
        return self.page.neighbourhood

    @property
    def superseded_from(self) -> date | None:
        """The day from which a later edition holds in its place; None: none was adopted."""
        later = [one.in_force_from for one in self.page.editions.all() if one.number > self.number]
        return min(later, default=None)

    @property
    def state(self) -> EditionState:
        """Where it stands today."""
        today = clock.today()
        if self.superseded_from and self.superseded_from <= today:
            return EditionState.SUPERSEDED
        return EditionState.IN_FORCE if self.in_force_from <= today else EditionState.TO_COME

    @property
    def filing(self) -> Filing | None:
        """Its filing as it was last corrected; None where there is none (a building's)."""
        return next(iter(reversed(self.filings.all())), None)

    @property
    def filing_number(self) -> str:
        """Under which number it was filed; empty where it was not."""
        return self.filing.number if self.filing else ""

    @property
    def filed_on(self) -> date | None:
        """The day it was filed."""
        return self.filing.filed_on if self.filing else None


class FilingQuerySet(FixedQuerySet):
    """Filings, the corrected ones too: all of them are public."""


class Filing(Fixed):
    """Number and day of the filing with the subdistrict. A mistake is corrected by a further row, with its reason."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="filings")
    number = models.CharField(gettext_lazy("filing number"), max_length=60)
    filed_on = models.DateField(gettext_lazy("filed on"))
    reason = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = FilingQuerySet.as_manager()

    class Meta(Fixed.Meta):
        ordering = ["edition", "pk"]

    def __str__(self) -> str:
        return self.number

"""How people belong: dated, verified relations to dwellings, and the letters that lead to one."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models.people import Person, User
from portal.community.models.places import Area, Dwelling
from portal.kit import clock


class RelationStatus(models.TextChoices):
    """How far a claimed relation to a dwelling has come."""

    REQUESTED = "requested", _("waiting for verification")
    VERIFIED = "verified", _("verified")
    REFUSED = "refused", _("refused")


class Method(models.TextChoices):
    ROSTER = "roster", _("roster")
    LETTER = "letter", _("letter with code")
    REQUEST = "request", _("request")
    COUNTER = "counter", _("at the counter")
    NEIGHBOUR = "neighbour", _("code from the household")


class Shown(models.TextChoices):
    """Which paper staff looked at. That it was shown is kept, by whom it was seen and when; no copy, no number."""

    TITLE = "title", _("property certificate")
    CONTRACT = "contract", _("purchase contract")
    TENANCY = "tenancy", _("tenancy certificate of public housing")
    LEASE = "lease", _("lease")
    HOUSEHOLD = "household", _("household register")
    RULING = "ruling", _("paper of a court or notary")
    LICENCE = "licence", _("business licence")


class Authority(models.TextChoices):
    """On which paper somebody acts for a company."""

    LEGAL = "legal", _("business licence: the legal representative")
    LETTER = "letter", _("business licence and a signed authorisation")


Tie = TypeVar("Tie", bound="Relation")


class RelationQuerySet(models.QuerySet[Tie]):
    """Relations of people to dwellings, read as English."""

    def on(self, day: date) -> RelationQuerySet[Tie]:
        """Verified relations that hold on a day; `until` is the first day on which one no longer holds."""
        return self.filter(Q(until=None) | Q(until__gt=day), status=RelationStatus.VERIFIED, since__lte=day)

    def in_area(self, area: Area) -> RelationQuerySet[Tie]:
        """Relations to dwellings inside an area of any level."""
        return self.filter(dwelling__building__path__startswith=area.path)


class Relation(models.Model):
    """A dated, verified relation of a person to a dwelling. Who verified it, when and how is part of it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="%(class)ss")
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=RelationStatus, default=RelationStatus.REQUESTED)
    method = models.CharField(max_length=12, choices=Method, default=Method.REQUEST)
    requested_at = models.DateTimeField(default=clock.now)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Seen by `verified_by` at `verified_at`; empty where nothing was shown, or nobody noted it.
    shown = models.CharField(max_length=12, choices=Shown, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # When the desk ended it, on whatever day that counts from.
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = RelationQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.person} – {self.dwelling}"

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        kind = self._meta.model_name
        return reverse("register:request", args=[self.neighbourhood.slug, kind, self.pk])

    @property
    def state(self) -> str:
        """How far it has come; `ended` where it was verified and holds no more (see register.states)."""
        over = self.status == RelationStatus.VERIFIED and self.until is not None
        return "ended" if over else self.status

    @property
    def neighbourhood(self) -> Area:
        """Whose desk it belongs to."""
        return self.dwelling.building.neighbourhood

    @property
    def votes(self) -> bool:
        """Whether it carries the dwelling's vote as an owner; a tenant of public housing owns nothing."""
        return False

    @property
    def title(self) -> str:
        """The building: as near as duties and notices come to anybody."""
        return self.dwelling.building.name


class Residency(Relation):
    """Somebody lives in a dwelling, owner or tenant."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dwelling"],
                condition=Q(until=None) & ~Q(status=RelationStatus.REFUSED),
                name="residency_once",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="residency_dates"
            ),
        ]


class Right(models.TextChoices):
    """The title: an owner, or the tenant of a public dwelling listed in the roster (公房承租人)."""

    OWNER = "owner", _("owner")
    PUBLIC_TENANT = "public_tenant", _("tenant of public housing")


class Ownership(Relation):
    """Title to a dwelling. Co-owners name one of them as the voter; a person with several dwellings is one head."""

    right = models.CharField(max_length=16, choices=Right, default=Right.OWNER)
    is_voter = models.BooleanField(default=True)
    # From which day the co-owners say so; null: since the title itself.
    voter_since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dwelling"],
                condition=Q(until=None) & ~Q(status=RelationStatus.REFUSED),
                name="ownership_once",
            ),
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=Q(until=None, is_voter=True, status=RelationStatus.VERIFIED),
                name="ownership_one_voter",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="ownership_dates"
            ),
        ]

    @property
    def votes(self) -> bool:
        """The voter's title of an owner; what the roster lists first of a public dwelling votes as a resident only."""
        return self.is_voter and self.right == Right.OWNER


class Representative(models.Model):
    """The natural person who acts for a company that owns here, from a day to a day; one at a time."""

    company = models.ForeignKey(Person, models.PROTECT, related_name="representatives")
    person = models.ForeignKey(Person, models.PROTECT, related_name="represents")
    proof = models.CharField(max_length=12, choices=Authority, blank=True)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(until=None), name="representative_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="representative_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} – {self.person}"


class Look(models.Model):
    """A member of staff looked at a dwelling's phone numbers, or at a person: who, when, what for. For the auditor.

    `person` with `area`, the neighbourhood whose desk it was, or `dwelling`.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(Dwelling, models.CASCADE, null=True, blank=True, related_name="looks")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="looks")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dwelling__isnull=False) | Q(person__isnull=False, area__isnull=False),
                name="look_at_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dwelling or self.person} {self.at:%Y-%m-%d}"

"""Certificates of service: what was certified, under which number, and whether it still holds."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from portal.community.models import Area, Person, User, Visitor
from portal.kit import clock
from portal.volunteers import states
from portal.volunteers.models.activities import committee_sees
from portal.volunteers.models.hours import HourRecord
from portal.volunteers.states import CertificateState
from portal.voting.models import Channel


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Visitor) -> CertificateQuerySet:
        """One's own, and those that one's committee answers."""
        return self.filter(Q(person=getattr(user, "person_id", None) or 0) | committee_sees(user))


class Certificate(models.Model):
    """A service record certificate (志愿服务记录证明): asked for, issued under a number, perhaps voided.

    `body` is all that the paper says, `sha256` its fingerprint (portal.record.hashing.digest); both are made when
    it is issued and never change. `minutes` is the sum of its records. Free of charge (national regulation art. 19).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="certificates")
    since = models.DateField()
    until = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    requested_at = models.DateTimeField(default=clock.now)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=20, unique=True, null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.PositiveIntegerField(default=0)
    body = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_why = models.CharField(max_length=300, blank=True)
    objects = CertificateQuerySet.as_manager()
    life = states.CERTIFICATE

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="certificate_dates"),
            models.CheckConstraint(
                condition=Q(issued_at=None, number=None, issued_by=None, sha256="", minutes=0)
                | (
                    Q(
                        issued_at__isnull=False,
                        number__isnull=False,
                        issued_by__isnull=False,
                        minutes__gt=0,
                        refused_at=None,
                    )
                    & ~Q(sha256="")
                ),
                name="certificate_issued_whole",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | Q(issued_at__isnull=False),
                name="certificate_voided_after_issue",
            ),
            models.CheckConstraint(condition=~Q(issued_by=F("person")), name="certificate_issued_by_another"),
            models.UniqueConstraint(
                fields=["person", "neighbourhood"],
                condition=Q(issued_at=None, refused_at=None),
                name="certificate_one_request",
            ),
        ]
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return self.number or f"{self.person} {self.since}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("volunteers:certificate", args=[self.pk])

    @property
    def title(self) -> str:
        """Its number, once it is issued; whose it is stands in no list."""
        return self.number or ""

    @property
    def record_data(self) -> dict[str, str | None]:
        """What the public record knows of it: the number and the fingerprint, never whose it is."""
        return {"number": self.number, "sha256": self.sha256}

    @property
    def state(self) -> CertificateState:
        """How far it has come."""
        if self.voided_at is not None:
            return CertificateState.VOIDED
        if self.issued_at is not None:
            return CertificateState.ISSUED
        return CertificateState.ASKED if self.refused_at is None else CertificateState.REFUSED


class CertificateLine(models.Model):
    """A record that a certificate counts."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="lines")
    record = models.ForeignKey(HourRecord, models.PROTECT, related_name="certified")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "record"], name="certificate_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.record}"

"""Certificates of service: asked for, issued under a number, refused, voided."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from portal.community.models import User
from portal.notifications import services as notifications
from portal.notifications.services import Kind
from portal.record import clock
from portal.record import services as record
from portal.volunteers.models import Certificate, HourRecord
from portal.volunteers.news import CERTIFICATE_VOIDED

# Who the public record names where no decision about the certificate was taken: one about its hours was.
SYSTEM = "系统"


@transaction.atomic
def void_for(hours: HourRecord, why: str) -> int:
    """Void every certificate in force that counts a record which stands no more. Returns how many there were.

    `why` is what the holder is told and what the page of the number says from now on.
    """
    counting = Certificate.objects.filter(lines__record=hours, issued_at__isnull=False, voided_at=None)
    found = list(counting.select_for_update(of=("self",)).order_by("pk"))
    for certificate in found:
        _void(certificate, SYSTEM, why)
    return len(found)


def _void(certificate: Certificate, by: str, why: str) -> None:
    certificate.voided_at, certificate.voided_why = clock.now(), why.strip()[:300]
    certificate.save(update_fields=["voided_at", "voided_why"])
    _note(certificate, "certificate.voided", by)
    _tell(CERTIFICATE_VOIDED, certificate, why=certificate.voided_why)


def _note(certificate: Certificate, action: str, by: str) -> None:
    """Write to the public record: the number and the fingerprint, never whose it is."""
    record.write(
        certificate.neighbourhood.slug,
        action,
        actor=by,
        subject=certificate,
        title=certificate.number or "",
        data={"number": certificate.number, "sha256": certificate.sha256},
    )


def _tell(kind: Kind, certificate: Certificate, **more: str) -> None:
    notifications.send(
        kind,
        User.objects.filter(person=certificate.person_id, is_active=True),
        neighbourhood=certificate.neighbourhood,
        occasion=record.key(certificate),
        url=reverse("volunteers:certificates"),
        params={"number": certificate.number or "", **more},
    )

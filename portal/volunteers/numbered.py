"""Certificates are found under their number, beside the receipts of votes."""

from __future__ import annotations

from portal.record import numbers
from portal.volunteers.models import Certificate


def knows(number: str) -> bool:
    """Whether a certificate was issued under a number."""
    return Certificate.objects.filter(number=number).exists()


numbers.register("certificate", numbers.Keeper(knows, "portal.volunteers.views.certificates.number"))

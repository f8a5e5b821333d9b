"""What volunteers and those who keep their hours are told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notifications.services import Kind

CERTIFICATE_ISSUED = Kind(
    "certificate.issued",
    title=_("Your service record certificate was issued: %(number)s"),
    body=_("You can read, print and download it. Anyone who has the paper can check its number."),
)
CERTIFICATE_REFUSED = Kind(
    "certificate.refused",
    title=_("Your service record certificate was not issued"),
    body=_("The reason given: “%(why)s”."),
)
CERTIFICATE_VOIDED = Kind(
    "certificate.voided",
    title=_("Your service record certificate %(number)s was voided"),
    body=_(
        "The reason given: “%(why)s”. Whoever checks its number reads that it is void. You can ask for another."
    ),
)

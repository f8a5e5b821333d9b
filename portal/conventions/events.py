"""What happens to texts, in the record and to those whom it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

SIGNATURES_ENTERED = Event(
    "convention.signatures_entered",
    record=_("signatures of %(n)d households entered from paper (SHA-256 %(sha256)s)"),
)
SIGNATURES_STRUCK = Event(
    "convention.signatures_struck",
    record=_(
        "signatures of %(n)d households struck that were entered from paper: %(reason)s (SHA-256 %(sha256)s)"
    ),
)

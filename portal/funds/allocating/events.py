"""What the public record says of an allocation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

ALLOCATED = Event(
    "fundcall.allocated",
    record=_(
        "computed which projects of a round are paid, by the rule chosen before the vote; fingerprint %(sha256)s"
    ),
)

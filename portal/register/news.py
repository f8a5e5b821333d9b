"""What the committee reads when somebody asks to be verified, and what whoever asked reads of the answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notifications.services import Kind

REQUESTED = Kind(
    "residency.requested",
    title=_("Somebody asks to be verified"),
    body=_("%(building)s: please answer by %(due_at)s."),
)
VERIFIED = Kind(
    "residency.verified",
    title=_("Your request was confirmed"),
    body=_("You now take part as a neighbour of %(place)s: you can second, discuss and vote."),
)
REFUSED = Kind(
    "residency.refused",
    title=_("Your request could not be confirmed"),
    body=_("The committee's reason stands on your page. You can ask again, or come to the counter."),
)

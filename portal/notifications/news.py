"""News of what the committee decides about people, who are below this app and cannot send any."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notifications.kinds import Kind

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

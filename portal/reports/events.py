"""What becomes of a monthly report, and who took a list with names along."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

RETURNED = Event(
    "report.returned",
    title=_("Please go over it again: %(title)s"),
    body=_("The director sent it back. The reason: “%(reason)s”."),
)
PUBLISHED = Event("report.published", record=_("the report of the month published (SHA-256 %(short)s…)"))
CORRECTED = Event(
    "report.corrected", record=_("the report of the month corrected (SHA-256 %(short)s…): %(reason)s")
)
TAKEN = Event(
    "list.taken", record=_("list taken along as a file: %(list)s, %(rows)d rows; what for: %(reason)s")
)

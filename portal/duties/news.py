"""What people are told about promises and public notices."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import title_of
from portal.notifications.services import Kind


def _what(params: dict[str, Any]) -> dict[str, Any]:
    return {"what": title_of(str(params.get("duty", "")))}


SOON = Kind(
    "duty.soon",
    title=_("Due soon: %(what)s"),
    body=_("“%(title)s” waits for you. Please do it by %(due_at)s."),
    words=_what,
)
LATE = Kind(
    "duty.late",
    title=_("Overdue: %(what)s"),
    body=_("“%(title)s” was due by %(due_at)s. Supervision level %(level)s of 5. Please answer today."),
    words=_what,
)
OBJECTED = Kind(
    "notice.objected",
    title=_("Objection to a public notice"),
    body=_("A neighbour objects to “%(title)s”."),
)

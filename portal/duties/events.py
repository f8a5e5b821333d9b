"""What happens to promises and public notices, in the record and to people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.duties.kinds import title_of


def _what(params: dict[str, Any]) -> dict[str, Any]:
    return {"what": title_of(str(params.get("duty", "")))}


SOON = Event(
    "duty.soon",
    title=_("Due soon: %(what)s"),
    body=_("“%(title)s” waits for you. Please do it by %(due_at)s."),
    words=_what,
)
HANDED_ON = Event(
    "duty.handed_on",
    title=_("Handed on to you: %(what)s"),
    body=_("“%(title)s”: whoever owed it has left. Please do it by %(due_at)s."),
    words=_what,
)
LATE = Event(
    "duty.late",
    title=_("Overdue: %(what)s"),
    body=_("“%(title)s” was due by %(due_at)s. Supervision level %(level)s of 5. Please answer today."),
    words=_what,
)
OBJECTED = Event(
    "notice.objected",
    record=_("Objection to the public notice"),
    title=_("Objection to a public notice"),
    body=_("A neighbour objects to “%(title)s”."),
)

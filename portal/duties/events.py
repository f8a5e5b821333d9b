"""What happens to promises and public notices, in the record and to people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event
from portal.community.models import Post
from portal.duties.kinds import title_of


def _what(params: dict[str, Any]) -> dict[str, Any]:
    return {"what": title_of(str(params.get("duty", "")))}


def _supervised(params: dict[str, Any]) -> dict[str, Any]:
    post = str(params.get("post", ""))
    return {**_what(params), "owes": params.get("who") or (Post(post).label if post else _("Somebody"))}


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
SUPERVISED = Event(
    "duty.supervised",
    title=_("Supervision level %(level)s of 5: %(what)s"),
    body=_("%(owes)s owes this about “%(title)s”. It is overdue since %(due_at)s."),
    words=_supervised,
)
HANDED_TO = Event(
    "duty.handed_to",
    title=_("Handed to you: %(what)s"),
    body=_("%(who)s hands “%(title)s” to you. Please do it by %(due_at)s, or give it back on the workbench."),
    words=_what,
)
URGED = Event(
    "duty.urged",
    title=_("Please do this: %(what)s"),
    body=_("%(who)s reminds you of “%(title)s”. Its date is %(due_at)s."),
    words=_what,
)
OBJECTED = Event(
    "notice.objected",
    record=_("Objection to the public notice"),
    title=_("Objection to a public notice"),
    body=_("A neighbour objects to “%(title)s”."),
)

"""What happens to the resource map, in the record and to those concerned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

ENTERED = Event("resource.entered", record=_("entered something in the resource map"))
CHANGED = Event("resource.changed", record=_("changed something in the resource map"))
SHOWN = Event(
    "resource.shown",
    record=_("let a skill be shown in the resource map"),
    title=_("Your skill is shown: %(title)s"),
)
REFUSED = Event(
    "resource.refused",
    title=_("Your skill is not shown: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
ENDED = Event("resource.ended", record=_("took something off the resource map"))
ASKED = Event("resource.asked", title=_("Somebody asks for your skill: %(title)s"), body=_("“%(text)s”"))
ANSWERED = Event("resource.answered", title=_("You have an answer: %(title)s"), body=_("“%(text)s”"))
PLANNED = Event("resource.plan", record=_("changed the site plan of the resource map"))

"""What whoever runs the portal does, as the record of the neighbourhoods concerned tells it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

ADDED = Event("area.added", record=_("Added: %(names)s"))
RENAMED = Event("area.renamed", record=_("Renamed from “%(was)s” to “%(now)s”"))
RETIRED = Event("area.retired", record=_("Retired from %(since)s"))
BACK = Event("area.brought_back", record=_("Brought back"))
MOVED = Event(
    "area.moved",
    record=_("Moved from %(was)s to %(now)s"),
    title=_("%(title)s belongs to %(now)s from now on"),
    body=_(
        "It belonged to %(was)s until now. Your home, your title and your post stay as they are; what you take part "
        "in is that of %(now)s. The reason: “%(reason)s”."
    ),
)
RULE_SET = Event("rule.set", record=_("A rule of our own: %(rule)s – %(value)s, from %(since)s"))
RULE_ENDED = Event("rule.ended", record=_("A rule of our own ends: %(rule)s, last day %(last)s"))
RULE_STAYS = Event("rule.held_on", record=_("A rule of our own holds on: %(rule)s"))

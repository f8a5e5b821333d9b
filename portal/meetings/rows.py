"""What the tables of several kinds have alike: who is here, and another chair."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import Check, until
from portal.meetings.forms.chairs import ChairForm
from portal.meetings.services.attending import require_day
from portal.meetings.services.chairing import name_chair
from portal.meetings.waiting import to_opening

NAME_CHAIR = Action(
    _("Name another chair"),
    name_chair,
    ChairForm,
    submit=_("Name this chair"),
    text=_("The page says who chairs, and the new chair is told."),
    done=_("The chair is named."),
    tone="quiet",
    effect=Effect.REPLACES,
    way_back=WayBack("name_chair"),
)


def attendance(route: str, opens: tuple[Check, ...]) -> dict[str, Any]:
    """What is the same about each kind's row `take_attendance`. `opens`: what the opening of the meeting waits for."""
    return {
        "submit": _("Save attendance"),
        "then": to_opening(route, opens),
        "effect": Effect.REPLACES,
        "way_back": WayBack("take_attendance"),
        "waits": until(require_day),
    }

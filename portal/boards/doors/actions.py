"""What a neighbour can do about being called by the head."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.boards.doors import reading, services
from portal.boards.doors.forms import CallForm
from portal.boards.models import BuildingBoardPage
from portal.community.models import User


def _agreed(board: BuildingBoardPage, user: User) -> bool:
    return reading.may_call(board, user.person_id) is not None


CALL_ACTIONS = {
    "allow_call": Action(
        _("The head may call me"),
        services.allow_call,
        CallForm,
        text=_(
            "Only the head of your building sees the number, on the door list, when something is open in the building. "
            "It is forgotten when you take it back or move away."
        ),
        done=_("The head of your building may call you now."),
        submit=_("Agree"),
        effect=Effect.PUBLISHES,
        way_back=WayBack("stop_call"),
    ),
    "stop_call": Action(
        _("The head may not call me any more"),
        services.stop_call,
        text=_("Your number leaves the door list at once."),
        done=_("Your number is not on the door list any more."),
        submit=_("Take it back"),
        ready=_agreed,
        not_ready=_("You have not agreed to be called."),
        effect=Effect.ENDS,
        way_back=WayBack("allow_call"),
    ),
}

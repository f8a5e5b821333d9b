"""What a neighbour can do about being called by the head."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.boards.doors import reading, services
from portal.boards.doors.forms import CallForm, ForgetCallForm, NoteCallForm
from portal.boards.models import BuildingBoardPage
from portal.community.models import User


def _agreed(board: BuildingBoardPage, user: User) -> bool:
    return reading.may_call(board, user.person_id) is not None


def _any_noted(board: BuildingBoardPage, user: User) -> bool:
    return reading.noted(board).exists()


CALL_ACTIONS = {
    "note_call": Action(
        _("Somebody without an account may be called"),
        services.note_call,
        NoteCallForm,
        text=_(
            "For a neighbour who signed for it or said so at the counter. Only the head of the building sees the"
            " number, on the door list. It is forgotten when the neighbour takes it back or moves away."
        ),
        done=_("The head of the building may call this neighbour now."),
        submit=_("Note it"),
        effect=Effect.PUBLISHES,
        way_back=WayBack("forget_call"),
    ),
    "forget_call": Action(
        _("Take a noted number off the door list"),
        services.forget_call,
        ForgetCallForm,
        text=_(
            "For a neighbour who does not want to be called any more. The number leaves the door list at once."
        ),
        done=_("The number is not on the door list any more."),
        submit=_("Take it off"),
        ready=_any_noted,
        not_ready=_("No number was noted for a neighbour without an account."),
        effect=Effect.ENDS,
        way_back=WayBack("note_call"),
    ),
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

"""What can be done in a hall, as people meet it: most of it is one press on the clerk's page or on a phone."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home
from portal.community.models import User
from portal.meetings.live import forms
from portal.meetings.live.permissions import FLOORS
from portal.meetings.live.services import presence, pulses, questions, running, turns
from portal.meetings.models import Floor

ROUTE = "meetings:live_act"


def _phone(floor: Floor, result: Any) -> str:
    return floor.get_absolute_url()


def _desk(floor: Floor, result: Any) -> str:
    return reverse("meetings:live_desk", args=[floor.pk])


def _at_desk(floor: Floor, user: User) -> Home:
    return Home(floor.title, _desk(floor, None))


def _back(floor: Floor, user: User) -> Home:
    """Whoever works at the clerk's page goes back there."""
    here = _desk(floor, None) if FLOORS.entitled(user, "desk", floor) else floor.get_absolute_url()
    return Home(floor.title, here)


def _clerk(label: Any, run: Any, form: Any = forms.FloorForm, **more: Any) -> Action:
    return Action(label, run, form, then=_desk, home=_at_desk, **({"effect": None} | more))


ACTIONS: dict[str, Action] = {
    "check_in": Action(
        _("I am here"),
        presence.check_in,
        forms.DoorForm,
        text=_("Your name as neighbours see it is noted with the time. You count as present from now on."),
        done=_("You are noted as present."),
        from_address=("code",),
        then=_phone,
        effect=None,
    ),
    "check_out": Action(
        _("I am leaving"), presence.check_out, direct=True, then=_phone, effect=None, tone="quiet"
    ),
    "ask_turn": Action(
        _("I want to speak"), turns.ask_turn, direct=True, then=_phone, effect=None, main=True
    ),
    "withdraw_turn": Action(
        _("I no longer want to speak"),
        turns.withdraw_turn,
        direct=True,
        then=_phone,
        effect=None,
        tone="quiet",
    ),
    "answer_pulse": Action(
        _("Send my answer"), pulses.answer_pulse, forms.PulseAnswerForm, then=_phone, effect=None
    ),
    "ask_question": Action(
        _("Ask whoever presents the plan"),
        questions.ask_question,
        forms.QuestionForm,
        then=_phone,
        effect=None,
    ),
    "answer_question": Action(
        _("Write the answer down"),
        questions.answer_question,
        forms.AnswerForm,
        text=_("Whoever asked is told, and all screens show it."),
        then=lambda floor, result: result.get_absolute_url(),
        home=_back,
        effect=Effect.PUBLISHES,
        way_back=_(
            "There is no way back: it is read in the hall at once. Say what was wrong in the minutes."
        ),
        from_address=("question",),
    ),
    "call_next": _clerk(_("Next speaker"), turns.call_next, direct=True, main=True),
    "call_turn": _clerk(_("Call out of order"), turns.call_turn, forms.TurnForm),
    "end_turn": _clerk(_("The speaker has ended"), turns.end_turn, direct=True),
    "put_back": _clerk(_("Called by mistake"), turns.put_back, direct=True),
    "strike_turn": _clerk(_("Take off the queue"), turns.strike_turn, forms.TurnForm),
    "set_queue": _clerk(_("Open or close the queue"), turns.set_queue, forms.QueueForm),
    "enter_turn": _clerk(_("Line up somebody in the hall"), turns.enter_turn, forms.EnterTurnForm),
    "begin_item": _clerk(_("Begin this point"), running.begin_item, forms.ItemForm),
    "end_item": _clerk(_("End this point"), running.end_item, direct=True),
    "show_text": _clerk(_("Next version of the text"), running.show_text, direct=True),
    "open_pulse": _clerk(
        _("Ask a quick question"),
        pulses.open_pulse,
        forms.PulseForm,
        submit=_("Ask the hall now"),
        text=_("It stands on all screens at once. It is no vote: it only shows where people stand."),
        effect=Effect.PUBLISHES,
        way_back=_("There is no way back, but it can be closed at once."),
    ),
    "close_pulse": _clerk(
        _("Close the quick question"),
        pulses.close_pulse,
        text=_("Its figures stay as they are, and who answered what is forgotten."),
        effect=Effect.ENDS,
        way_back=_("There is no way back: who answered what is forgotten. Ask again for another answer."),
    ),
    "note_presence": _clerk(
        _("Tick who is here"), presence.note_presence, forms.PresenceForm, submit=_("Note who is here")
    ),
    "set_agenda": _clerk(
        _("Write the agenda"), running.set_agenda, forms.AgendaForm, submit=_("Keep the agenda")
    ),
    "set_texts": _clerk(
        _("Write the texts for the screen"), running.set_texts, forms.TextsForm, submit=_("Keep the texts")
    ),
}

"""What can be done with what is on the map, and with a request for a skill."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.community.models import User
from portal.kit.errors import refusal_of
from portal.pages.resources import services
from portal.pages.resources.forms import AnswerForm, AskForm, EditForm, PinForm, RefuseForm
from portal.pages.resources.models import Resource
from portal.pages.resources.plans import plan_with


def _placed(thing: Resource, user: User) -> bool:
    return not thing.is_skill


def _skill_of_others(thing: Resource, user: User) -> bool:
    return thing.is_skill and thing.person_id != user.person_id


def _plan(thing: Resource, user: User) -> dict[str, Any]:
    return {"plan": plan_with(thing.neighbourhood, [thing])}


ACTIONS = {
    "ask": Action(
        _("Ask for it"),
        services.ask,
        AskForm,
        text=_(
            "Your neighbour reads your message and the name you chose, and answers here. No number is shown."
        ),
        done=_("Sent. You are told of the answer."),
        submit=_("Send"),
        main=True,
        ready=_skill_of_others,
        waits=lambda skill, user: refusal_of(lambda: services.require_unasked(skill, user)),
        then=lambda thing, result: str(result.get_absolute_url()),
        effect=None,
    ),
    "show": Action(
        _("Show this skill"),
        services.show,
        text=_("Everybody can read it for a year, with the chosen name. Its neighbour is told."),
        done=_("Shown."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("end"),
    ),
    "refuse": Action(
        _("Do not show it"),
        services.refuse,
        RefuseForm,
        text=_("Its neighbour is told why, and can offer it again."),
        done=_("Not shown."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("offer_again"),
    ),
    "edit": Action(
        _("Change what it says"),
        services.edit,
        EditForm,
        text=_("Everybody reads it at once; the record knows that it was changed."),
        done=_("Saved."),
        ready=_placed,
        effect=Effect.REPLACES,
        way_back=_("A mistake is put right by saving again."),
    ),
    "pin": Action(
        _("Pin on the site plan"),
        services.pin,
        PinForm,
        text=_("Empty fields take the pin off."),
        done=_("Saved."),
        ready=_placed,
        template="pages/resources/pin.html",
        shows=_plan,
        effect=None,
    ),
    "end": Action(
        _("Take it off the map"),
        services.end,
        text=_("Nobody finds it any more."),
        done=_("Taken off."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("show_again"),
    ),
    "show_again": Action(
        _("Show it again"),
        services.show_again,
        text=_("Everybody finds it again."),
        done=_("Shown."),
        ready=_placed,
        effect=Effect.PUBLISHES,
        way_back=WayBack("end"),
    ),
    "renew": Action(
        _("Offer it for another year"),
        services.renew,
        done=_("Offered for a year from today."),
        direct=True,
        effect=None,
    ),
    "withdraw": Action(
        _("Offer it no more"),
        services.withdraw,
        text=_("It is off the map at once."),
        done=_("Taken off."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("offer_again"),
    ),
    "offer_again": Action(
        _("Offer it again"),
        services.offer_again,
        text=_("The committee looks at it again before it is shown."),
        done=_("Sent to the committee."),
        ready=lambda thing, user: thing.is_skill,
        effect=Effect.PUBLISHES,
        way_back=WayBack("withdraw"),
    ),
}
REQUEST_ACTIONS = {
    "answer": Action(
        _("Answer"),
        services.answer,
        AnswerForm,
        text=_("Only whoever asked reads it. If you want to be called, write your number yourself."),
        done=_("Sent."),
        main=True,
        effect=Effect.ENDS,
        way_back=_("There is no way back: it is read at once."),
    ),
}

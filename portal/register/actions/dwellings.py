"""What can be done to a dwelling, and to a roster that was handed in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.actions.waiting import until
from portal.community.models import Dwelling, User
from portal.register.forms import (
    CorrectForm,
    ReasonForm,
    RetireForm,
    SecondForm,
)
from portal.register.services import dwellings, imports, taking_back


def _home(home: Dwelling, user: User) -> Home:
    return Home(str(home), home.get_absolute_url())


def _rolls(home: Dwelling, user: User) -> dict[str, Any]:
    return {"votes": dwellings.votes_on(home)}


def _ends(home: Dwelling, user: User) -> dict[str, Any]:
    return {"ends": dwellings.standing(home)} | _rolls(home, user)


DWELLING = {
    "correct": Action(
        _("Correct"),
        dwellings.correct,
        CorrectForm,
        text=_("What was wrong stays visible below the dwelling, with your reason."),
        submit=_("Save the correction"),
        done=_("Corrected."),
        home=_home,
        template="register/dwelling_act.html",
        shows=_rolls,
        effect=Effect.REPLACES,
        way_back=WayBack("correct"),
    ),
    "retire": Action(
        _("Retire"),
        dwellings.retire,
        RetireForm,
        submit=_("Retire the dwelling"),
        done=_("Retired. It can be brought back at any time."),
        tone="danger",
        waits=until(dwellings.require_answered),
        home=_home,
        template="register/dwelling_act.html",
        shows=_ends,
        text=_("Homes and titles in it end on that day."),
        effect=Effect.ENDS,
        way_back=WayBack("bring_back"),
    ),
    "bring_back": Action(
        _("Bring back"),
        dwellings.bring_back,
        ReasonForm,
        text=_("Titles and homes that ended with it hold again."),
        done=_("The dwelling is in the register again."),
        home=_home,
        template="register/dwelling_act.html",
        effect=Effect.REPLACES,
        way_back=WayBack("retire"),
    ),
}
IMPORT = {
    "confirm": Action(
        _("Confirm"),
        imports.confirm,
        SecondForm,
        text=_("You are the second person: please look at what would change before you confirm it."),
        submit=_("Confirm and bring it in"),
        done=_("Brought in."),
        main=True,
        template="register/import_confirm.html",
        ready=lambda kept, user: kept.by_id != user.pk,
        effect=Effect.REPLACES,
        way_back=WayBack("take_back"),
    ),
    "turn_down": Action(
        _("Turn down"),
        imports.turn_down,
        ReasonForm,
        text=_("Nothing is changed. Whoever handed the roster in reads your reason."),
        done=_("Turned down. Nothing was changed."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("The roster can be handed in again."),
    ),
    "take_back": Action(
        _("Take back"),
        taking_back.take_back,
        text=_("What this import wrote is put back as it was before, wherever nothing has changed since."),
        submit=_("Take the import back"),
        done=_("Taken back."),
        tone="danger",
        template="register/import_back.html",
        shows=lambda kept, user: {"plan": taking_back.plan(kept)},
        ready=lambda kept, user: kept.can_go_back,
        effect=Effect.REPLACES,
        way_back=_("Afterwards the roster can be handed in again."),
        until=taking_back.back_until,
    ),
}

"""What can be done about what somebody asked of the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home
from portal.community.models import User
from portal.register.forms.wishes import AnswerForm, DeclineForm
from portal.register.models import Wish
from portal.register.services import wishes

FINAL = _("Whoever asked has read it. If it was wrong, they can ask again.")


def _list(wish: Wish, user: User) -> Home:
    if user.person_id == wish.person_id:
        return Home(str(_("My page")), reverse("register:me"))
    return Home(str(_("Requests of residents")), reverse("register:people", args=[wish.neighbourhood.slug]))


WISH = {
    "settle": Action(
        _("It is done"),
        wishes.settle,
        AnswerForm,
        text=_(
            "Put it right first, on the page of the person or the dwelling. Whoever asked reads your answer."
        ),
        done=_("Answered."),
        tells=True,
        home=_list,
        main=True,
        effect=Effect.ENDS,
        way_back=FINAL,
    ),
    "decline": Action(
        _("It cannot be done"),
        wishes.decline,
        DeclineForm,
        text=_("Whoever asked reads your reason."),
        done=_("Answered."),
        tells=True,
        home=_list,
        tone="quiet",
        effect=Effect.ENDS,
        way_back=FINAL,
    ),
    "withdraw": Action(
        _("Take the request back"),
        wishes.withdraw,
        text=_("Nobody owes you an answer then, and what you wrote is not kept."),
        done=_("Taken back."),
        home=_list,
        tone="quiet",
        effect=Effect.ENDS,
        way_back=_("You can ask again."),
    ),
}

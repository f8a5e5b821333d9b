"""What can be done to a relation or a post, as its pages offer it: the words, the service, the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Home
from portal.community.models import Dwelling, User
from portal.register.forms import ApproveForm, CorrectForm, ReasonForm, RetireForm, SecondForm
from portal.register.permissions import Tie
from portal.register.services import dwellings, imports, joining, posts, taking_back


def _to_list(relation: Tie, result: object) -> str:
    return reverse("register:people", args=[relation.neighbourhood.slug])


def _home(home: Dwelling, user: User) -> Home:
    return Home(str(home), home.get_absolute_url())


def _dwelling(relation: Tie, user: User) -> Home:
    page = reverse("register:dwelling", args=[relation.neighbourhood.slug, relation.dwelling_id])
    return Home(str(relation.dwelling), page)


def _me(relation: Tie, user: User) -> Home:
    return Home(_("My page"), reverse("register:me"))


def _rolls(home: Dwelling, user: User) -> dict[str, Any]:
    return {"votes": dwellings.votes_on(home)}


def _ends(home: Dwelling, user: User) -> dict[str, Any]:
    return {"ends": dwellings.standing(home)} | _rolls(home, user)


def _of(kind: str, service: Callable[..., None]) -> Callable[..., None]:
    """A service of both kinds of relations, for one of them."""

    def run(user: User, pk: int, **values: Any) -> None:
        service(user, kind, pk, **values)

    return run


def _at_desk(kind: str) -> dict[str, Action]:
    return {
        "approve": Action(
            _("Approve"), _of(kind, joining.approve), ApproveForm, done=_("Verified."), then=_to_list
        ),
        "refuse": Action(
            _("Refuse"),
            _of(kind, joining.refuse),
            ReasonForm,
            done=_("Refused. The person reads the reason on their own page."),
            tone="danger",
            then=_to_list,
        ),
        "end": Action(
            _("End"),
            _of(kind, joining.end),
            ReasonForm,
            submit=_("End from today"),
            done=_("Ended, from today."),
            tone="danger",
            home=_dwelling,
            template="register/relation.html",
        ),
    }


def _withdraw(kind: str) -> Action:
    return Action(
        _("Take the request back"),
        _of(kind, joining.withdraw),
        text=_("The committee does not answer it any more. You can ask again at any time."),
        done=_("Your request is taken back."),
        home=_me,
        template="register/relation.html",
    )


VOTER = Action(
    _("Votes for the dwelling"),
    joining.name_voter,
    done=_("Noted: this owner votes for the dwelling."),
    direct=True,
    home=_dwelling,
    ready=lambda title, user: not title.is_voter,
)
LEAVE = Action(
    _("I have moved out"),
    joining.leave,
    text=_(
        "From today you no longer take part as somebody who lives here. Only a new code or request brings you back."
    ),
    done=_("You have moved out here, from today."),
    home=_me,
    template="register/relation.html",
)
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
    ),
    "retire": Action(
        _("Retire"),
        dwellings.retire,
        RetireForm,
        submit=_("Retire the dwelling"),
        done=_("Retired. It can be brought back at any time."),
        tone="danger",
        home=_home,
        template="register/dwelling_act.html",
        shows=_ends,
    ),
    "bring_back": Action(
        _("Bring back"),
        dwellings.bring_back,
        ReasonForm,
        text=_("Titles and homes that ended with it hold again."),
        done=_("The dwelling is in the register again."),
        home=_home,
        template="register/dwelling_act.html",
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
    ),
    "turn_down": Action(
        _("Turn down"),
        imports.turn_down,
        ReasonForm,
        text=_("Nothing is changed. Whoever handed the roster in reads your reason."),
        done=_("Turned down. Nothing was changed."),
        tone="danger",
    ),
    "take_back": Action(
        _("Take back"),
        taking_back.take_back,
        text=_("Everything this import wrote is put back as it was before."),
        submit=_("Take the import back"),
        done=_("Taken back."),
        tone="danger",
        template="register/import_back.html",
        shows=lambda kept, user: {"plan": taking_back.plan(kept)},
        ready=lambda kept, user: kept.can_go_back,
    ),
}
# What the desk does, and what people do with their own.
AT_DESK = {"residency": _at_desk("residency"), "ownership": {"name_voter": VOTER} | _at_desk("ownership")}
OWN = {
    "residency": {"withdraw": _withdraw("residency"), "leave": LEAVE},
    "ownership": {"withdraw": _withdraw("ownership")},
}
APPOINTMENT = {
    "dismiss": Action(
        _("End today"),
        posts.dismiss,
        text=_("What the post allows ends at once. What was done in it stays done."),
        done=_("The post has ended."),
        tone="danger",
        template="register/appointment.html",
    ),
}

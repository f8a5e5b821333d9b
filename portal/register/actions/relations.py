"""What can be done to homes and titles: requests, their answers, their ends, and how these are taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, Home, WayBack
from portal.community.leaving import Leaving, hanging
from portal.community.models import Right, User
from portal.register.forms import (
    ApproveForm,
    EndForm,
    ReasonForm,
    VoterForm,
)
from portal.register.permissions import Tie
from portal.register.services import joining, undoing, voters


def _to_list(relation: Tie, result: object) -> str:
    return reverse("register:people", args=[relation.neighbourhood.slug])


def _dwelling(relation: Tie, user: User) -> Home:
    page = reverse("register:dwelling", args=[relation.neighbourhood.slug, relation.dwelling_id])
    return Home(str(relation.dwelling), page)


def _asked(relation: Tie, user: User) -> Home:
    """Who asks, and for which dwelling; for staff."""
    return Home(f"{relation.person.real_name} · {relation.dwelling}", relation.get_absolute_url())


def _me(relation: Tie, user: User) -> Home:
    return Home(_("My page"), reverse("register:me"))


def what_hangs(thing: Tie, user: User) -> dict[str, Any]:
    """What hangs on a home or a title that is about to end."""
    return {"hanging": hanging(Leaving(thing.person, thing, by=user))}


def _of(kind: str, service: Callable[..., None]) -> Callable[..., None]:
    """A service of both kinds of relations, for one of them."""

    def run(user: User, pk: int, **values: Any) -> None:
        service(user, kind, pk, **values)

    return run


def _at_desk(kind: str) -> dict[str, Action]:
    return {
        "approve": Action(
            _("Approve"),
            _of(kind, joining.approve),
            ApproveForm,
            done=_("Verified."),
            then=_to_list,
            effect=Effect.PUBLISHES,
            home=_asked,
            template="register/relation.html",
            text=_("From now on the person takes part here as somebody who lives here or owns, and is told."),
            way_back=WayBack("undo_approval"),
        ),
        "refuse": Action(
            _("Refuse"),
            _of(kind, joining.refuse),
            ReasonForm,
            done=_("Refused. The person reads the reason on their own page."),
            tone="danger",
            then=_to_list,
            home=_asked,
            effect=Effect.ENDS,
            text=_("The person is told, and reads your reason; nobody else does."),
            way_back=WayBack("undo_refusal"),
        ),
        "end": Action(
            _("End"),
            _of(kind, joining.end),
            EndForm,
            submit=_("End from this day"),
            done=_("Ended, from that day."),
            tone="danger",
            home=_dwelling,
            template="register/relation.html",
            shows=what_hangs,
            effect=Effect.ENDS,
            text=_(
                "From that day the person no longer takes part by it, and is told. Where it is the title of who votes, "
                "another owner of the dwelling votes, if there is one."
            ),
            way_back=WayBack("undo_end"),
        ),
    }


def _undoing(kind: str) -> dict[str, Action]:
    return {
        "undo_approval": Action(
            _("Take the approval back"),
            _of(kind, undoing.undo_approval),
            ReasonForm,
            submit=_("Take it back"),
            text=_(
                "For a request that was approved by mistake. It waits for an answer again, and what it replaced holds "
                "again; the person is told your reason. What the person did meanwhile stays, and so "
                "does a frozen roll: "
                "its lines are corrected on the page of the vote."
            ),
            done=_("Taken back. The request waits for an answer again."),
            tone="quiet",
            home=_dwelling,
            template="register/relation.html",
            effect=Effect.REPLACES,
            way_back=WayBack("approve"),
            until=undoing.answer_stands_from,
            ready=lambda relation, user: undoing.was_approved(relation),
        ),
        "undo_refusal": Action(
            _("Take the refusal back"),
            _of(kind, undoing.undo_refusal),
            ReasonForm,
            submit=_("Take it back"),
            text=_("The request waits for an answer again; the person is told your reason."),
            done=_("Taken back. The request waits for an answer again."),
            tone="quiet",
            home=_dwelling,
            template="register/relation.html",
            effect=Effect.REPLACES,
            way_back=WayBack("refuse"),
            until=undoing.answer_stands_from,
        ),
        "undo_end": Action(
            _("Take the end back"),
            _of(kind, undoing.undo_end),
            ReasonForm,
            submit=_("It holds on"),
            text=_("It holds on as if it had never ended. Who voted for the dwelling votes for it again."),
            done=_("Taken back: it holds on."),
            tone="quiet",
            home=_dwelling,
            template="register/relation.html",
            effect=Effect.REPLACES,
            way_back=WayBack("end"),
            until=undoing.ended_for_good_at,
            ready=lambda relation, user: undoing.can_undo_end(relation),
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
        effect=Effect.ENDS,
        way_back=_("You can ask again at any time."),
    )


VOTER = Action(
    _("Votes for the dwelling"),
    voters.name_voter,
    VoterForm,
    done=_("Noted: this owner votes for the dwelling."),
    home=_dwelling,
    template="register/relation.html",
    ready=lambda title, user: not title.is_voter and title.right == Right.OWNER,
    not_ready=_(
        "This owner votes already, or it is a tenant of public housing, who is not asked as an owner."
    ),
    effect=Effect.REPLACES,
    text=_(
        "This owner votes for the dwelling from now on, and the other owners no longer do. Rolls that "
        "are frozen stay as they are."
    ),
    way_back=WayBack("name_voter"),
)
LEAVE = Action(
    _("I have moved out"),
    joining.leave,
    text=_(
        "From today you no longer take part as somebody who lives here. Only a new invitation code or "
        "request brings you back."
    ),
    done=_("You have moved out here, from today."),
    home=_me,
    template="register/relation.html",
    shows=what_hangs,
    effect=Effect.ENDS,
    way_back=_("Asked for by mistake? Tell the committee: it can verify you again."),
)
# What the desk does, and what people do with their own.
AT_DESK = {
    "residency": _at_desk("residency") | _undoing("residency"),
    "ownership": {"name_voter": VOTER} | _at_desk("ownership") | _undoing("ownership"),
}
OWN = {
    "residency": {"withdraw": _withdraw("residency"), "leave": LEAVE},
    "ownership": {"withdraw": _withdraw("ownership")},
}

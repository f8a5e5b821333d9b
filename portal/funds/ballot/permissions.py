"""Who may put a round to the residents, strike a project from the ballot, and say which projects exclude each other."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.funds.models import Application, Call
from portal.funds.permissions import CLERKS, DIRECTOR, roles_towards, towards_application
from portal.funds.states import ApplicationState, CallState

CALL_NEEDS = {
    "call_vote": Need(
        CLERKS,
        frozenset({CallState.ON_NOTICE}),
        _("Residents are asked once the shortlist has stood on public notice."),
    ),
    "compute_again": Need(CLERKS, frozenset({CallState.VOTING})),
    "answer_annulment": Need(DIRECTOR, frozenset({CallState.DECIDED})),
}
PROJECT_NEEDS = {
    "exclude": Need(
        CLERKS,
        frozenset({ApplicationState.SHORTLISTED, ApplicationState.ON_NOTICE}),
        _("Which projects exclude each other is fixed once the vote is called."),
    ),
    "strike": Need(
        CLERKS,
        frozenset({ApplicationState.VOTING}),
        _("This project is on no ballot."),
    ),
}


def lock_call_of(pk: Any) -> object:
    """The lock of the round comes before that of its projects, everywhere."""
    return Call.objects.select_for_update(of=("self",)).filter(applications=pk).first()


CALLS = Door(Call, CALL_NEEDS, roles_towards, related=("fund__neighbourhood",), readable=lambda call: call)
PROJECTS = Door(
    Application,
    PROJECT_NEEDS,
    towards_application,
    related=("call__fund__neighbourhood", "call__vote", "lead"),
    lock_first=lock_call_of,
    # `distinct` and a lock do not go together: which there are is asked inside.
    objects=lambda user: Application.objects.filter(
        pk__in=Application.objects.visible_to(user).order_by().values("pk")
    ),
    readable=lambda application: application.call,
)

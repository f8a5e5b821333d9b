"""Taking a project from the ballot after all: it is void on every ballot and sheet, those cast and printed too."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, announce
from portal.actions.lifecycles import advance
from portal.community.models import User
from portal.funds.applying.selectors import writers
from portal.funds.applying.traces import trace
from portal.funds.ballot.events import STRUCK
from portal.funds.ballot.permissions import PROJECTS
from portal.funds.models import Application, Call
from portal.funds.states import ApplicationState
from portal.kit.errors import NotPossible
from portal.voting.models import Vote
from portal.voting.services import lots
from portal.voting.states import BEFORE_END


@transaction.atomic
def strike(user: User, application_pk: int, reason: str) -> Application:
    """Strike a project that should not be on the ballot, such as one that turns out not to be eligible.

    It is declined; whoever applied is told the reason, which stands on the ballot. Raises NotPossible once voting
    is over.
    """
    project = PROJECTS.take(user, application_pk, "strike")
    _require_open(project)
    advance(project, ApplicationState.DECLINED, reason=reason.strip())
    trace(project, "struck", by=user, why=reason)
    void(project, reason, by=user)
    announce(
        STRUCK, project, by=user, to=writers(project), data={"reason": reason.strip()}, reason=reason.strip()
    )
    return project


@transaction.atomic
def void(project: Application, reason: str, *, by: User | str = SYSTEM) -> None:
    """Make a project void on the ballot of its round, whose lock is held; nothing where it is on none, or void.

    Whoever withdraws or strikes a project calls it. What was ticked for it, also earlier and on paper, counts for
    nobody; the ballots stay valid.
    """
    if not project.option or project.call.vote_id is None:
        return
    vote = Vote.objects.locked(project.call.vote_id)
    if vote.phase not in BEFORE_END or project.option in vote.rule.get("withdrawn", []):
        return
    project.struck_why = reason.strip()[:200]
    project.save(update_fields=["struck_why"])
    lots.void(vote, project.option, project.struck_why, by=by)


@transaction.atomic
def void_withdrawn(call: Call) -> None:
    """Make void what its applicant withdrew meanwhile. Idempotent; the round's lock is held."""
    for project in call.applications.filter(state=ApplicationState.WITHDRAWN).exclude(option=""):
        void(project, project.reason or str(project.get_state_display()))


def _require_open(project: Application) -> None:
    vote = project.call.vote
    if vote is None or vote.phase not in BEFORE_END:
        raise NotPossible(_("Voting is over: what is on the ballot does not change any more."))

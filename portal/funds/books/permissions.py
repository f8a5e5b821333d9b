"""Who tells how far a project is, posts and closes its accounts, judges it, and adds a book up anew."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import NEIGHBOUR, Role
from portal.funds.models import Application, Fund, Grant, ProgressNote
from portal.funds.permissions import APPLICANT, CLERKS, OFFICE, roles_towards, towards_grant
from portal.funds.running.permissions import lock_grant_of
from portal.funds.states import GrantState

G = GrantState
# How far it is is told as long as something is being done, or is to be done once it goes on.
TELLING = frozenset({G.AGREED, G.RUNNING, G.SUSPENDED, G.COMPLETED})
# Its money is settled next.
TO_SETTLE = frozenset({G.ACCEPTED, G.TERMINATED})
ON_NOTICE = frozenset({G.POSTED})
WATCHERS = OFFICE | {Role.AUDITOR, Role.OVERSIGHT}


def _not_telling(grant: Grant) -> str:
    return _("This project is not under way: %(state)s.") % {"state": grant.get_state_display()}


def _not_to_settle(grant: Grant) -> str:
    if grant.state in {G.POSTED, G.CLOSED}:
        return _("The accounts of this project are posted already.")
    return _("Accounts are posted once the work was accepted, or the project was ended early.")


def _not_on_notice(grant: Grant) -> str:
    return _("The accounts of this project are not on notice: %(state)s.") % {
        "state": grant.get_state_display()
    }


GRANT_NEEDS = {
    "write_progress": Need(APPLICANT, TELLING, _not_telling),
    "post_accounts": Need(CLERKS, TO_SETTLE, _not_to_settle),
    "take_accounts_back": Need(CLERKS, ON_NOTICE, _not_on_notice),
    "close": Need(CLERKS, ON_NOTICE, _not_on_notice),
    "evaluate": Need(NEIGHBOUR, ON_NOTICE, _not_on_notice),
}
NOTE_NEEDS = {"take_down": Need(CLERKS), "put_back": Need(CLERKS)}
BOOK_NEEDS = {"verify": Need(WATCHERS)}


def _roles(user: Visitor, grant: Grant) -> frozenset[Role]:
    """Whoever applied does not judge their own project."""
    roles = towards_grant(user, grant)
    return roles - NEIGHBOUR if roles & APPLICANT else roles


def _of_note(user: Visitor, note: ProgressNote) -> frozenset[Role]:
    return towards_grant(user, note.grant)


def _project_of(grant: Grant) -> Application:
    return grant.application


RELATED = ("application__call__fund__neighbourhood", "application__call__fund__book", "application__lead")
NOTE_RELATED = tuple(f"grant__{name}" for name in RELATED)
GRANTS = Door(Grant, GRANT_NEEDS, _roles, related=RELATED, readable=_project_of)
NOTES = Door(
    ProgressNote,
    NOTE_NEEDS,
    _of_note,
    related=(*NOTE_RELATED, "by"),
    lock_first=lock_grant_of(ProgressNote),
    objects=lambda user: ProgressNote.objects.all(),
)
BOOKS = Door(Fund, BOOK_NEEDS, roles_towards, related=("neighbourhood", "book"), readable=lambda fund: fund)

"""Who writes an application, reads all of it, says yes to it and takes it back."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.doors import Door, Need
from portal.community.models import User, Visitor, inside_offices
from portal.community.permissions import NEIGHBOUR, Role
from portal.funds.models import Application, BudgetLine, Call, CoApplicant, PlannedActivity
from portal.funds.models.funds import KEEPERS
from portal.funds.permissions import APPLICANT, CLERKS, OFFICE, REVIEWER, roles_towards, towards_application
from portal.funds.states import APPLICATION, UNDECIDED, WRITABLE, ApplicationState, CallState

SCRIBE = frozenset({Role.SCRIBE})
WRITERS = APPLICANT | SCRIBE
ASKED = frozenset({Role.PERSON})
# Who reads quotes, the payee, the ties declared, and what was done to it.
READERS = WRITERS | OFFICE | REVIEWER | {Role.AUDITOR}
OPEN = frozenset({CallState.OPEN})
_PLACE_OF_ROW = "application__call__fund__neighbourhood"


def _closed(call: Call) -> str:
    return _("This round takes no applications: %(state)s.") % {"state": call.get_state_display()}


def _not_writable(thing: Application | BudgetLine | PlannedActivity | CoApplicant) -> str:
    if thing.state == ApplicationState.WITHDRAWN:
        return _("This application was withdrawn.")
    return _(
        "This application is handed in. Nothing in it is changed any more, unless the office gives it back to be "
        "completed."
    )


CALL_NEEDS = {
    "apply": Need(NEIGHBOUR | {Role.BUILDING_HEAD}, OPEN, _closed),
    "take_in": Need(CLERKS, OPEN, _closed),
}
APPLICATION_NEEDS = {
    "write": Need(WRITERS, WRITABLE, _not_writable),
    "hand_in": Need(WRITERS, WRITABLE, _not_writable),
    "add_activity": Need(WRITERS, WRITABLE, _not_writable),
    "add_line": Need(WRITERS, WRITABLE, _not_writable),
    "ask_neighbour": Need(WRITERS, WRITABLE, _not_writable),
    "withdraw": Need(WRITERS, UNDECIDED),
    "papers": Need(READERS),
}
ROW_NEEDS = {
    "change": Need(WRITERS, WRITABLE, _not_writable),
    "remove": Need(WRITERS, WRITABLE, _not_writable),
}
CO_NEEDS = {
    "agree": Need(ASKED, WRITABLE, _not_writable),
    "decline": Need(ASKED, WRITABLE, _not_writable),
    "sign_paper": Need(CLERKS, WRITABLE, _not_writable),
    "take_back": Need(WRITERS, WRITABLE, _not_writable),
}


def roles_here(user: Visitor, application: Application) -> frozenset[Role]:
    """As towards every application; the desk writes what it took in on paper."""
    roles = towards_application(user, application)
    if application.entered_by_id is not None and roles & CLERKS:
        roles |= SCRIBE
    return roles


def _of_row(user: Visitor, row: BudgetLine | PlannedActivity) -> frozenset[Role]:
    return roles_here(user, row.application)


def _of_co_applicant(user: Visitor, asked: CoApplicant) -> frozenset[Role]:
    """Whoever is asked says yes or no alone; the desk enters the signature of somebody without an account."""
    roles = roles_here(user, asked.application)
    if getattr(user, "person_id", None) == asked.person_id:
        return roles | ASKED
    if User.objects.filter(person=asked.person_id, is_active=True).exists():
        roles -= CLERKS
    return roles


def _lock_application(model: Any) -> Any:
    """The lock of an application, taken before that of one of its rows."""

    def lock(pk: int) -> object:
        found = model.objects.filter(pk=pk).values("application")
        return Application.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=found).first()

    return lock


def _seen(user: Visitor) -> QuerySet[Application]:
    """What somebody may know of; `distinct` and a lock do not go together, so it is asked inside."""
    known = Application.objects.visible_to(user).order_by()
    return Application.objects.filter(pk__in=known.values("pk"))


RELATED = ("call__fund__neighbourhood", "lead", "entered_by")


def _known_asked(user: Visitor) -> QuerySet[CoApplicant]:
    """Those of the applications one may know of; at the desk also who has to sign there, in drafts it does not read."""
    has_account = User.objects.filter(person=OuterRef("person"), is_active=True)
    signs = Q(agreed_at=None) & ~Exists(has_account) & inside_offices(user, KEEPERS, _PLACE_OF_ROW)
    return CoApplicant.objects.filter(Q(application__in=_seen(user)) | signs)


ROW = tuple(f"application__{name}" for name in RELATED)
CALLS = Door(Call, CALL_NEEDS, roles_towards, related=("fund__neighbourhood",), readable=lambda call: call)
APPLICATIONS = Door(
    Application,
    APPLICATION_NEEDS,
    roles_here,
    related=RELATED,
    objects=_seen,
)
LINES = Door(
    BudgetLine,
    ROW_NEEDS,
    _of_row,
    related=(*ROW, "cost_class"),
    lock_first=_lock_application(BudgetLine),
    objects=lambda user: BudgetLine.objects.filter(application__in=_seen(user)),
    life=APPLICATION,
)
ACTIVITIES = Door(
    PlannedActivity,
    ROW_NEEDS,
    _of_row,
    related=ROW,
    lock_first=_lock_application(PlannedActivity),
    objects=lambda user: PlannedActivity.objects.filter(application__in=_seen(user)),
    life=APPLICATION,
)
CO_APPLICANTS = Door(
    CoApplicant,
    CO_NEEDS,
    _of_co_applicant,
    related=(*ROW, "person"),
    lock_first=_lock_application(CoApplicant),
    objects=_known_asked,
    life=APPLICATION,
)

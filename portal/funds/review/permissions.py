"""Who checks, scores, chooses, objects and answers: the tables of the review and their doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import NEIGHBOUR, STAFF, Role, roles_in
from portal.funds.models import Application, Call, Objection, Reviewer
from portal.funds.permissions import (
    APPLICANT,
    OFFICE,
    REVIEWER,
    concerned,
    roles_towards,
    towards_application,
)
from portal.funds.states import ApplicationState, CallState, ObjectionState

A, C = ApplicationState, CallState
OWN = frozenset({Role.PERSON})
ANSWERABLE = frozenset({ObjectionState.RAISED, ObjectionState.REJECTED})
_NAMING = _("Reviewers are named while applications are taken and reviewed.")
_REVIEWING = _("This round is not under review.")
_CHECKED = _("This application is not waiting for this check.")

CALL_NEEDS = {
    "begin_review": Need(OFFICE, frozenset({C.OPEN}), _("The review of this round has begun already.")),
    "name_reviewer": Need(OFFICE, frozenset({C.OPEN, C.REVIEWING}), _NAMING),
    "hand_to_reviewers": Need(OFFICE, frozenset({C.REVIEWING}), _REVIEWING),
    "shortlist": Need(OFFICE, frozenset({C.REVIEWING}), _REVIEWING),
    "post_notice": Need(OFFICE, frozenset({C.REVIEWING}), _REVIEWING),
    "decide": Need(OFFICE, frozenset({C.ON_NOTICE}), _("This round does not stand on public notice.")),
    # What is only read: how far the review is, and the ranking before it is public.
    "follow": Need(OFFICE | REVIEWER),
}
APPLICATION_NEEDS = {
    "judge_eligible": Need(OFFICE, frozenset({A.SUBMITTED}), _CHECKED),
    "give_back": Need(OFFICE, frozenset({A.SUBMITTED}), _CHECKED),
    "judge_ineligible": Need(OFFICE, frozenset({A.SUBMITTED, A.RETURNED, A.ELIGIBLE}), _CHECKED),
    "confirm_need": Need(OFFICE, frozenset({A.ELIGIBLE}), _CHECKED),
    "take_back": Need(OFFICE, frozenset({A.RETURNED, A.INELIGIBLE, A.ELIGIBLE, A.NEED_CHECKED})),
    "score": Need(REVIEWER, frozenset({A.REVIEWING}), _("This application is not under review.")),
    "object": Need(
        NEIGHBOUR | APPLICANT,
        frozenset({A.ON_NOTICE, A.DECLINED}),
        _("This project does not stand on public notice."),
    ),
}
REVIEWER_NEEDS = {
    "declare": Need(OWN),
    "declare_tie": Need(OWN | OFFICE),
    "end_reviewer": Need(OWN | OFFICE),
}
OBJECTION_NEEDS = {
    "answer": Need(OFFICE, ANSWERABLE),
    "withdraw_objection": Need(OWN, frozenset({ObjectionState.RAISED})),
}


def towards_call(user: Visitor, call: Call) -> frozenset[Role]:
    """As towards every call; who applies or has a tie in the round is not the office in its review."""
    roles = roles_towards(user, call)
    return roles - STAFF if roles & STAFF and concerned(user, call) else roles


def _towards_reviewer(user: Visitor, reviewer: Reviewer) -> frozenset[Role]:
    """Whoever it is, told from the office: nobody declares what ties another reviewer has but the office."""
    roles = towards_call(user, reviewer.call)
    if getattr(user, "person_id", None) == reviewer.person_id:
        return roles | OWN if reviewer.ended_at is None else roles - STAFF
    return roles


def _towards_objection(user: Visitor, objection: Objection) -> frozenset[Role]:
    """Whoever raised it, and the office where it is not their own project or objection."""
    roles = towards_application(user, objection.application)
    if user.is_authenticated and user.pk == objection.by_id:
        return (roles_in(user, objection.neighbourhood) | OWN) - STAFF
    return roles


def _lock(**name: str) -> Any:
    """The lock of the round comes before that of all in it, everywhere."""
    (field,) = name.values()

    def lock(pk: Any) -> object:
        return Call.objects.select_for_update(of=("self",)).filter(**{field: pk}).first()

    return lock


RELATED = ("call__fund__neighbourhood", "lead")
CALLS = Door(
    Call,
    CALL_NEEDS,
    towards_call,
    related=("fund__neighbourhood",),
    readable=lambda call: call,
)
# `distinct` and a lock do not go together: which there are is asked inside.
APPLICATIONS = Door(
    Application,
    APPLICATION_NEEDS,
    towards_application,
    related=RELATED,
    lock_first=_lock(of="applications"),
    objects=lambda user: Application.objects.filter(
        pk__in=Application.objects.visible_to(user).order_by().values("pk")
    ),
    readable=lambda application: application,
)
REVIEWERS = Door(
    Reviewer,
    REVIEWER_NEEDS,
    _towards_reviewer,
    related=("call__fund__neighbourhood", "person"),
    lock_first=_lock(of="reviewers"),
)
OBJECTIONS = Door(
    Objection,
    OBJECTION_NEEDS,
    _towards_objection,
    related=("application__call__fund__neighbourhood", "application__lead", "by"),
    lock_first=_lock(of="applications__objections"),
    readable=lambda objection: objection.application,
)

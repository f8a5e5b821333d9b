"""Who may put a round to the residents, say what excludes each other, strike; in which states. Written by hand."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from portal.community.permissions import Role
from portal.funds.ballot.permissions import CALLS, PROJECTS
from portal.funds.models import Application, Call
from portal.funds.states import ApplicationState as A
from portal.funds.states import CallState as C
from portal.kit import clock
from portal.kit.errors import NotPossible
from tests.factories import make_visitor
from tests.funds.factories_ballot import CALLED_AT, make_round

pytestmark = pytest.mark.django_db
MAY = {Role.WORKER, Role.DIRECTOR}
ASKED = (
    Role.VISITOR,
    Role.RESIDENT,
    Role.OWNER,
    Role.DELEGATE,
    Role.WORKER,
    Role.DIRECTOR,
    Role.OFFICER,
    Role.AUDITOR,
    Role.PROPERTY,
)
CALL_TABLE = {"call_vote": {C.ON_NOTICE}, "compute_again": {C.VOTING}, "answer_annulment": {C.DECIDED}}
ALONE = {"answer_annulment": {Role.DIRECTOR}}
PROJECT_TABLE = {"exclude": {A.SHORTLISTED, A.ON_NOTICE}, "strike": {A.VOTING}}


def test_every_role_and_state_against_the_table() -> None:
    made = make_round()
    visitors = {role: make_visitor(role, made.funding.here) for role in ASKED}
    wrong: list[tuple[object, ...]] = []
    with clock.at(CALLED_AT):
        for role, user in visitors.items():
            for verb, states in CALL_TABLE.items():
                for state in C:
                    call = Call(pk=made.call.pk, fund=made.call.fund, state=state)
                    if CALLS.may(user, verb, call) != (role in ALONE.get(verb, MAY) and state in states):
                        wrong.append((role, verb, state))
            for verb, fitting in PROJECT_TABLE.items():
                for at in A:
                    project = Application(call=made.call, lead=made.projects[0].lead, state=at)
                    project.pk = made.projects[0].pk
                    if PROJECTS.may(user, verb, project) != (role in MAY and at in fitting):
                        wrong.append((role, verb, at))

    assert wrong == []


def test_who_may_not_is_refused_before_it_is_said_that_it_has_moved_on() -> None:
    made = make_round()
    Call.objects.filter(pk=made.call.pk).update(state=C.DECIDED)

    with pytest.raises(PermissionDenied):
        CALLS.take(made.funding.resident, made.call.pk, "call_vote")
    with pytest.raises(NotPossible):
        CALLS.take(made.funding.director, made.call.pk, "call_vote")

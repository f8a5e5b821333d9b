"""The tables of the books a second time, by hand, tried through every door in every state."""

from __future__ import annotations

import pytest

from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.funds.books.permissions import BOOKS, GRANTS, NOTES
from portal.funds.models import Grant, ProgressNote
from portal.funds.states import GrantState
from tests.factories import make_visitor
from tests.funds.factories_books import Project, make_project
from tests.funds.test_permissions_calls import NAMES

pytestmark = pytest.mark.django_db
G = GrantState
COMMITTEE = {"worker", "director"}
TELLING = {G.AGREED, G.RUNNING, G.SUSPENDED, G.COMPLETED}
GRANT = {
    "write_progress": ({"lead"}, TELLING),
    "post_accounts": (COMMITTEE, {G.ACCEPTED, G.TERMINATED}),
    "take_accounts_back": (COMMITTEE, {G.POSTED}),
    "close": (COMMITTEE, {G.POSTED}),
    "evaluate": ({"resident", "owner"}, {G.POSTED}),
}
NOTE = {
    "take_down": COMMITTEE,
    "put_back": COMMITTEE,
}
BOOK = {"verify": {*COMMITTEE, "officer", "auditor", "oversight"}}


def people(project: Project) -> dict[str, Visitor]:
    funding = project.funding
    named: dict[str, Visitor] = {"worker": funding.worker, "director": funding.director, "lead": project.lead}
    return named | {name: make_visitor(Role(name), funding.here) for name in NAMES if name not in named}


def test_who_may_do_what_with_the_books_of_a_project_in_which_state() -> None:
    project = make_project()
    who = people(project)
    assert set(GRANTS.needs) == set(GRANT)
    grant = Grant.objects.get(pk=project.grant.pk)

    wrong = []
    for state in GrantState:
        grant.state = state
        wrong += [
            (state, name, action)
            for name, user in who.items()
            for action, (may, states) in GRANT.items()
            if GRANTS.may(user, action, grant) != (name in may and state in states)
        ]

    assert wrong == []


def test_who_may_do_what_with_a_note_and_a_book() -> None:
    project = make_project()
    note = ProgressNote.objects.create(grant=project.grant, text="木板到了", by=project.lead)
    who = people(project)

    notes = {
        action: {name for name, user in who.items() if NOTES.entitled(user, action, note)}
        for action in NOTES.needs
    }
    books = {
        action: {name for name, user in who.items() if BOOKS.entitled(user, action, project.fund)}
        for action in BOOKS.needs
    }

    assert (notes, books) == (NOTE, BOOK)

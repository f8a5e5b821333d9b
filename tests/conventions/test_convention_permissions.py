"""Who may do what to a text, in which state: the tables against a second one, written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from portal.community.models import Visitor
from portal.community.permissions import Role
from portal.conventions.actions import ACTIONS, EDITION_ACTIONS, PAGE_ACTIONS, SUGGESTION_ACTIONS
from portal.conventions.forms import FoundForm
from portal.conventions.models import AgreementKind, ConventionRound
from portal.conventions.permissions import (
    EDITION_NEEDS,
    NEEDS,
    PAGE_NEEDS,
    PLACE,
    ROUNDS,
    SUGGESTION_NEEDS,
    SUGGESTIONS,
)
from portal.conventions.states import State, SuggestionState
from portal.kit import clock
from tests import factories
from tests.conventions import factories as f

pytestmark = pytest.mark.django_db

# action: roles: states
ALLOWED = """
put_to_comment: responsible: drafting answering
suggest: resident owner: commenting
enter_paper: responsible: commenting
close_comments: responsible: commenting
hand_in: responsible: answering
withdraw_check: responsible: checking tabled
check: officer: checking
call_vote: responsible: tabled
collect_signatures: responsible: answering
stop_signing: responsible: signing
adopt_signed: responsible: signing
file: responsible: adopted
withdraw: responsible: drafting commenting answering checking tabled signing
"""
OF_SUGGESTIONS = """
support: resident owner: open
answer: responsible: open adopted partly declined
take_back: proposer: open
"""
# Who leads a text on, by its kind.
LEADS = {
    "convention": {"worker", "director"},
    "charter": {"worker", "director"},
    "building": {"worker", "director", "building_head"},
    "covenant": {"worker", "director", "owners_committee"},
}
OF_A_PLACE = list(Role)[:16]


def rows(table: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """A table as the code writes it."""
    split = (line.split(":") for line in table.strip().splitlines())
    return {
        name.strip(): (frozenset(roles.split()), frozenset(states.split())) for name, roles, states in split
    }


def test_the_tables_are_the_second_tables() -> None:
    for needs, table in ((NEEDS, ALLOWED), (SUGGESTION_NEEDS, OF_SUGGESTIONS)):
        assert {
            action: (frozenset(map(str, need.roles)), frozenset(map(str, need.states or ())))
            for action, need in needs.items()
        } == rows(table)
    for needs in (PAGE_NEEDS, EDITION_NEEDS):
        assert {tuple(need.roles) for need in needs.values()} == {(Role.RESPONSIBLE,)}


def test_every_action_has_its_page_or_its_own_form() -> None:
    assert set(ACTIONS) == set(NEEDS) - {"suggest", "enter_paper"}
    assert set(SUGGESTION_ACTIONS) == set(SUGGESTION_NEEDS)
    assert set(PAGE_ACTIONS) <= set(PAGE_NEEDS)
    assert set(EDITION_ACTIONS) <= set(EDITION_NEEDS)


@pytest.mark.parametrize("kind", ["convention", "building", "covenant"])
def test_each_role_may_what_the_table_says_in_each_state(kind: str) -> None:
    world = f.make_world(kind)
    round_ = ConventionRound.objects.select_related("page__area").get(pk=world.round.pk)
    wrong = []
    for role in OF_A_PLACE:
        user = visitor(role, world, kind)
        for state in State:
            round_.state = state
            found = {action for action in NEEDS if ROUNDS.may(user, action, round_)}
            if found != expected(role, kind, state):
                wrong.append((role, state, found ^ expected(role, kind, state)))

    assert wrong == []


def test_a_role_of_another_neighbourhood_counts_for_nothing() -> None:
    world = f.make_world()
    elsewhere = factories.make_neighbourhood()
    round_ = ConventionRound.objects.select_related("page__area").get(pk=world.round.pk)

    for role in OF_A_PLACE:
        user = factories.make_visitor(role, elsewhere)
        for state in State:
            round_.state = state
            assert [action for action in NEEDS if ROUNDS.may(user, action, round_)] == []


def test_a_suggestion_is_taken_back_by_its_author_alone() -> None:
    world = f.commenting()
    with clock.at(f.BEGIN):
        made = world.suggest(world.tang)

    may = {user: SUGGESTIONS.allowed(user, made) for user in (world.tang, world.wu, world.worker)}
    assert may == {world.tang: ["support", "take_back"], world.wu: ["support"], world.worker: ["answer"]}
    made.state = SuggestionState.WITHDRAWN
    assert [SUGGESTIONS.allowed(user, made) for user in (world.tang, world.wu, world.worker)] == [[], [], []]


def test_who_may_begin_a_text() -> None:
    here = factories.make_neighbourhood()
    may = {role for role in OF_A_PLACE if PLACE.may(factories.make_visitor(role, here), "found", here)}

    assert may == {Role.WORKER, Role.DIRECTOR, Role.BUILDING_HEAD, Role.OWNERS_COMMITTEE}


def visitor(role: Role, world: f.World, kind: str) -> Visitor:
    """Somebody with a role in the very place that agrees."""
    return factories.make_visitor(role, world.page.area)


def expected(role: Role, kind: str, state: State) -> set[str]:
    """What the second table says."""
    own = {role.value} | ({"responsible"} if role.value in LEADS[kind] else set())
    return {name for name, (roles, states) in rows(ALLOWED).items() if own & roles and state in states}


def test_who_begins_a_text_is_offered_the_places_and_kinds_that_are_theirs() -> None:
    world = f.make_world()
    other = factories.make_building(parent=world.estate)
    offered = {}
    for user in (world.worker, world.head, world.owners_committee):
        fields: dict[str, Any] = FoundForm(here=world.here, user=user).fields
        offered[user] = ([value for value, _label in fields["kind"].choices], set(fields["area"].queryset))
    kinds, places = offered[world.worker]
    assert kinds == list(AgreementKind)
    assert {world.here, world.estate, world.building, other} <= places
    assert offered[world.head] == (["building"], {world.building})
    assert offered[world.owners_committee] == (["covenant"], {world.estate})

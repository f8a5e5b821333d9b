"""The tables of permissions.py a second time, written by hand, and tried through every door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.community.models import Appointment, Area, Ownership, Post, RelationStatus, Residency
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register import actions
from portal.register.models import Import, PersonChange, What
from portal.register.permissions import (
    APPOINTMENTS,
    CHANGE_NEEDS,
    CHANGES,
    DESK,
    DWELLING_NEEDS,
    DWELLINGS,
    IMPORT_NEEDS,
    IMPORTS,
    NEEDS,
    OWNERSHIP_NEEDS,
    PEOPLE,
    PERSON_NEEDS,
    RELATIONS,
    RESIDENCY_NEEDS,
    posts_to_give,
)
from portal.register.services import joining, posts
from portal.register.states import LIFE, DwellingState, ImportState, PostState, State
from tests import factories
from tests.worlds import kept

pytestmark = pytest.mark.django_db

# Who may do what at the desk, a second time and by hand.
AT_DESK = {
    "people": {"worker", "director"},
    "look": {"worker", "director"},
    "person": {"worker", "director"},
    "read_looks": {"auditor", "director"},
    "letters": {"worker", "director"},
    "roster": {"worker", "director"},
    "see_posts": {"worker", "director", "officer"},
    "appoint": {"director", "officer"},
    "contact": {"worker", "director", "operator"},
}
GIVES = {
    "director": ["worker", "owners_committee", "property", "building_head", "delegate"],
    "officer": ["director", "worker", "party", "oversight"],
    "operator": ["director", "officer", "auditor", "editor", "operator"],
}
EVERYBODY = [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]
COMMITTEE = {"worker", "director"}
# kind, action, state, who may: roles here, and "own" for the person themselves
RELATION_TABLE = [
    (kind, action, state, roles if state == fits else set())
    for kind in ("residency", "ownership")
    for action, fits, roles in [
        ("approve", "requested", COMMITTEE),
        ("refuse", "requested", COMMITTEE),
        ("undo_approval", "verified", COMMITTEE),
        ("undo_refusal", "refused", COMMITTEE),
        ("undo_end", "ended", COMMITTEE),
        ("withdraw", "requested", {"own"}),
        ("end", "verified", COMMITTEE),
        ("leave", "verified", {"own"}),
        ("name_voter", "verified", COMMITTEE),
    ]
    if (kind, action) not in {("residency", "name_voter"), ("ownership", "leave")}
    for state in ("requested", "verified", "refused", "ended")
]
# What is done from the page of a person, in which states of the record; by the committee alone.
PERSON_TABLE = {
    "correct_name": {"living", "dead"},
    "correct_phone": {"living"},
    "release_phone": {"living"},
    "represent": {"living"},
    "mark_deceased": {"living"},
    "pass_on": {"dead"},
    "unite": {"living", "dead"},
}


@pytest.mark.parametrize("role", EVERYBODY)
def test_desk_is_open_to_exactly_these(role: Role) -> None:
    here, elsewhere = factories.make_neighbourhood(), factories.make_neighbourhood()
    visitor = factories.make_visitor(role, here)

    allowed = {action for action in NEEDS if DESK.may(visitor, action, here)}

    assert allowed == {action for action, roles in AT_DESK.items() if role.value in roles}
    assert [action for action in NEEDS if DESK.may(visitor, action, elsewhere)] == []


# Dwellings and imports: action, state in which it is possible.
DWELLING_TABLE = {"correct": "in_use", "retire": "in_use", "bring_back": "retired"}
IMPORT_TABLE = {"confirm": "waiting", "turn_down": "waiting", "take_back": "done"}


@pytest.mark.parametrize("role", EVERYBODY)
def test_dwellings_and_imports_are_changed_by_exactly_these(role: Role) -> None:
    here = factories.make_neighbourhood()
    home, roster = factories.make_dwelling(within=here), Import.objects.create(neighbourhood=here)
    visitor = factories.make_visitor(role, here)
    stranger = factories.make_visitor(role, factories.make_neighbourhood())

    for state in DwellingState:
        home.retired_on = clock.today() if state == DwellingState.RETIRED else None
        fits = {action for action, at in DWELLING_TABLE.items() if at == state}
        may = {action for action in DWELLING_NEEDS if DWELLINGS.may(visitor, action, home)}
        assert may == (fits if role.value in COMMITTEE else set()), state
        assert not any(DWELLINGS.may(stranger, action, home) for action in DWELLING_NEEDS)
    for at in ImportState:
        roster.state = at
        fits = {action for action, state in IMPORT_TABLE.items() if state == at}
        may = {action for action in IMPORT_NEEDS if IMPORTS.may(visitor, action, roster)}
        assert may == (fits if role.value in COMMITTEE else set()), at
        assert not any(IMPORTS.may(stranger, action, roster) for action in IMPORT_NEEDS)


@pytest.mark.parametrize("role", EVERYBODY)
def test_posts_are_given_and_ended_by_exactly_these(role: Role) -> None:
    here = factories.make_neighbourhood()
    visitor = factories.make_visitor(role, here)
    held = {post: factories.make_appointment(factories.make_person(), post, here) for post in Post}

    assert [post.value for post in posts_to_give(visitor, here)] == GIVES.get(role.value, [])
    ended = [post.value for post in Post if APPOINTMENTS.may(visitor, "dismiss", held[post])]
    assert ended == GIVES.get(role.value, [])


@kept
def relation(kind: str, state: str, here: Area, person: Any) -> Residency | Ownership:
    """A relation in a state, of somebody."""
    model = {"residency": Residency, "ownership": Ownership}[kind]
    status = RelationStatus.VERIFIED if state == "ended" else RelationStatus(state)
    since = clock.today() - timedelta(days=9)
    return model.objects.create(
        person=person,
        dwelling=factories.make_dwelling(within=here),
        status=status,
        since=since,
        until=clock.today() if state == "ended" else None,
    )


@pytest.mark.parametrize("state", ["living", "dead", "united"])
def test_people_are_changed_by_exactly_these(state: str) -> None:
    here = factories.make_neighbourhood()
    person = factories.make_person()
    factories.make_residency(person, factories.make_dwelling(within=here))
    facts = {"dead": {"died_on": clock.today()}, "united": {"united_into": factories.make_person()}}
    for name, value in facts.get(state, {}).items():
        setattr(person, name, value)
    person.save()
    visitors = {role.value: factories.make_visitor(role, here) for role in EVERYBODY}

    allowed = {
        (who, action)
        for who, visitor in visitors.items()
        for action in PERSON_NEEDS
        if PEOPLE.may(visitor, action, PEOPLE.get(visitor, person.pk))
    }

    assert allowed == {
        (who, action) for who in COMMITTEE for action, fits in PERSON_TABLE.items() if state in fits
    }
    assert set(actions.PERSON) == set(PERSON_NEEDS) == set(PERSON_TABLE)
    assert set(actions.CHANGE) == set(CHANGE_NEEDS) == {"take_back"}


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_change_is_taken_back_by_the_committee_of_its_place(role: Role) -> None:
    here, elsewhere = factories.make_neighbourhood(), factories.make_neighbourhood()
    person = factories.make_person()
    change = PersonChange.objects.create(person=person, neighbourhood=here, what=What.NAME)
    gone = PersonChange.objects.create(
        person=person, neighbourhood=here, what=What.NAME, undone_at=clock.now()
    )
    visitor, stranger = factories.make_visitor(role, here), factories.make_visitor(role, elsewhere)

    allowed = [
        CHANGES.may(who, "take_back", thing) for who in (visitor, stranger) for thing in (change, gone)
    ]

    assert allowed == [role.value in COMMITTEE, False, False, False]


def test_the_table_names_every_action() -> None:
    for kind, needs in (("residency", RESIDENCY_NEEDS), ("ownership", OWNERSHIP_NEEDS)):
        assert {action for of, action, _state, _roles in RELATION_TABLE if of == kind} == set(needs)
        assert set(actions.AT_DESK[kind] | actions.OWN[kind]) == set(needs)
    assert set(LIFE.next) == set(State)


@pytest.mark.parametrize(("kind", "action", "state", "roles"), RELATION_TABLE)
def test_relations_are_changed_by_exactly_these(kind: str, action: str, state: str, roles: set[str]) -> None:
    here = factories.make_neighbourhood()
    own = factories.make_user()
    thing = relation(kind, state, here, own.person)
    visitors = {role.value: factories.make_visitor(role, here) for role in EVERYBODY} | {"own": own}

    assert {name for name, who in visitors.items() if RELATIONS[kind].may(who, action, thing)} == roles


@pytest.mark.parametrize("action", ["approve", "refuse", "end"])
def test_a_neighbour_is_told_nothing_of_a_relation_and_the_desk_that_it_has_moved_on(
    client: Client, action: str
) -> None:
    here = factories.make_neighbourhood()
    thing = relation("residency", "refused", here, factories.make_person())
    path = f"/residencies/{thing.pk}/{action}/"

    client.force_login(factories.make_resident(within=here))
    assert client.get(path).status_code == 404
    client.force_login(factories.make_user(post=Post.WORKER, neighbourhood=here))
    page = client.get(path)
    desk = f"/n/{here.slug}/people"
    back = {"end": f"{desk}/dwellings/{thing.dwelling_id}/"}.get(
        action, f"{desk}/requests/residency/{thing.pk}/"
    )
    assert (page.status_code, f'href="{back}"' in page.content.decode()) == (409, True)


def test_what_was_decided_in_between_leads_back_to_ones_own_page(client: Client) -> None:
    user = factories.make_user()
    thing = relation("ownership", "verified", factories.make_neighbourhood(), user.person)
    client.force_login(user)

    page = client.get(f"/ownerships/{thing.pk}/withdraw/")

    assert (page.status_code, 'href="/me/"' in page.content.decode()) == (409, True)


def test_what_ends_is_asked_first(client: Client) -> None:
    here = factories.make_neighbourhood()
    client.force_login(factories.make_user(post=Post.DIRECTOR, neighbourhood=here))
    held = factories.make_appointment(factories.make_person(), Post.PROPERTY, here, title="物业")

    listed = client.get(f"/n/{here.slug}/people/posts/").content.decode()
    path = f"/appointments/{held.pk}/dismiss/"
    assert (f'href="{path}"' in listed, f'action="{path}"' in listed) == (True, False)
    assert "物业" in client.get(path).content.decode()
    assert Appointment.objects.get(pk=held.pk).until is None
    assert client.post(path)["Location"] == f"/n/{here.slug}/people/posts/"
    assert Appointment.objects.get(pk=held.pk).state == PostState.ENDED


def test_a_post_that_has_not_begun_can_be_ended() -> None:
    here = factories.make_neighbourhood()
    boss = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    begins = clock.today() + timedelta(days=5)
    term = posts.Term(Post.PROPERTY, here, "物业", begins)
    held = posts.appoint(boss, factories.make_person(), term)

    posts.dismiss(boss, held.pk)

    assert Appointment.objects.on(begins).filter(pk=held.pk).count() == 0
    with pytest.raises(NotPossible):
        posts.dismiss(boss, held.pk)


def test_a_post_above_the_neighbourhood_is_nobodys_to_end() -> None:
    held = factories.make_appointment(factories.make_person(), Post.OFFICER, factories.make_subdistrict())
    boss = factories.make_user(post=Post.DIRECTOR, neighbourhood=factories.make_neighbourhood())

    with pytest.raises((NotPossible, PermissionDenied)):
        posts.dismiss(boss, held.pk)


def test_what_is_gone_cannot_be_approved() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)

    with pytest.raises(NotPossible):
        joining.approve(worker, "residency", 999999)

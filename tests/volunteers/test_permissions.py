"""The tables of permissions.py a second time, written by hand, and tried through every door in every state."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.actions.actions import Action
from portal.actions.doors import Door
from portal.community.models import User, Visitor
from portal.community.permissions import Role
from portal.kit import clock
from portal.volunteers import actions, states
from portal.volunteers.models import Certificate, Shift, Signup, TeamRole
from portal.volunteers.permissions import (
    ACTIVITIES,
    CERTIFICATES,
    MEMBERSHIPS,
    PLACES,
    RECORDS,
    SHIFTS,
    SIGNUPS,
    TEAMS,
)
from portal.volunteers.states import HourState, SignupState
from tests.factories import make_account, make_neighbourhood, make_person, make_visitor, person_of
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_crew,
    make_membership,
    make_record,
    make_shift,
    make_signup,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db

ROLES = [
    "visitor",
    "account",
    "resident",
    "owner",
    "building_head",
    "property",
    "owners_committee",
    "worker",
    "director",
    "party",
    "oversight",
    "officer",
    "auditor",
    "editor",
]
NEIGHBOUR, COMMITTEE = {"resident", "owner"}, {"worker", "director"}
LEADS, KEEPS = {"leader"} | COMMITTEE, {"leader", "recorder"} | COMMITTEE
COMES = NEIGHBOUR | {"leader", "recorder", "member"}
ALWAYS = {""}

# thing → action → who may, in which states
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "place": {
        "found_team": (COMMITTEE, ALWAYS),
        "certificates": (COMMITTEE, ALWAYS),
        "export": (COMMITTEE | {"officer", "auditor"}, ALWAYS),
        "dispute": (NEIGHBOUR, ALWAYS),
    },
    "team": {
        "edit": (LEADS, {"active"}),
        "close": (COMMITTEE, {"active"}),
        "members": (LEADS, {"active", "closed"}),
        "add_member": (LEADS, {"active"}),
        "search_register": (COMMITTEE, {"active"}),
        "join": (NEIGHBOUR, {"active"}),
        "leave": (COMES, {"active"}),
        "write": (LEADS, {"active"}),
        "keep_hours": (KEEPS, {"active", "closed"}),
        "export": (KEEPS | {"officer", "auditor"}, {"active", "closed"}),
    },
    "membership": {"set_role": (LEADS, {"in"}), "take_out": (LEADS, {"in"})},
    "activity": {
        "edit": (LEADS, {"draft", "submitted", "posted"}),
        "add_shifts": (LEADS, {"draft", "submitted", "posted"}),
        "submit": (LEADS, {"draft"}),
        "approve": (COMMITTEE, {"submitted"}),
        "send_back": (COMMITTEE, {"submitted"}),
        "call_off": (LEADS, {"draft", "submitted", "posted"}),
        "reinstate": (LEADS, {"cancelled", "posted"}),
    },
    "shift": {
        "change": (LEADS, {"recruiting", "full"}),
        "call_off": (LEADS, {"recruiting", "full"}),
        "reinstate": (LEADS, {"cancelled"}),
        "sign_up": (COMES, {"recruiting", "full"}),
        "join_at_place": (COMES, {"recruiting", "full", "running"}),
        "sign_up_for": (KEEPS, {"recruiting", "full", "running"}),
        "attend": (KEEPS, set(states.Phase.values)),
        "keep_hours": (KEEPS, set(states.Phase.values)),
        "close_list": (KEEPS, {"finished"}),
        "enter": (KEEPS, {"finished", "hours_entered", "settled"}),
        "verify_hours": (KEEPS, {"finished", "hours_entered", "settled"}),
        "claim": (COMES, {"finished", "hours_entered", "settled"}),
    },
    "signup": {
        "cancel": ({"person"}, {"applied", "accepted", "waitlisted"}),
        "release": (KEEPS, {"applied", "accepted", "waitlisted"}),
        "decide": (LEADS, {"applied", "accepted", "waitlisted"}),
        "consent": ({"guardian"}, {"applied", "accepted", "waitlisted"}),
        "paper_consent": (KEEPS, {"applied"}),
        "times": (KEEPS, {"accepted"}),
        "strike": (KEEPS, {"accepted"}),
    },
    "record": {
        "read": (KEEPS | {"person"}, set(HourState.values)),
        "read_evidence": (KEEPS, set(HourState.values)),
        "verify": (KEEPS, {"claimed", "entered"}),
        "reject": (KEEPS, {"claimed", "entered"}),
        "correct": (KEEPS, {"claimed", "entered", "booked"}),
        "revoke": ({"leader", "director"}, {"booked"}),
        "dispute": (COMES | {"person"}, {"on_notice", "booked"}),
        "find": (KEEPS, {"disputed"}),
        "confirm": (KEEPS, {"disputed"}),
    },
    "certificate": {
        "issue": (COMMITTEE, {"asked"}),
        "refuse": (COMMITTEE, {"asked"}),
        "void": (COMMITTEE, {"issued"}),
    },
}
DOORS: dict[str, tuple[Door[Any], dict[str, Action]]] = {
    "place": (PLACES, {}),
    "team": (TEAMS, actions.TEAM_ACTIONS),
    "membership": (MEMBERSHIPS, actions.MEMBER_ACTIONS),
    "activity": (ACTIVITIES, actions.ACTIVITY_ACTIONS),
    "shift": (SHIFTS, actions.SHIFT_ACTIONS),
    "signup": (SIGNUPS, actions.SIGNUP_ACTIONS),
    "record": (RECORDS, actions.RECORD_ACTIONS),
    "certificate": (CERTIFICATES, actions.CERTIFICATE_ACTIONS),
}
STATES = [
    ("place", ""),
    *(("team", state) for state in states.TeamState.values),
    *(("membership", state) for state in states.MemberState.values),
    *(("activity", state) for state in states.Stage.values),
    *(("shift", state) for state in states.Phase.values),
    *(("signup", state) for state in SignupState.values),
    *(("record", state) for state in HourState.values),
    *(("certificate", state) for state in states.CertificateState.values),
]


# --- things in their states ---


def place(crew: Crew, state: str) -> Any:
    return crew.here


def team(crew: Crew, state: str) -> Any:
    crew.team.closed_at = clock.now() if state == "closed" else None
    crew.team.save()
    return crew.team


@kept
def membership(crew: Crew, state: str) -> Any:
    held = make_membership(crew.team, make_person())
    held.left_at = clock.now() if state == "out" else None
    held.save()
    return held


def activity(crew: Crew, state: str) -> Any:
    posted = {} if state in {"posted", "cancelled"} else {"approved_at": None, "approved_by": None}
    sent = {"submitted_at": None if state == "draft" else clock.now()}
    off = {"cancelled_at": clock.now()} if state == "cancelled" else {}
    return make_activity(crew, **posted, **sent, **off)


@kept
def shift(crew: Crew, state: str) -> Any:
    now = clock.now()
    ago = {"running": timedelta(hours=1), "finished": timedelta(days=1)}
    ago |= {"hours_entered": timedelta(days=1), "settled": timedelta(days=1)}
    made = make_shift(make_activity(crew), starts_at=now - ago[state] if state in ago else None, slots=1)
    moments = {
        "full": {"taken": 1},
        "hours_entered": {"closed_at": now},
        "settled": {"closed_at": now, "settled_at": now},
        "cancelled": {"cancelled_at": now},
    }
    Shift.objects.filter(pk=made.pk).update(**moments.get(state, {"taken": 0}))
    return Shift.objects.get(pk=made.pk)


@kept
def signup(crew: Crew, state: str) -> Any:
    who, guardian = make_account(), make_account()
    made = make_signup(
        make_shift(make_activity(crew)), person_of(who), SignupState(state), guardian=guardian.person
    )
    return Signup.objects.get(pk=made.pk)


@kept
def record(crew: Crew, state: str) -> Any:
    return make_record(crew, person_of(make_account()), state=HourState(state))


@kept
def certificate(crew: Crew, state: str) -> Any:
    now, today = clock.now(), clock.today()
    issued = {"number": "A1B2", "issued_at": now, "issued_by": make_person(), "minutes": 60, "sha256": "0"}
    moments: dict[str, dict[str, Any]] = {
        "asked": {},
        "refused": {"refused_at": now},
        "issued": issued,
        "voided": issued | {"voided_at": now},
    }
    who = make_account()
    return Certificate.objects.create(
        person=person_of(who),
        neighbourhood=crew.here,
        since=today,
        until=today,
        requested_by=who,
        **moments[state],
    )


THINGS: dict[str, Callable[[Crew, str], Any]] = {
    "place": place,
    "team": team,
    "membership": membership,
    "activity": activity,
    "shift": shift,
    "signup": signup,
    "record": record,
    "certificate": certificate,
}


RELATIONS = {"signup": ("person", "guardian"), "hourrecord": ("person",), "certificate": ("person",)}


def people_for(crew: Crew, thing: Any) -> dict[str, Visitor]:
    """One of each role in the neighbourhood, in the team (and nothing else here), and towards the thing."""
    people: dict[str, Visitor] = {role: make_visitor(Role(role), crew.here) for role in ROLES}
    for role in TeamRole:
        user = make_account()
        make_membership(crew.team, person_of(user), role)
        people[role.value] = user
    for relation in RELATIONS.get(thing._meta.model_name, ()):
        people[relation] = User.objects.get(person=getattr(thing, f"{relation}_id"))
    return people


# --- the table ---


@pytest.mark.parametrize(("name", "state"), STATES)
def test_who_may_do_what(name: str, state: str) -> None:
    crew = make_crew()
    thing, door = THINGS[name](crew, state), DOORS[name][0]
    people = people_for(crew, thing)
    assert not state or door.model.life.state_of(thing) == state

    may = {(action, who) for who, user in people.items() for action in door.allowed(user, thing)}

    expected = {
        (action, who) for action, (roles, when) in TABLE[name].items() if state in when for who in roles
    }
    assert may == expected


@pytest.mark.parametrize("name", TABLE)
def test_the_table_covers_every_action(name: str) -> None:
    door, offered = DOORS[name]
    assert (set(TABLE[name]), set(offered) - set(TABLE[name])) == (set(door.needs), set())


@pytest.mark.parametrize("name", TABLE)
def test_a_role_elsewhere_is_none_here(name: str) -> None:
    crew, elsewhere = make_crew(), make_neighbourhood()
    other = make_crew(elsewhere)
    strangers = [make_visitor(Role(role), elsewhere) for role in ROLES if role != "visitor"]
    strangers += [other.leader, other.recorder, other.member()]
    things = [THINGS[name](crew, state) for one, state in STATES if one == name and state != "voided"]

    found = {
        action for thing in things for user in strangers for action in DOORS[name][0].allowed(user, thing)
    }

    assert found == set()


# --- the doors and what stands behind them ---

ROWS = [
    (name, state, action)
    for name, (_door, offered) in DOORS.items()
    for action in offered
    for state in [next(state for one, state in STATES if one == name and state in TABLE[name][action][1])]
]


@pytest.mark.parametrize(("name", "state", "action"), ROWS)
def test_the_services_stand_behind_the_table(name: str, state: str, action: str) -> None:
    crew = make_crew()
    thing, stranger = THINGS[name](crew, state), make_account()
    run = DOORS[name][1][action].run
    given: dict[str, Any] = {"people": [make_person()], "signups": [], "channel": "paper"}
    fields = [field for field in inspect.signature(run).parameters.values() if field.default is field.empty]

    with pytest.raises((PermissionDenied, Http404)):
        run(stranger, thing.pk, **{field.name: given.get(field.name) for field in fields[2:]})


@pytest.mark.parametrize(
    ("name", "state", "knowing"),
    [
        ("team", "active", {"visitor", "account", "resident", "member", "recorder", "leader", "worker"}),
        ("activity", "draft", {"leader", "worker"}),
        ("activity", "posted", {"visitor", "account", "resident", "member", "recorder", "leader", "worker"}),
        ("signup", "accepted", {"recorder", "leader", "worker", "person", "guardian"}),
        ("certificate", "asked", {"worker", "person"}),
    ],
)
def test_who_must_not_know_of_a_thing_finds_none(name: str, state: str, knowing: set[str]) -> None:
    crew = make_crew()
    thing, door = THINGS[name](crew, state), DOORS[name][0]
    asked = {"visitor", "account", "resident", "member", "recorder", "leader", "worker", "person", "guardian"}
    people = {who: user for who, user in people_for(crew, thing).items() if who in asked}

    found = set()
    for who, user in people.items():
        try:
            door.get(user, thing.pk)
        except Http404:
            continue
        found.add(who)

    assert found == knowing

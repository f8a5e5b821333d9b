"""Who may do what with teams, activities, hours and certificates, and in which states: reading this tells it all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, STAFF, Role, roles_in
from portal.volunteers.models import (
    Activity,
    Certificate,
    HourRecord,
    Membership,
    Shift,
    Signup,
    Team,
    TeamRole,
)
from portal.volunteers.states import (
    ACTIVE,
    AHEAD,
    HELD,
    ON,
    CertificateState,
    HourState,
    MemberState,
    Phase,
    SignupState,
    Stage,
    TeamState,
)

LEADER = frozenset({Role.TEAM_LEADER})
KEEPERS = LEADER | {Role.TEAM_RECORDER}
MEMBERS = KEEPERS | {Role.TEAM_MEMBER}
LEADS = LEADER | COMMITTEE
KEEPS = KEEPERS | COMMITTEE
OWN = frozenset({Role.PERSON})
GUARDIAN = frozenset({Role.GUARDIAN})
ROLE_OF = {
    TeamRole.LEADER: Role.TEAM_LEADER,
    TeamRole.RECORDER: Role.TEAM_RECORDER,
    TeamRole.MEMBER: Role.TEAM_MEMBER,
}
AT_WORK = frozenset({TeamState.ACTIVE})
IN = frozenset({MemberState.IN})
WRITTEN = frozenset({Stage.DRAFT, Stage.SUBMITTED, Stage.POSTED})
PENDING = frozenset({HourState.CLAIMED, HourState.ENTERED})

# In a neighbourhood as a whole. Certificates are asked for by their person, or at the counter.
PLACE_NEEDS = {
    "found_team": Need(COMMITTEE),
    "certificates": Need(COMMITTEE),
    "export": Need(STAFF | {Role.AUDITOR}),
    "dispute": Need(NEIGHBOUR),
}
TEAM_NEEDS = {
    "edit": Need(LEADS, AT_WORK),
    "close": Need(COMMITTEE, AT_WORK),
    "members": Need(LEADS),
    "add_member": Need(LEADS, AT_WORK),
    "search_register": Need(COMMITTEE, AT_WORK),
    "join": Need(NEIGHBOUR, AT_WORK),
    "leave": Need(NEIGHBOUR | MEMBERS, AT_WORK),
    "write": Need(LEADS, AT_WORK),
    "keep_hours": Need(KEEPS),
    "export": Need(KEEPERS | STAFF | {Role.AUDITOR}),
}
MEMBER_NEEDS = {
    "set_role": Need(LEADS, IN),
    "take_out": Need(LEADS, IN),
}
# The team's leader writes, the committee posts (only an allowed body recruits; domain 13.7).
ACTIVITY_NEEDS = {
    "edit": Need(LEADS, WRITTEN),
    "add_shifts": Need(LEADS, WRITTEN),
    "submit": Need(LEADS, frozenset({Stage.DRAFT})),
    "approve": Need(COMMITTEE, frozenset({Stage.SUBMITTED})),
    "send_back": Need(COMMITTEE, frozenset({Stage.SUBMITTED})),
    "call_off": Need(LEADS, WRITTEN),
}
# Who comes, and the hours of who came: nobody enters the own ones (the services refuse that, and the database).
SHIFT_NEEDS = {
    "change": Need(LEADS, AHEAD),
    "call_off": Need(LEADS, AHEAD),
    "sign_up": Need(NEIGHBOUR | MEMBERS, AHEAD),
    "join_at_place": Need(NEIGHBOUR | MEMBERS, ON),
    "sign_up_for": Need(KEEPS, ON),
    "attend": Need(KEEPS),
    "keep_hours": Need(KEEPS),
    "close_list": Need(KEEPS, frozenset({Phase.FINISHED})),
    "enter": Need(KEEPS, HELD),
    "claim": Need(NEIGHBOUR | MEMBERS, HELD),
}
# That somebody signed up is nobody's business but of the person, the guardian and those who keep the list.
SIGNUP_NEEDS = {
    "cancel": Need(OWN, ACTIVE),
    "release": Need(KEEPS, ACTIVE),
    "decide": Need(LEADS, ACTIVE),
    "consent": Need(GUARDIAN, ACTIVE),
    "paper_consent": Need(KEEPS, frozenset({SignupState.APPLIED})),
    "times": Need(KEEPS, frozenset({SignupState.ACCEPTED})),
    "strike": Need(KEEPS, frozenset({SignupState.ACCEPTED})),
}
# Posting and booking are time's. Everybody who lives or owns here may object to a line of a public notice.
RECORD_NEEDS = {
    "read": Need(OWN | KEEPS),
    "read_evidence": Need(KEEPS),
    "verify": Need(KEEPS, PENDING),
    "reject": Need(KEEPS, PENDING),
    "correct": Need(KEEPS, PENDING | {HourState.BOOKED}),
    "revoke": Need(LEADER | {Role.DIRECTOR}, frozenset({HourState.BOOKED})),
    "dispute": Need(NEIGHBOUR | MEMBERS | OWN, frozenset({HourState.ON_NOTICE, HourState.BOOKED})),
    "find": Need(KEEPS, frozenset({HourState.DISPUTED})),
    "confirm": Need(KEEPS, frozenset({HourState.DISPUTED})),
}
CERTIFICATE_NEEDS = {
    "issue": Need(COMMITTEE, frozenset({CertificateState.ASKED})),
    "refuse": Need(COMMITTEE, frozenset({CertificateState.ASKED})),
    "void": Need(COMMITTEE, frozenset({CertificateState.ISSUED})),
}


def roles_towards(user: Visitor, team: Team) -> frozenset[Role]:
    """The visitor's roles in the team's neighbourhood, and in the team itself."""
    roles = roles_in(user, team.neighbourhood)
    person = getattr(user, "person_id", None)
    if person is None:
        return roles
    held = Membership.objects.active().filter(team=team, person=person).values_list("role", flat=True)
    return roles | {ROLE_OF[TeamRole(role)] for role in held}


def roles_towards_signup(user: Visitor, signup: Signup) -> frozenset[Role]:
    """The same, and whether it is the visitor's own or that of a minor who names the visitor as guardian."""
    roles = roles_towards(user, signup.shift.activity.team) | _own(user, signup)
    return roles | GUARDIAN if _is(user, signup.guardian_id) else roles


def roles_towards_record(user: Visitor, record: HourRecord) -> frozenset[Role]:
    """Those towards the team, and whether the hours are the visitor's own."""
    return roles_towards(user, record.team) | _own(user, record)


def roles_towards_certificate(user: Visitor, certificate: Certificate) -> frozenset[Role]:
    """Those in the neighbourhood, and whether the certificate is the visitor's own."""
    return roles_in(user, certificate.neighbourhood) | _own(user, certificate)


def lock_shift(pk: int) -> None:
    """The lock under which places, sign-ups, lists and hours of a shift change, before anything below is read."""
    Shift.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


def lock_shift_of_signup(pk: int) -> None:
    """The same for a sign-up."""
    for shift in Signup.objects.filter(pk=pk).values_list("shift", flat=True):
        lock_shift(shift)


def lock_shift_of_record(pk: int) -> None:
    """The same for an hour record."""
    for shift in HourRecord.objects.filter(pk=pk).values_list("shift", flat=True):
        lock_shift(shift)


def lock_team_of_member(pk: int) -> None:
    """The lock under which members change, so that two leaders who leave at once do not both go."""
    Team.objects.select_for_update(of=("self",), no_key=True).filter(memberships=pk).first()


def _own(user: Visitor, thing: Signup | HourRecord | Certificate) -> frozenset[Role]:
    return OWN if _is(user, thing.person_id) else frozenset()


def _is(user: Visitor, person: int | None) -> bool:
    return person is not None and person == getattr(user, "person_id", None)


SHIFT_AND_ABOVE = ("activity__team__neighbourhood", "activity__neighbourhood")
PLACES = PlaceDoor(PLACE_NEEDS)
TEAMS = Door(Team, TEAM_NEEDS, roles_towards, related=("neighbourhood",))
MEMBERSHIPS = Door(
    Membership,
    MEMBER_NEEDS,
    lambda user, held: roles_towards(user, held.team),
    related=("person", "team__neighbourhood"),
    lock_first=lock_team_of_member,
    objects=lambda user: Membership.objects.all(),
)
ACTIVITIES = Door(
    Activity,
    ACTIVITY_NEEDS,
    lambda user, activity: roles_towards(user, activity.team),
    related=("team__neighbourhood", "neighbourhood"),
)
SHIFTS = Door(
    Shift,
    SHIFT_NEEDS,
    lambda user, shift: roles_towards(user, shift.activity.team),
    related=SHIFT_AND_ABOVE,
)
SIGNUPS = Door(
    Signup,
    SIGNUP_NEEDS,
    roles_towards_signup,
    related=("person__user", "guardian__user", *(f"shift__{above}" for above in SHIFT_AND_ABOVE)),
    lock_first=lock_shift_of_signup,
)
# Who objects from a public notice may not read the record: that it exists is no secret, what it says is (`read`).
RECORDS = Door(
    HourRecord,
    RECORD_NEEDS,
    roles_towards_record,
    related=("person", "team__neighbourhood", "signup", *(f"shift__{above}" for above in SHIFT_AND_ABOVE)),
    lock_first=lock_shift_of_record,
    objects=lambda user: HourRecord.objects.all(),
)
CERTIFICATES = Door(
    Certificate,
    CERTIFICATE_NEEDS,
    roles_towards_certificate,
    related=("person", "neighbourhood"),
)

# --- the old doors, until hours and certificates have moved over ---

NEEDS: dict[str, frozenset[Role]] = {
    "sign_up": NEIGHBOUR | MEMBERS,
    "record": KEEPS,
    "revoke": LEADER | {Role.DIRECTOR},
    "dispute": NEIGHBOUR | MEMBERS,
    "export": KEEPERS | STAFF | {Role.AUDITOR},
    "issue": COMMITTEE,
    "found_team": COMMITTEE,
    "members": LEADS,
    "write": LEADS,
    "approve": COMMITTEE,
    "edit_team": LEADS,
    "close_team": COMMITTEE,
    "join": NEIGHBOUR,
    "call_off": LEADS,
    "sign_up_for": KEEPS,
    "decide": LEADS,
    "consent_on_paper": KEEPS,
    "attend": KEEPS,
}


def may(user: Visitor, action: str, team: Team) -> bool:
    """Old."""
    return not NEEDS[action].isdisjoint(roles_towards(user, team))


def may_here(user: Visitor, action: str, neighbourhood: Area) -> bool:
    """Old."""
    return not NEEDS[action].isdisjoint(roles_in(user, neighbourhood))


def allowed(user: Visitor, team: Team) -> frozenset[str]:
    """Old."""
    roles = roles_towards(user, team)
    return frozenset(action for action, needs in NEEDS.items() if not needs.isdisjoint(roles))


def need(user: Visitor, action: str, team: Team) -> None:
    """Old."""
    if not may(user, action, team):
        raise PermissionDenied(action)


def _old(door: Any, user: Visitor, pk: int, action: str | None, lock: bool, team: Any) -> Any:
    found = door._known(user).filter(pk=pk)
    thing = (found.select_for_update(of=("self",), no_key=True) if lock else found).first()
    if thing is None:
        raise Http404
    if action:
        need(user, action, team(thing))
    return thing


def team_for(user: Visitor, pk: int, action: str | None = None) -> Team:
    """Old."""
    team: Team = _old(TEAMS, user, pk, action, False, lambda team: team)
    return team


def activity_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> Activity:
    """Old."""
    activity: Activity = _old(ACTIVITIES, user, pk, action, lock, lambda one: one.team)
    return activity


def shift_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> Shift:
    """Old."""
    shift: Shift = _old(SHIFTS, user, pk, action, lock, lambda one: one.activity.team)
    return shift


def record_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> HourRecord:
    """Old."""
    own = HourRecord.objects.filter(pk=pk, person=getattr(user, "person_id", None) or 0).exists()
    asked = None if own and action == "dispute" else action
    record: HourRecord = _old(RECORDS, user, pk, asked, lock, lambda one: one.team)
    if action is None and not own and not may(user, "record", record.team):
        raise Http404
    return record


def certificate_for(user: Visitor, pk: int, action: str | None = None) -> Certificate:
    """Old."""
    found: Certificate = _old(CERTIFICATES, user, pk, None, False, None)
    if action and not may_here(user, action, found.neighbourhood):
        raise PermissionDenied(action)
    return found

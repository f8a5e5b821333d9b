"""Who may do what with teams, activities, hours and certificates. Reading the table tells what the app does."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, STAFF, Role, roles_in
from portal.volunteers.models import Activity, Certificate, HourRecord, Membership, Shift, Team, TeamRole

LEADER = frozenset({Role.TEAM_LEADER})
KEEPERS = LEADER | {Role.TEAM_RECORDER}
MEMBERS = KEEPERS | {Role.TEAM_MEMBER}
ROLE_OF = {
    TeamRole.LEADER: Role.TEAM_LEADER,
    TeamRole.RECORDER: Role.TEAM_RECORDER,
    TeamRole.MEMBER: Role.TEAM_MEMBER,
}

NEEDS: dict[str, frozenset[Role]] = {
    "found_team": COMMITTEE,
    "edit_team": LEADER | COMMITTEE,
    "close_team": COMMITTEE,
    "members": LEADER | COMMITTEE,
    "join": NEIGHBOUR,
    # Activities: the team's leader writes, the committee posts (only an allowed body recruits; domain 13.7).
    "write": LEADER | COMMITTEE,
    "approve": COMMITTEE,
    "call_off": LEADER | COMMITTEE,
    # Who comes.
    "sign_up": NEIGHBOUR | MEMBERS,
    "sign_up_for": KEEPERS | COMMITTEE,
    "decide": LEADER | COMMITTEE,
    "consent_on_paper": KEEPERS | COMMITTEE,
    "attend": KEEPERS | COMMITTEE,
    # Hours: whoever keeps them, never the own ones (the services refuse that, and the database).
    "record": KEEPERS | COMMITTEE,
    "revoke": LEADER | {Role.DIRECTOR},
    "dispute": NEIGHBOUR | MEMBERS,
    "export": KEEPERS | STAFF | {Role.AUDITOR},
    # Certificates are asked for by their person, or at the counter.
    "issue": COMMITTEE,
    "sums": frozenset({Role.VISITOR}),
}


def roles_towards(user: Visitor, team: Team) -> frozenset[Role]:
    """The visitor's roles in the team's neighbourhood, and in the team itself."""
    roles = roles_in(user, team.neighbourhood)
    person = getattr(user, "person_id", None)
    if person is None:
        return roles
    held = Membership.objects.active().filter(team=team, person=person).values_list("role", flat=True)
    return roles | {ROLE_OF[TeamRole(role)] for role in held}


def may(user: Visitor, action: str, team: Team) -> bool:
    """Whether a visitor may do an action of NEEDS about a team. KeyError for an unknown action."""
    return not NEEDS[action].isdisjoint(roles_towards(user, team))


def may_here(user: Visitor, action: str, neighbourhood: Area) -> bool:
    """The same where no team is concerned."""
    return not NEEDS[action].isdisjoint(roles_in(user, neighbourhood))


def allowed(user: Visitor, team: Team) -> frozenset[str]:
    """Everything a visitor's roles allow about a team; asks for the roles once."""
    roles = roles_towards(user, team)
    return frozenset(action for action, needs in NEEDS.items() if not needs.isdisjoint(roles))


def need(user: Visitor, action: str, team: Team) -> None:
    """Raise PermissionDenied where an action is not the visitor's."""
    if not may(user, action, team):
        raise PermissionDenied(action)


def team_for(user: Visitor, pk: int, action: str | None = None) -> Team:
    """The one door to a team: 404 where there is none, 403 where an action is not the visitor's."""
    team = Team.objects.visible_to(user).select_related("neighbourhood").filter(pk=pk).first()
    if team is None:
        raise Http404
    if action:
        need(user, action, team)
    return team


def activity_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> Activity:
    """The one door to an activity: 404 where it must not be known, 403 where it may be seen only."""
    found = Activity.objects.visible_to(user).select_related("team__neighbourhood", "neighbourhood")
    found = found.select_for_update(of=("self",), no_key=True) if lock else found
    activity = found.filter(pk=pk).first()
    if activity is None:
        raise Http404
    if action:
        need(user, action, activity.team)
    return activity


def shift_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> Shift:
    """The one door to a shift: as `activity_for`. `lock`: for one change at a time, until commit."""
    found = Shift.objects.visible_to(user).select_related("activity__team__neighbourhood")
    found = found.select_for_update(of=("self",), no_key=True) if lock else found
    shift = found.filter(pk=pk).first()
    if shift is None:
        raise Http404
    if action:
        need(user, action, shift.activity.team)
    return shift


def record_for(user: Visitor, pk: int, action: str | None = None, *, lock: bool = False) -> HourRecord:
    """The one door to an hour record: its person and those who keep hours read it; 404 for others.

    With an action: 403 where it is not the visitor's, except that everybody may dispute the own record.
    """
    found = HourRecord.objects.select_related(
        "person", "team__neighbourhood", "neighbourhood", "signup", "shift__activity__team__neighbourhood"
    )
    found = found.select_for_update(of=("self",), no_key=True) if lock else found
    record = found.filter(pk=pk).first()
    if record is None:
        raise Http404
    own = record.person_id == getattr(user, "person_id", None)
    if action is None and not own and not may(user, "record", record.team):
        raise Http404
    if action and not (own and action == "dispute"):
        need(user, action, record.team)
    return record


def certificate_for(user: Visitor, pk: int, action: str | None = None) -> Certificate:
    """The one door to a certificate: 404 for others than its person and the committee, 403 where one may only read."""
    found = Certificate.objects.select_related("person", "neighbourhood").filter(pk=pk).first()
    if found is None:
        raise Http404
    issues = may_here(user, "issue", found.neighbourhood)
    if not issues and found.person_id != (getattr(user, "person_id", None) or 0):
        raise Http404
    if action and not may_here(user, action, found.neighbourhood):
        raise PermissionDenied(action)
    return found

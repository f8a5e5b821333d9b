"""Who may do what with teams, activities, hours and certificates, and in which states: reading this tells it all."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need, PlaceDoor
from portal.community.models import Visitor
from portal.community.permissions import COMMITTEE, NEIGHBOUR, STAFF, Role, roles_in
from portal.kit import wording
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
_ANSWERED = _("This request was answered already.")


def no_hours(shift: Shift) -> str:
    """Why nothing can be done about the hours of a time now."""
    if shift.phase is Phase.CANCELLED:
        return gettext("This was called off: there are no hours of it.")
    if shift.closed_at is not None:
        return gettext("The list was already closed, %(when)s.") % {"when": wording.moment(shift.closed_at)}
    return gettext("Hours are entered once it is over, %(when)s.") % {"when": wording.moment(shift.ends_at)}


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
    # Of what has been held in part only the rest is called off, and may take place after all.
    "reinstate": Need(LEADS, frozenset({Stage.CANCELLED, Stage.POSTED})),
}
# Who comes, and the hours of who came: nobody enters the own ones (the services refuse that, and the database).
SHIFT_NEEDS = {
    "change": Need(LEADS, AHEAD),
    "call_off": Need(LEADS, AHEAD),
    "reinstate": Need(LEADS, frozenset({Phase.CANCELLED})),
    "sign_up": Need(NEIGHBOUR | MEMBERS, AHEAD),
    "join_at_place": Need(NEIGHBOUR | MEMBERS, ON),
    "sign_up_for": Need(KEEPS, ON),
    "attend": Need(KEEPS),
    "keep_hours": Need(KEEPS),
    "close_list": Need(KEEPS, frozenset({Phase.FINISHED}), no_hours),
    "enter": Need(KEEPS, HELD, no_hours),
    "verify_hours": Need(KEEPS, HELD, no_hours),
    "claim": Need(NEIGHBOUR | MEMBERS, HELD, no_hours),
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
    "issue": Need(COMMITTEE, frozenset({CertificateState.ASKED}), _ANSWERED),
    "refuse": Need(COMMITTEE, frozenset({CertificateState.ASKED}), _ANSWERED),
    "void": Need(
        COMMITTEE, frozenset({CertificateState.ISSUED}), _("Only a certificate in force can be voided.")
    ),
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
    Shift.objects.filter(hours=pk).lock()


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
# Under its number anybody reads that a certificate was issued: never more than the paper, neither name nor lines.
NUMBERS = Door(
    Certificate,
    {},
    roles_towards_certificate,
    related=("neighbourhood",),
    lookup="number",
    objects=lambda user: Certificate.objects.filter(issued_at__isnull=False),
)

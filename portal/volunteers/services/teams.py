"""Teams: founded by the committee, joined and left by residents, kept by their leaders."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community import finding
from portal.community.models import Area, Dwelling, Look, Person, User
from portal.community.selectors import accounts_of, person_of, signature
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers.events import MEMBER_ADDED, ROLE_CHANGED, TEAM_CLOSED, TEAM_FOUNDED
from portal.volunteers.models import Membership, Shift, Team, TeamRole
from portal.volunteers.permissions import MEMBERSHIPS, PLACES, TEAMS
from portal.volunteers.services import departures
from portal.volunteers.states import MemberState, TeamState


@transaction.atomic
def found(user: User, here: Area, name: str, about: str = "") -> Team:
    """Found a team; its leader is named next, at the desk of its members.

    Raises PermissionDenied for others than the committee, NotPossible where the name is taken here.
    """
    PLACES.get(user, here.slug, "found_team")
    team = Team(neighbourhood=here, name=name.strip(), about=about, founded_by=user)
    _save(team)
    announce(TEAM_FOUNDED, team, by=user)
    return team


@transaction.atomic
def edit(user: User, pk: int, name: str, about: str) -> Team:
    """Change a team's name and what it says about itself. Raises NotPossible where the name is taken here."""
    team = TEAMS.take(user, pk, "edit")
    team.name, team.about = name.strip(), about
    _save(team)
    return team


@transaction.atomic
def close(user: User, pk: int) -> Team:
    """Close a team for good; its hours stay, and its past can still be read.

    Raises PermissionDenied for others than the committee; NotPossible while a time of it lies ahead or hours of it
    are not decided.
    """
    team = TEAMS.take(user, pk, "close")
    require_settled(team)
    advance(team, TeamState.CLOSED, closed_at=clock.now())
    duties.drop(team)
    announce(TEAM_CLOSED, team, by=user)
    return team


@transaction.atomic
def join(user: User, pk: int) -> Membership:
    """Join a team of the own neighbourhood. Raises PermissionDenied for strangers; NotPossible if already in."""
    return _put_in(TEAMS.take(user, pk, "join"), person_of(user), TeamRole.MEMBER, None)


@transaction.atomic
def leave(user: User, pk: int) -> None:
    """Leave a team; places in times only for the team are freed.

    Raises NotPossible for who is not in it, and for its only leader.
    """
    team = TEAMS.take(user, pk, "leave")
    membership = Membership.objects.active().filter(team=team, person=person_of(user)).first()
    if membership is None:
        raise NotPossible(_("You are not in this team."))
    _end(membership)


@transaction.atomic
def add_member(user: User, pk: int, person: Person, role: str = TeamRole.MEMBER) -> Membership:
    """Put somebody in, with or without a phone; who has an account is told.

    Raises PermissionDenied for others than leader and committee; NotPossible for somebody who neither lives, owns
    nor works here, and for who is in the team already.
    """
    team = TEAMS.take(user, pk, "add_member")
    if not finding.tied_to(team.neighbourhood).filter(pk=person.pk).exists():
        raise NotPossible(_("The register ties this person to nothing in this neighbourhood."))
    membership = _put_in(team, person, TeamRole(role), user)
    if membership.role == TeamRole.LEADER:
        departures.led_again(team, user)
    who = signature(user, team.neighbourhood).name
    announce(MEMBER_ADDED, team, to=accounts_of(person.pk), who=who)
    return membership


@transaction.atomic
def set_role(user: User, pk: int, role: str) -> Membership:
    """Make somebody leader, recorder or member. Raises NotPossible where no leader would be left."""
    membership = _taken(user, pk, "set_role")
    if membership.role == role:
        return membership
    _keep_a_leader(membership)
    membership.role = TeamRole(role)
    membership.save(update_fields=["role"])
    if membership.role == TeamRole.MEMBER:
        duties.fall_back(departures.promises_in(membership.team, membership.person))
    if membership.role == TeamRole.LEADER:
        departures.led_again(membership.team, user)
    team, to = membership.team, accounts_of(membership.person_id)
    announce(ROLE_CHANGED, team, to=to, role=role, who=signature(user, team.neighbourhood).name)
    return membership


@transaction.atomic
def take_out(user: User, pk: int) -> Membership:
    """End somebody's membership. Hours stay, and sign-ups but for times only for the team.

    Raises NotPossible for the only leader.
    """
    return _end(_taken(user, pk, "take_out"))


def looked(user: User, team: Team, people: list[Person]) -> None:
    """Keep that the committee read these names in the register: one look a dwelling, for the auditor."""
    reason = _("Members of the team “%(name)s”") % {"name": team.name}
    inside = Dwelling.objects.filter(building__path__startswith=team.neighbourhood.path)
    tied = Q(residencys__person__in=people) | Q(ownerships__person__in=people)
    seen = inside.filter(tied).values_list("pk", flat=True).distinct() if people else []
    Look.objects.bulk_create(Look(user=user, dwelling_id=pk, reason=reason[:200]) for pk in seen)


def _taken(user: User, pk: int, action: str) -> Membership:
    membership = MEMBERSHIPS.take(user, pk, action)
    TEAMS.require("add_member", membership.team)
    return membership


def _put_in(team: Team, person: Person, role: TeamRole, by: User | None) -> Membership:
    if Membership.objects.active().filter(team=team, person=person).exists():
        raise NotPossible(_("%(name)s is in this team already.") % {"name": person.public_name})
    return Membership.objects.create(team=team, person=person, role=role, entered_by=by)


def _end(membership: Membership) -> Membership:
    _keep_a_leader(membership)
    advance(membership, MemberState.OUT, left_at=clock.now())
    duties.fall_back(departures.promises_in(membership.team, membership.person))
    departures.free(departures.places_in(membership.team, membership.person))
    return membership


def require_settled(team: Team) -> None:
    """Refuse to close a team while a time of it lies ahead or hours of it are not decided."""
    if Shift.objects.posted().filter(activity__team=team, settled_at=None).exists():
        raise NotPossible(
            _("This team still has times ahead or hours that are not decided. Call the times off, or wait.")
        )


def require_other_leader(team: Team, user: User) -> None:
    """Refuse to let the only leader of a team go."""
    membership = Membership.objects.active().filter(team=team, person=user.person_id).first()
    if membership is not None:
        _keep_a_leader(membership)


def _keep_a_leader(membership: Membership) -> None:
    """Who is about to stop leading may, if somebody else leads."""
    if departures.leads_alone(membership):
        raise NotPossible(_("A team always has a leader. Please make somebody else leader first."))


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise NotPossible(_("There is a team of this name here already.")) from error

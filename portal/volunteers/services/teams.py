"""Teams: founded by the committee, joined and left by residents, kept by their leaders."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from portal.community.models import Area, Dwelling, Look, Person, User
from portal.community.selectors import signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications import services as notifications
from portal.record import services as record
from portal.volunteers import finding
from portal.volunteers.models import Membership, Shift, Team, TeamRole
from portal.volunteers.news import ROLE_CHANGED, TEAM_ADDED
from portal.volunteers.permissions import may_here, need, team_for
from portal.volunteers.services.transitions import person_behind


@transaction.atomic
def found(user: User, here: Area, name: str, about: str = "") -> Team:
    """Found a team; its leader is named next, at the desk of its members.

    Raises PermissionDenied for others than the committee, NotPossible where the name is taken here.
    """
    if not may_here(user, "found_team", here):
        raise PermissionDenied("found_team")
    team = Team(neighbourhood=here, name=name.strip(), about=about, founded_by=user)
    _save(team)
    actor = signature(user, here).name
    record.write(here.slug, "team.founded", actor=actor, subject=team, title=team.name)
    return team


@transaction.atomic
def edit(user: User, team_pk: int, name: str, about: str) -> Team:
    """Change a team's name and what it says about itself."""
    team = _locked(user, team_pk, "edit_team")
    team.name, team.about = name.strip(), about
    _save(team)
    return team


@transaction.atomic
def close(user: User, team_pk: int) -> Team:
    """Close a team for good; its hours stay, and its past can still be read.

    Raises PermissionDenied for others than the committee; NotPossible while a time of it lies ahead or hours of it
    are not decided.
    """
    team = _locked(user, team_pk, "close_team")
    if Shift.objects.posted().filter(activity__team=team, settled_at=None).exists():
        raise NotPossible(
            _("This team still has times ahead or hours that are not decided. Call the times off, or wait.")
        )
    team.closed_at = clock.now()
    team.save(update_fields=["closed_at"])
    actor = signature(user, team.neighbourhood).name
    record.write(team.neighbourhood.slug, "team.closed", actor=actor, subject=team, title=team.name)
    return team


@transaction.atomic
def join(user: User, team_pk: int) -> Membership:
    """Join a team of the own neighbourhood. Raises PermissionDenied for strangers; NotPossible if already in."""
    team = _locked(user, team_pk, "join")
    return _put_in(team, person_behind(user), TeamRole.MEMBER, None)


@transaction.atomic
def leave(user: User, team_pk: int) -> None:
    """Leave a team. Raises NotPossible for who is not in it, and for its only leader."""
    team = _locked(user, team_pk, None)
    membership = Membership.objects.active().filter(team=team, person=person_behind(user)).first()
    if membership is None:
        raise NotPossible(_("You are not in this team."))
    _end(membership)


@transaction.atomic
def add_member(user: User, team_pk: int, person: Person, role: str = TeamRole.MEMBER) -> Membership:
    """Put somebody in, with or without a phone; who has an account is told.

    Raises PermissionDenied for others than leader and committee; NotPossible for somebody who neither lives, owns
    nor works here, and for who is in the team already.
    """
    team = _locked(user, team_pk, "members")
    if not finding.tied_to(team.neighbourhood).filter(pk=person.pk).exists():
        raise NotPossible(_("The register ties this person to nothing in this neighbourhood."))
    membership = _put_in(team, person, TeamRole(role), user)
    _tell(TEAM_ADDED, membership, signature(user, team.neighbourhood).name)
    return membership


@transaction.atomic
def set_role(user: User, membership_pk: int, role: str) -> Membership:
    """Make somebody leader, recorder or member. Raises NotPossible where no leader would be left."""
    membership = _membership(user, membership_pk)
    if membership.role == role:
        return membership
    _keep_a_leader(membership)
    membership.role = TeamRole(role)
    membership.save(update_fields=["role"])
    _tell(ROLE_CHANGED, membership, signature(user, membership.team.neighbourhood).name)
    return membership


@transaction.atomic
def take_out(user: User, membership_pk: int) -> None:
    """End somebody's membership. Hours and sign-ups stay. Raises NotPossible for the only leader."""
    _end(_membership(user, membership_pk))


def looked(user: User, team: Team, people: list[Person]) -> None:
    """Keep that the committee read these names in the register: one look a dwelling, for the auditor."""
    reason = _("Members of the team “%(name)s”") % {"name": team.name}
    inside = Dwelling.objects.filter(building__path__startswith=team.neighbourhood.path)
    tied = Q(residencys__person__in=people) | Q(ownerships__person__in=people)
    seen = inside.filter(tied).values_list("pk", flat=True).distinct() if people else []
    Look.objects.bulk_create(Look(user=user, dwelling_id=pk, reason=reason[:200]) for pk in seen)


def _locked(user: User, team_pk: int, action: str | None) -> Team:
    """The team for one change at a time, so that two leaders who leave at once do not both go."""
    team_for(user, team_pk, action)
    team = (
        Team.objects.select_for_update(of=("self",), no_key=True)
        .select_related("neighbourhood")
        .get(pk=team_pk)
    )
    if team.closed_at is not None:
        raise NotPossible(_("This team has been closed."))
    return team


def _membership(user: User, pk: int) -> Membership:
    held = Membership.objects.filter(pk=pk).values_list("team", flat=True).first()
    if held is None:
        raise Http404
    team = _locked(user, held, "members")
    need(user, "members", team)
    membership = (
        Membership.objects.active().select_related("person", "team__neighbourhood").filter(pk=pk).first()
    )
    if membership is None:
        raise NotPossible(_("This person has left the team already."))
    return membership


def _put_in(team: Team, person: Person, role: TeamRole, by: User | None) -> Membership:
    if Membership.objects.active().filter(team=team, person=person).exists():
        raise NotPossible(_("%(name)s is in this team already.") % {"name": person.public_name})
    return Membership.objects.create(team=team, person=person, role=role, entered_by=by)


def _end(membership: Membership) -> None:
    _keep_a_leader(membership)
    membership.left_at = clock.now()
    membership.save(update_fields=["left_at"])


def _keep_a_leader(membership: Membership) -> None:
    """Who is about to stop leading may, if somebody else leads; only teams whose leader is not yet named have none."""
    others = Membership.objects.active().filter(team=membership.team_id, role=TeamRole.LEADER)
    if membership.role == TeamRole.LEADER and not others.exclude(pk=membership.pk).exists():
        raise NotPossible(_("A team always has a leader. Please make somebody else leader first."))


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise NotPossible(_("There is a team of this name here already.")) from error


def _tell(kind: notifications.Kind, membership: Membership, who: str) -> None:
    team = membership.team
    notifications.send(
        kind,
        User.objects.filter(person=membership.person_id, is_active=True),
        neighbourhood=team.neighbourhood,
        occasion=f"{record.key(membership)}:{clock.now().isoformat()}",
        url=team.get_absolute_url(),
        params={"title": team.name, "role": membership.role, "who": who},
    )

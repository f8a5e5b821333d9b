"""What the steps of teams, activities and shifts share: noting them in the record, and telling who is concerned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.community.models import Person, User
from portal.community.selectors import signature
from portal.kit.errors import NotPossible
from portal.notifications import services as notifications
from portal.notifications.services import Kind as News
from portal.record import services as record
from portal.record.models import Entry
from portal.volunteers.models import Activity, Membership, Shift, Signup, Team, TeamRole, Visibility


def person_behind(user: User) -> Person:
    """Who acts. Raises NotPossible for an account that is tied to no person."""
    if user.person is None:
        raise NotPossible(_("Please join your dwelling first."))
    return user.person


def public_title(activity: Activity) -> str:
    """What the public record calls an activity: its title, or only its team where not everybody reads it."""
    return activity.title if activity.visibility == Visibility.EVERYONE else activity.team.name


def note(thing: Activity | Shift, action: str, by: User, data: dict[str, Any] | None = None) -> Entry:
    """Write a step to the public record; `by` signs by the post or the name chosen. Never who signed up."""
    activity = thing.activity if isinstance(thing, Shift) else thing
    here = activity.team.neighbourhood
    told = {"about": activity.about, **(data or {})} if activity.visibility == Visibility.EVERYONE else {}
    actor, title = signature(by, here).name, public_title(activity)
    return record.write(here.slug, action, actor=actor, subject=thing, title=title, data=told)


def tell(
    kind: News, activity: Activity, users: Iterable[User], *, once_per: str, url: str = "", **more: str
) -> int:
    """Send news of an activity, once for each `once_per`; returns how many accounts got it."""
    return notifications.send(
        kind,
        users,
        neighbourhood=activity.team.neighbourhood,
        occasion=once_per,
        url=url or activity.get_absolute_url(),
        params={"title": activity.title, **more},
    )


def signed_up(shifts: Iterable[Shift]) -> QuerySet[User]:
    """The accounts of those who hold a place in some of the shifts or wait for one, and of their guardians."""
    standing = Signup.objects.active().filter(shift__in=list(shifts))
    asked = Q(person__in=standing.values("person")) | Q(person__in=standing.values("guardian"))
    return User.objects.filter(asked, is_active=True)


def without_account(shifts: Iterable[Shift]) -> int:
    """How many of those signed up no news can reach: they have to be told in person."""
    standing = Signup.objects.active().filter(shift__in=list(shifts))
    reached = standing.filter(person__user__is_active=True)
    return standing.exclude(pk__in=reached.values("pk")).values("person").distinct().count()


def leaders(team: Team) -> QuerySet[User]:
    """The accounts of those who lead a team."""
    held = Membership.objects.active().filter(team=team, role=TeamRole.LEADER)
    return User.objects.filter(person__in=held.values("person"), is_active=True)


def in_team(team: Team) -> QuerySet[User]:
    """The accounts of everybody in a team."""
    held = Membership.objects.active().filter(team=team)
    return User.objects.filter(person__in=held.values("person"), is_active=True)

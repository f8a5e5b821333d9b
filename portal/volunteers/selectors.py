"""Who is concerned by what happens around volunteering, and how pages name them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from portal.community import finding
from portal.community.models import Area, Post, User
from portal.community.selectors import post_users
from portal.volunteers.models import Membership, Shift, Signup, Team, TeamRole


def leaders(team: Team) -> QuerySet[User]:
    """The accounts of those who lead a team."""
    held = Membership.objects.active().filter(team=team, role=TeamRole.LEADER)
    return User.objects.filter(person__in=held.values("person"), is_active=True)


def committee(here: Area) -> list[User]:
    """The accounts of those who work in the committee of a neighbourhood."""
    posts = (Post.DIRECTOR, Post.WORKER)
    return list({user.pk: user for post in posts for user in post_users(post, here)}.values())


def members(team: Team) -> QuerySet[User]:
    """The accounts of everybody in a team."""
    held = Membership.objects.active().filter(team=team)
    return User.objects.filter(person__in=held.values("person"), is_active=True)


def signed_up(shifts: Iterable[Shift]) -> QuerySet[User]:
    """The accounts of those who hold a place in some of the shifts or wait for one, and of their guardians."""
    standing = Signup.objects.active().filter(shift__in=list(shifts))
    asked = Q(person__in=standing.values("person")) | Q(person__in=standing.values("guardian"))
    return User.objects.filter(asked, is_active=True)


def without_account(shifts: Iterable[Shift]) -> int:
    """How many of those signed up no notice can reach: they have to be told in person."""
    standing = Signup.objects.active().filter(shift__in=list(shifts))
    reached = standing.filter(person__user__is_active=True)
    return standing.exclude(pk__in=reached.values("pk")).values("person").distinct().count()


def members_to_enter(shift: Shift) -> QuerySet[Membership]:
    """Members of the shift's team who have no account that could sign up."""
    held = Membership.objects.active().filter(team=shift.activity.team_id)
    return held.exclude(person__user__is_active=True)


def expected(shift: Shift) -> list[Signup]:
    """Who has a place, by name, with the marks of who came."""
    rows = shift.signups.accepted().select_related("person", "attendance")
    return list(rows.order_by("person__real_name", "pk"))


def signatures(leading: QuerySet[Membership], here: Area) -> list[tuple[str, str]]:
    """How those sign who hold these memberships: the public name and the building."""
    people = [held.person for held in leading.select_related("person").order_by("joined_at", "pk")]
    homes = finding.homes([person.pk for person in people], here)
    return [(person.public_name, homes.get(person.pk, "")) for person in people]

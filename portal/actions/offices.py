"""Whose page it is that somebody may not open, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.community.models import Appointment, Area, Post, Visitor
from portal.community.models.posts import OFFICES
from portal.community.permissions import NEIGHBOUR, OFFICIAL, Role, roles_in

# More offices than these are called staff.
NAMED = 3


@dataclass(frozen=True)
class Whose:
    """The page of an office: of which place, of which posts; `elsewhere`: where the reader holds an office instead."""

    place: Area
    posts: list[str]
    elsewhere: list[str]


def whose(user: Visitor, place: Area, roles: frozenset[Role]) -> Whose | None:
    """Whose page needs one of `roles`; None where neighbours are among them, or nobody who is appointed."""
    posts = [post for post in Post if post.value in roles]
    if not posts or not roles <= {*OFFICES, Role.APPOINTER}:
        return None
    here = bool({*OFFICES} & roles_in(user, place))
    return Whose(place, [str(post.label) for post in posts], [] if here else _served(user))


def after_joining(user: Visitor, place: Area, roles: frozenset[Role]) -> bool:
    """Whether somebody may do what needs one of `roles` once it is verified that they live or own in the place."""
    return not roles.isdisjoint(NEIGHBOUR) and NEIGHBOUR.isdisjoint(roles_in(user, place))


def for_whom(roles: frozenset[Role]) -> list[str]:
    """Those who have one of `roles`, in words; empty where one of them has no word that says enough."""
    known, offices = _words(), roles & OFFICIAL
    left = roles - offices - NEIGHBOUR
    if not left <= known.keys():
        return []
    neighbours = [_("verified residents and owners")] if roles & NEIGHBOUR else []
    return [*neighbours, *(known[role] for role in known if role in left), *_posts(offices)]


def _posts(offices: frozenset[Role]) -> list[str]:
    if len(offices) > NAMED:
        return [_("members of staff")]
    return [str(post.label) for post in Post if post.value in offices]


def _words() -> dict[Role, str]:
    return {
        Role.HOUSEHOLD: _("the households of the building"),
        Role.BUILDING_HEAD: _("the head of the building concerned"),
        Role.BOOKKEEPER: _("whoever keeps the cash book"),
        Role.REVIEWER: _("whoever was named to review"),
        Role.ACCEPTOR: _("whoever was named to accept the work"),
        Role.RESPONSIBLE: _("whoever has to do it"),
        Role.PROPOSER: _("whoever brought it"),
        Role.DELEGATE: str(Post.DELEGATE.label),
    }


def _served(user: Visitor) -> list[str]:
    held = Appointment.objects.acted_in_by(user).filter(post__in=OFFICES).select_related("area")
    return list(dict.fromkeys(one.area.name for one in held.order_by("pk")))

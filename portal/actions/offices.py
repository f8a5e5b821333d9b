"""Whose page it is that somebody may not open, in words."""

from __future__ import annotations

from dataclasses import dataclass

from portal.community.models import Appointment, Area, Post, Visitor
from portal.community.models.posts import OFFICES
from portal.community.permissions import Role, roles_in


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


def _served(user: Visitor) -> list[str]:
    held = Appointment.objects.acted_in_by(user).filter(post__in=OFFICES).select_related("area")
    return list(dict.fromkeys(one.area.name for one in held.order_by("pk")))

"""Whom the news of a hearing reaches."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from portal.community.models import User
from portal.community.selectors import members
from portal.kit import clock
from portal.meetings.models import Hearing
from portal.notifications.services import Kind, send
from portal.record.services import key


def tell(hearing: Hearing, kind: Kind, users: Iterable[User], **params: str | int) -> None:
    """Put news of a hearing into boxes. Each telling is an occasion of its own: a step may come again."""
    send(
        kind,
        users,
        neighbourhood=hearing.neighbourhood,
        occasion=f"{key(hearing)}@{clock.now().isoformat()}",
        url=hearing.get_absolute_url(),
        params={"title": hearing.title, **params},
    )


def affected(hearing: Hearing) -> QuerySet[User]:
    """The accounts of all who live or own where the matter applies."""
    return members(hearing.area)


def delegates(hearing: Hearing) -> QuerySet[User]:
    """The accounts of the panel; a delegate without a phone has none."""
    return User.objects.filter(is_active=True, person__in=hearing.panel.values("person"))


def taking_part(hearing: Hearing) -> QuerySet[User]:
    """The accounts of the panel and of those who registered."""
    listed = Q(person__in=hearing.panel.values("person")) | Q(
        person__in=hearing.registrations.values("person")
    )
    return User.objects.filter(listed, is_active=True)

"""Telling people: rows in the transaction of the change, of many soon after it; mail later from the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.community.models import Area, User
from portal.kit import clock
from portal.notifications.audiences import Audience
from portal.notifications.delivery import begin
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import Delivery, Notice

__all__ = [
    "KINDS", "Kind", "latest", "open_notice", "read_all", "send", "unread",
]  # fmt: skip
# So many stand first on one's own page.
LATEST = 3


def send(
    kind: Kind,
    users: Iterable[User] | Audience,
    *,
    neighbourhood: Area,
    occasion: str,
    url: str,
    params: dict[str, Any] | None = None,
    matter: str = "",
) -> int:
    """Put news into the boxes of `users`, once per (kind, occasion, user). Returns how many are addressed.

    Where they are more than a slice (portal.notifications.delivery), the periodic work does it within minutes.
    `params` are plain JSON for the kind's words: a name ending in `_at` holds an ISO moment and is read as
    11月28日（周六）14:00, one ending in `_on` an ISO day. `matter`: the key of what it is about,
    by which news are grouped and followed. Runs in the caller's transaction.
    """
    about = {"neighbourhood": neighbourhood, "occasion": occasion, "url": url, "matter": matter}
    return begin(Delivery(kind=kind.name, params=params or {}, **about), users)


def unread(user: User) -> int:
    """How many notices an account has not opened."""
    return Notice.objects.visible_to(user).unread().count()


def latest(user: User) -> list[Notice]:
    """The newest few, those not opened first, for one's own page. Two queries at most."""
    own = Notice.objects.visible_to(user).select_related("neighbourhood")
    fresh = list(own.unread()[:LATEST])
    return fresh or list(own[:LATEST])


def open_notice(user: User, pk: int) -> Notice:
    """Mark one's notice read and return it; raises Notice.DoesNotExist for anybody else's."""
    notice = Notice.objects.visible_to(user).get(pk=pk)
    Notice.objects.filter(pk=pk).unread().update(read_at=clock.now())
    return notice


def read_all(user: User) -> int:
    """Mark all of an account's notices read. Returns how many were not."""
    return Notice.objects.visible_to(user).unread().update(read_at=clock.now())

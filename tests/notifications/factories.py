"""News for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from portal.community.models import Area, User
from portal.notifications import services
from portal.notifications.kinds import KINDS, Kind
from portal.notifications.models import Notice
from tests.factories import number
from tests.worlds import kept


@contextmanager
def kind(name: str = "test.opened", **words: Any) -> Iterator[Kind]:
    """A kind of news for the length of a block."""
    words.setdefault("title", "Opened: %(title)s")
    try:
        yield Kind(name, **words)
    finally:
        del KINDS[name]


@kept
def make_news(user: User, here: Area, opened: Kind, *, occasion: str = "", **params: Any) -> Notice:
    """A notice in somebody's box."""
    occasion = occasion or f"topic:{number()}"
    params.setdefault("title", "加装扶手")
    services.send(opened, [user], neighbourhood=here, occasion=occasion, url="/n/x/topics/", params=params)
    return Notice.objects.get(user=user, kind=opened.name, occasion=occasion)

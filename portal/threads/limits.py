"""How fast somebody may write. Pure functions over the times of the posts there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
LINKS_OF_NEW = 2
# How long somebody has been known before more is trusted to them.
KNOWN_AFTER = timedelta(days=7)


class Limit(NamedTuple):
    """At most `posts` within `window`."""

    posts: int
    window: timedelta


NEW = (Limit(3, timedelta(minutes=5)), Limit(10, timedelta(days=1)))
TRUSTED = (Limit(20, timedelta(minutes=5)),)


def free_at(times: Sequence[datetime], limits: Sequence[Limit], now: datetime) -> datetime:
    """When the next post is allowed: `now` where nothing stands against it. `times` in any order."""
    return max((_free_under(sorted(times), limit, now) for limit in limits), default=now)


def longest(limits: Sequence[Limit]) -> timedelta:
    """How far back posts count."""
    return max(limit.window for limit in limits)


def links(body: str) -> int:
    """How many addresses a text holds."""
    return len(LINK.findall(body))


def _free_under(times: Sequence[datetime], limit: Limit, now: datetime) -> datetime:
    recent = [time for time in times if now - limit.window < time <= now]
    if len(recent) < limit.posts:
        return now
    # Room for one more once all but posts - 1 of these are out of the window.
    return recent[-limit.posts] + limit.window

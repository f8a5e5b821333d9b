"""Why a step of a meeting cannot be done yet, and from when: what its service would refuse with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.actions.actions import address
from portal.community.models import User
from portal.kit.errors import refusal_of

Check = Callable[[Any], object]


def until(*checks: Check) -> Callable[[Any, User | None], str]:
    """Let an action wait for the checks its service makes of the meeting itself (Action.waits)."""

    def waits(meeting: Any, user: User | None) -> str:
        return refusal_of(lambda: [check(meeting) for check in checks])

    return waits


def to_opening(meeting: Any, route: str, checks: tuple[Check, ...], *, running: bool) -> str:
    """After the attendance: the page that opens a meeting where nothing stands in its way, else the meeting's own."""
    if running or until(*checks)(meeting, None):
        return str(meeting.get_absolute_url())
    return address(route, meeting, "begin")

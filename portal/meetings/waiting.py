"""Why a step of a meeting cannot be done yet, and from when: what its service would refuse with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.actions.actions import address
from portal.community.models import User
from portal.kit.errors import refusal_of
from portal.meetings.states.live import IN_SESSION

Check = Callable[[Any], object]


def until(*checks: Check) -> Callable[[Any, User | None], str]:
    """Let an action wait for the checks its service makes of the meeting itself (Action.waits)."""

    def waits(meeting: Any, user: User | None) -> str:
        return refusal_of(lambda: [check(meeting) for check in checks])

    return waits


def to_opening(route: str, checks: tuple[Check, ...]) -> Callable[[Any, Any], str]:
    """Action.then of the attendance: the page that opens the meeting if nothing stands in its way, else its own."""

    def then(asked: Any, meeting: Any) -> str:
        if meeting.state == IN_SESSION or until(*checks)(meeting, None):
            return str(meeting.get_absolute_url())
        return address(route, meeting, "begin")

    return then

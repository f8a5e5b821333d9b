"""Where whoever took the attendance of a meeting goes on: to its opening, where nothing stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.actions.actions import address
from portal.actions.waiting import Check, until
from portal.meetings.states.live import IN_SESSION


def to_opening(route: str, checks: tuple[Check, ...]) -> Callable[[Any, Any], str]:
    """Action.then of the attendance: the page that opens the meeting if nothing stands in its way, else its own."""

    def then(asked: Any, meeting: Any) -> str:
        if meeting.state == IN_SESSION or until(*checks)(meeting, None):
            return str(meeting.get_absolute_url())
        return address(route, meeting, "begin")

    return then

"""A coordination meeting comes to an end: the day of the outcome, and the file to be closed."""

from __future__ import annotations

from typing import Any

from portal.community.models import User
from portal.duties import services as duties
from portal.kit import clock
from portal.meetings.models import Coordination
from portal.meetings.services.transitions import in_working_days, step
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.services import key

CLOSE, VISIT, WATCH = "coordination.close", "coordination.visit", "coordination.watch"


def end(meeting: Coordination, to: C, *, by: User, **changes: Any) -> None:
    """Bring a locked meeting to an end: nothing is owed any more but closing its file."""
    step(meeting, to, by=by, outcome_on=clock.today(), **changes)
    duties.drop(meeting)
    owe_closing(meeting)


def owe_closing(meeting: Coordination) -> None:
    """The worker in charge closes the file."""
    due = in_working_days(meeting, "coordination.step_working_days")
    duties.open_duty(CLOSE, key(meeting), due=due, person=meeting.in_charge, **named(meeting))


def named(meeting: Coordination) -> dict[str, Any]:
    """How a duty names the meeting: by its number."""
    return {
        "neighbourhood": meeting.neighbourhood,
        "title": meeting.title,
        "url": meeting.get_absolute_url(),
    }

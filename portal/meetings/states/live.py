"""How a meeting stands for its screens: before or between its sessions, in session, or over for good."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.meetings.states.course import Course


class FloorState(TextChoices):
    """What the state of the meeting means for the hall, whatever its kind."""

    WAITING = "waiting", _("not in session")
    RUNNING = "running", _("in session")
    FROZEN = "frozen", _("the minutes are being written or were")


NEXT: dict[FloorState, frozenset[FloorState]] = {
    FloorState.WAITING: frozenset({FloorState.RUNNING, FloorState.FROZEN}),
    FloorState.RUNNING: frozenset({FloorState.WAITING, FloorState.FROZEN}),
    FloorState.FROZEN: frozenset({FloorState.WAITING}),
}

LIFE = LifeCycle("floor", NEXT, FloorState.WAITING)
# The value every kind gives the state in which it sits.
IN_SESSION = "in_session"


def may_sit(course: Course, state: str) -> bool:
    """Whether a meeting that stands there may still come into session, by its own table; never when it is over."""
    ways, seen = course.life.next, {course.states(state)}
    if seen & course.over:
        return False
    while later := {after for one in seen for after in ways[one]} - seen - course.over:
        seen |= later
    return course.states(IN_SESSION) in seen - {course.states(state)}


class Queue(TextChoices):
    """Whether one may line up to speak; shown on every screen."""

    CLOSED = "closed", _("queue closed")
    OPEN = "open", _("queue open")
    NEARLY = "nearly", _("queue closes soon")

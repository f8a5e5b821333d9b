"""The stations of a coordination meeting, drawn from its table."""

from __future__ import annotations

from portal.kit.track import Station, place, stations
from portal.meetings.models import Coordination
from portal.meetings.states.coordination import STATIONS, TRACK
from portal.meetings.states.coordination import CoordinationState as C

STOPPED = frozenset({C.DECLINED, C.REFUSED, C.STOPPED, C.REFERRED})


def track(meeting: Coordination) -> list[Station]:
    """The stations in order; what ended early ends where it was."""
    state = C(meeting.state)
    reached = _ended_at(meeting) if state is C.STOPPED else state
    status = "done" if state is C.PERFORMED else "stopped" if state in STOPPED else "now"
    return stations(STATIONS, place(TRACK, reached), status, state.label)


def _ended_at(meeting: Coordination) -> C:
    """How far one came that a party ended, told by what it left."""
    if meeting.agreement:
        return C.AGREED
    if meeting.minutes:
        return C.MINUTES_DRAFT
    return C.NOTIFIED if meeting.points else C.ACCEPTED

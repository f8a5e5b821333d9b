"""The stations of a hearing, drawn from the tables in states.py."""

from __future__ import annotations

from portal.kit.track import Station, place, stations
from portal.meetings.models import Hearing
from portal.meetings.states.hearing import STATIONS, TRACK, HearingState


def track(hearing: Hearing) -> list[Station]:
    """The stations of a hearing in order; a cancelled one ends where it was cancelled."""
    state = HearingState(hearing.state)
    reached = _cancelled_at(hearing) if state is HearingState.CANCELLED else state
    return stations(STATIONS, place(TRACK, reached), _status(state), state.label)


def _status(state: HearingState) -> str:
    if state is HearingState.PUBLISHED:
        return "done"
    return "stopped" if state is HearingState.CANCELLED else "now"


def _cancelled_at(hearing: Hearing) -> HearingState:
    """How far a cancelled hearing came, told by its fields where it was cancelled before that was kept."""
    if hearing.cancelled_from:
        return HearingState(hearing.cancelled_from)
    if hearing.round > 1:
        return HearingState.ADJOURNED
    return HearingState.ANNOUNCED if hearing.notice_id else HearingState.PLANNED

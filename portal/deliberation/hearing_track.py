"""The stations of a hearing, drawn from the tables in states.py."""

from __future__ import annotations

from portal.deliberation.models import Hearing
from portal.deliberation.states import HEARING_STATIONS, HEARING_TRACK, HearingState
from portal.kit.track import Station, place, stations


def hearing_track(hearing: Hearing) -> list[Station]:
    """The stations of a hearing in order; a cancelled one ends where it was cancelled."""
    state = HearingState(hearing.state)
    reached = _cancelled_at(hearing) if state is HearingState.CANCELLED else state
    return stations(HEARING_STATIONS, place(HEARING_TRACK, reached), _status(state), state.label)


def _status(state: HearingState) -> str:
    if state is HearingState.PUBLISHED:
        return "done"
    return "stopped" if state is HearingState.CANCELLED else "now"


def _cancelled_at(hearing: Hearing) -> HearingState:
    """How far a cancelled hearing came, told by its fields."""
    if hearing.round > 1:
        return HearingState.ADJOURNED
    return HearingState.ANNOUNCED if hearing.notice_id else HearingState.PLANNED

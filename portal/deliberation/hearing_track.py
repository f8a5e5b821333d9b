"""The stations of a hearing, drawn from the tables in states.py."""

from __future__ import annotations

from portal.deliberation.models import Hearing
from portal.deliberation.states import HEARING_STATIONS, HEARING_TRACK, HearingState
from portal.deliberation.track import Station


def hearing_track(hearing: Hearing) -> list[Station]:
    """The stations of a hearing in order; a cancelled one ends where it was cancelled."""
    here = _place(hearing)
    return [_station(hearing, at, here) for at in range(len(HEARING_TRACK))]


def _station(hearing: Hearing, at: int, here: int) -> Station:
    name = HEARING_TRACK[at][0]
    status = "done" if at < here else "todo" if at > here else _here(HearingState(hearing.state))
    note = HearingState(hearing.state).label if at == here else ""
    return Station(name, HEARING_STATIONS[name], status, note)


def _here(state: HearingState) -> str:
    if state is HearingState.PUBLISHED:
        return "done"
    return "stopped" if state is HearingState.CANCELLED else "now"


def _place(hearing: Hearing) -> int:
    """The index of the station where a hearing stands. How far a cancelled one came, its fields tell."""
    state = HearingState(hearing.state)
    if state is HearingState.CANCELLED:
        state = _cancelled_at(hearing)
    return next(at for at, (_name, states) in enumerate(HEARING_TRACK) if state in states)


def _cancelled_at(hearing: Hearing) -> HearingState:
    if hearing.round > 1:
        return HearingState.ADJOURNED
    return HearingState.ANNOUNCED if hearing.notice_id else HearingState.PLANNED

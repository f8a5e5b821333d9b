"""The stations of a topic's track, drawn from the tables in states.py."""

from __future__ import annotations

from portal.deliberation.models import Topic
from portal.deliberation.states import ENDED, STATIONS, TRACK, State
from portal.kit.track import Station, place, stations

# States that the name of their station does not tell by itself.
TOLD = frozenset({State.RETURNED, State.ANNOUNCED, State.SUSPENDED}) | (ENDED - {State.CLOSED})


def track(topic: Topic, heard: bool = True) -> list[Station]:
    """The stations of a topic in order. A hearing that was passed by is left out (`heard` False)."""
    state = State(topic.state)
    at = place(TRACK, _passing(state, topic.suspended_from))
    drawn = stations(STATIONS, at, _status(state), topic.state_label if state in TOLD else "")
    return [station for station in drawn if heard or (station.name, station.status) != ("hear", "done")]


def _status(state: State) -> str:
    if state == State.CLOSED:
        return "done"
    return "stopped" if state in ENDED else "now"


def _passing(state: State, came_from: str) -> State:
    """The state whose station a topic stands at; a withdrawn one stands where it was withdrawn."""
    if state == State.WITHDRAWN or (state == State.SUSPENDED and came_from):
        return State(came_from) if came_from else State.DRAFT
    return state

"""The stations of a topic's track, drawn from the tables in states.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.deliberation.models import Topic
from portal.deliberation.states import ENDED, STATIONS, TRACK, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# States that the name of their station does not tell by itself.
TOLD = frozenset({State.RETURNED, State.ANNOUNCED, State.SUSPENDED}) | (ENDED - {State.CLOSED})


@dataclass(frozen=True)
class Station:
    """One station: done, now, todo, or stopped where the topic ended before its time."""

    name: str
    label: StrOrPromise
    status: str
    note: StrOrPromise = ""


def track(topic: Topic, heard: bool = True) -> list[Station]:
    """The stations of a topic in order. A hearing that was passed by is left out (`heard` False)."""
    here = _place(State(topic.state), topic.suspended_from)
    stations = [_station(at, here, topic) for at in range(len(TRACK))]
    return [station for station in stations if heard or (station.name, station.status) != ("hear", "done")]


def _station(at: int, here: int, topic: Topic) -> Station:
    name = TRACK[at][0]
    status = "done" if at < here else "todo" if at > here else _here(State(topic.state))
    told = at == here and State(topic.state) in TOLD
    return Station(name, STATIONS[name], status, topic.state_label if told else "")


def _here(state: State) -> str:
    if state == State.CLOSED:
        return "done"
    return "stopped" if state in ENDED else "now"


def _place(state: State, came_from: str) -> int:
    """The index of the station where a topic stands; a withdrawn one stands where it was withdrawn."""
    if state == State.WITHDRAWN or (state == State.SUSPENDED and came_from):
        state = State(came_from) if came_from else State.DRAFT
    return next(at for at, (_name, states) in enumerate(TRACK) if state in states)

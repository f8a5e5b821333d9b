"""Meetings of the neighbourhood: the polymorphic base and its kinds."""

from __future__ import annotations

from portal.meetings.models.base import (
    CHAIRS,
    AgendaItem,
    Mark,
    Meeting,
    Part,
    Participant,
    Stance,
)
from portal.meetings.models.hearings import Hearing, ItemKind, OpinionItem, Registration, Verdict
from portal.meetings.models.live import (
    Attendance,
    Floor,
    HallQuestion,
    LiveEvent,
    Pulse,
    PulseAnswer,
    Shown,
    Turn,
    Way,
)

__all__ = [
    "CHAIRS",
    "AgendaItem",
    "Attendance",
    "Floor",
    "HallQuestion",
    "Hearing",
    "ItemKind",
    "LiveEvent",
    "Mark",
    "Meeting",
    "OpinionItem",
    "Part",
    "Participant",
    "Pulse",
    "PulseAnswer",
    "Registration",
    "Shown",
    "Stance",
    "Turn",
    "Verdict",
    "Way",
]

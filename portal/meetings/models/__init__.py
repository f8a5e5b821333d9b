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
from portal.meetings.models.decisions import Decision
from portal.meetings.models.hearings import Hearing, ItemKind, OpinionItem, Registration, Verdict

__all__ = [
    "CHAIRS",
    "AgendaItem",
    "Decision",
    "Hearing",
    "ItemKind",
    "Mark",
    "Meeting",
    "OpinionItem",
    "Part",
    "Participant",
    "Registration",
    "Stance",
    "Verdict",
]

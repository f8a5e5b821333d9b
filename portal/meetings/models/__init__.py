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
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement

__all__ = [
    "CHAIRS",
    "AgendaItem",
    "Hearing",
    "ItemKind",
    "Mark",
    "Meeting",
    "OpinionItem",
    "OpinionMap",
    "Part",
    "Participant",
    "Reaction",
    "Registration",
    "Stance",
    "Statement",
    "Verdict",
]

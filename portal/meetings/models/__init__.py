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
from portal.meetings.models.calendar import CalendarLink
from portal.meetings.models.decisions import Decision
from portal.meetings.models.hearings import Hearing, ItemKind, OpinionItem, Registration, Verdict
from portal.meetings.models.lots import AgeBand, PanelDraw, Sex, Tenure, Volunteered
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.models.proxies import Proxy

__all__ = [
    "AgeBand",
    "PanelDraw",
    "Sex",
    "Tenure",
    "Volunteered",
    "CHAIRS",
    "AgendaItem",
    "CalendarLink",
    "Decision",
    "Hearing",
    "ItemKind",
    "Mark",
    "Meeting",
    "OpinionItem",
    "OpinionMap",
    "Part",
    "Participant",
    "Proxy",
    "Reaction",
    "Registration",
    "Stance",
    "Statement",
    "Verdict",
]

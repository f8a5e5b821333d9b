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
from portal.meetings.models.coordination import (
    Consent,
    Coordination,
    Obligation,
    Origin,
    PaperMark,
    Party,
)
from portal.meetings.models.decisions import Decision
from portal.meetings.models.evidence import Evidence, Inquiry, Read
from portal.meetings.models.gatherings import Counted, Finding, Form, Gathering
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
from portal.meetings.models.lots import AgeBand, PanelDraw, Sex, Tenure, Volunteered
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.models.proxies import Proxy
from portal.meetings.models.reviews import Level, Review, Reviewed, ReviewMeasure
from portal.meetings.models.summons import DepartmentLink, Judgement, Summons, SummonsJudgement

__all__ = [
    "PaperMark",
    "Party",
    "Origin",
    "Obligation",
    "Coordination",
    "Consent",
    "Evidence",
    "Inquiry",
    "Read",
    "AgeBand",
    "PanelDraw",
    "Sex",
    "Tenure",
    "Volunteered",
    "CHAIRS",
    "AgendaItem",
    "Attendance",
    "Floor",
    "HallQuestion",
    "CalendarLink",
    "Counted",
    "Decision",
    "DepartmentLink",
    "Finding",
    "Form",
    "Gathering",
    "Hearing",
    "ItemKind",
    "LiveEvent",
    "Judgement",
    "Mark",
    "Meeting",
    "OpinionItem",
    "OpinionMap",
    "Part",
    "Participant",
    "Pulse",
    "PulseAnswer",
    "Proxy",
    "Reaction",
    "Registration",
    "Shown",
    "Level",
    "Review",
    "ReviewMeasure",
    "Reviewed",
    "Stance",
    "Turn",
    "Statement",
    "Summons",
    "SummonsJudgement",
    "Verdict",
    "Way",
]

"""Surveys, their questions and answers, results, the profile and three lists, and what is heard at the desk."""

from __future__ import annotations

from portal.surveys.models.answers import (
    Answer,
    Because,
    Channel,
    Disposition,
    FrameUnit,
    OpenAnswer,
    PaperEntry,
    Response,
)
from portal.surveys.models.desk import Booking, NoteKind, NoteTrace, ReceptionDay, VisitNote
from portal.surveys.models.editions import Did, RetiredKey, SurveyEdition
from portal.surveys.models.exports import ExportFile, ExportForm
from portal.surveys.models.kinds import (
    DEMAND_CHOICES,
    KINDS,
    NEEDED,
    NO_VIEW,
    NOT_NEEDED,
    DateQuestion,
    DemandItem,
    LongText,
    Matrix,
    MultipleChoice,
    NumberQuestion,
    Ranking,
    Scale,
    ShortText,
    SingleChoice,
)
from portal.surveys.models.lists import Demand, Match, ProfileFact, Reply, Service
from portal.surveys.models.questions import Background, Counts, Option, Question, Section, Summary, Tally
from portal.surveys.models.results import Snapshot, TableLook
from portal.surveys.models.surveys import Mode, Reach, Strata, Survey, Unit, Wave

__all__ = [
    "DEMAND_CHOICES",
    "KINDS",
    "NEEDED",
    "NOT_NEEDED",
    "NO_VIEW",
    "Answer",
    "Background",
    "Because",
    "Booking",
    "Channel",
    "Counts",
    "DateQuestion",
    "Demand",
    "DemandItem",
    "Did",
    "Disposition",
    "ExportFile",
    "ExportForm",
    "FrameUnit",
    "LongText",
    "Match",
    "Matrix",
    "Mode",
    "MultipleChoice",
    "NoteKind",
    "NoteTrace",
    "NumberQuestion",
    "OpenAnswer",
    "Option",
    "PaperEntry",
    "ProfileFact",
    "Question",
    "Ranking",
    "Reach",
    "ReceptionDay",
    "Reply",
    "Response",
    "RetiredKey",
    "Scale",
    "Section",
    "Service",
    "ShortText",
    "SingleChoice",
    "Snapshot",
    "Strata",
    "Summary",
    "Survey",
    "SurveyEdition",
    "TableLook",
    "Tally",
    "Unit",
    "VisitNote",
    "Wave",
]

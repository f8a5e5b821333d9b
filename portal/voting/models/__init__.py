"""Votes: one question, one electorate, a frozen roll, one current ballot a line, an exact outcome."""

from __future__ import annotations

from portal.voting.models.ballots import Ballot, BallotChange, Custodian, OpenedBallot
from portal.voting.models.candidates import STATEMENT, WORDS, Candidate
from portal.voting.models.choices import (
    HALL,
    INVALID,
    Channel,
    Choice,
    Custody,
    Duplicates,
    Electorate,
    Fault,
    HallRoll,
    LegalEffect,
    MandateKind,
    Method,
    Outcome,
    Served,
    SetAside,
)
from portal.voting.models.hall import Voice
from portal.voting.models.papers import Envelope, OnPaper, PaperBallot
from portal.voting.models.rolls import Mandate, RollCorrection, RollEntry, RollObjection, Service
from portal.voting.models.votes import Vote

__all__ = [
    "HALL",
    "INVALID",
    "STATEMENT",
    "WORDS",
    "Ballot",
    "BallotChange",
    "Candidate",
    "Channel",
    "Choice",
    "Custodian",
    "Custody",
    "Duplicates",
    "HallRoll",
    "Electorate",
    "Envelope",
    "Fault",
    "LegalEffect",
    "Mandate",
    "MandateKind",
    "Method",
    "OnPaper",
    "OpenedBallot",
    "Outcome",
    "PaperBallot",
    "RollCorrection",
    "RollEntry",
    "RollObjection",
    "Served",
    "Service",
    "SetAside",
    "Voice",
    "Vote",
]

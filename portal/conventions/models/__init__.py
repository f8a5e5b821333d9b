"""What people agree on: pages where it is written, rounds, texts, suggestions, editions, signatures."""

from __future__ import annotations

from portal.conventions.models.brought import Brought
from portal.conventions.models.editions import Edition, Filing
from portal.conventions.models.fixed import FixedError
from portal.conventions.models.pages import (
    AgreementKind,
    AgreementPage,
    ConventionPage,
    ManagementCovenantPage,
)
from portal.conventions.models.rounds import ConventionRound, Proposal
from portal.conventions.models.signatures import Signature
from portal.conventions.models.suggestions import (
    Channel,
    Choice,
    Suggestion,
    SuggestionQuerySet,
    Support,
)

__all__ = [
    "AgreementKind",
    "AgreementPage",
    "Brought",
    "Channel",
    "Choice",
    "ConventionPage",
    "ConventionRound",
    "Edition",
    "Filing",
    "FixedError",
    "ManagementCovenantPage",
    "Proposal",
    "Signature",
    "Suggestion",
    "SuggestionQuerySet",
    "Support",
]

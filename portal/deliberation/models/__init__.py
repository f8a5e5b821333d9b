"""The tables of deliberation: topics on their track, and the meetings that carry them."""

from portal.deliberation.models.meetings import (
    Hearing,
    ItemKind,
    Mark,
    Meeting,
    OpinionItem,
    PanelMember,
    Registration,
    Stance,
    Verdict,
)
from portal.deliberation.models.topics import (
    Category,
    Matter,
    OwnRole,
    Rating,
    Satisfaction,
    Seconding,
    Step,
    Topic,
    TopicGram,
    TopicQuerySet,
)

__all__ = [
    "Category",
    "Hearing",
    "ItemKind",
    "Mark",
    "Matter",
    "Meeting",
    "OpinionItem",
    "OwnRole",
    "PanelMember",
    "Rating",
    "Registration",
    "Satisfaction",
    "Seconding",
    "Stance",
    "Step",
    "Topic",
    "TopicGram",
    "TopicQuerySet",
    "Verdict",
]

"""The tables of deliberation: topics on their track, and what carries them."""

from portal.deliberation.models.topics import (
    Category,
    Matter,
    OwnRole,
    Rating,
    Satisfaction,
    Seconding,
    Step,
    Topic,
    TopicQuerySet,
)

__all__ = [
    "Category",
    "Matter",
    "OwnRole",
    "Rating",
    "Satisfaction",
    "Seconding",
    "Step",
    "Topic",
    "TopicQuerySet",
]

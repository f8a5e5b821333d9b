"""Discussions: threads, their posts, what is asked officially in them, and how far somebody read."""

from __future__ import annotations

from portal.threads.models.answering import (
    BODIES,
    AlsoAsk,
    AnswerText,
    AnswerTextQuerySet,
    HandOn,
    MoreTime,
)
from portal.threads.models.posts import (
    ASKABLE,
    LONGEST,
    LONGEST_REASON,
    PORTION,
    STATEMENT,
    Earlier,
    Flag,
    HideReason,
    Post,
    PostQuerySet,
    Thread,
    ThreadQuerySet,
    View,
)
from portal.threads.models.reading import Reading

__all__ = [
    "ASKABLE",
    "BODIES",
    "LONGEST",
    "LONGEST_REASON",
    "PORTION",
    "STATEMENT",
    "AlsoAsk",
    "AnswerText",
    "AnswerTextQuerySet",
    "Earlier",
    "Flag",
    "HandOn",
    "HideReason",
    "MoreTime",
    "Post",
    "PostQuerySet",
    "Reading",
    "Thread",
    "ThreadQuerySet",
    "View",
]

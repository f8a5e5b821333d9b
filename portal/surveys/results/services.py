"""Counting a survey and writing its results down, once and for good."""

from __future__ import annotations

from portal.surveys.models import Snapshot, Survey
from portal.community.models import User


def weigh(survey: Survey) -> None:
    """Weight the answers to who lives here, where that is known; inside the caller's transaction."""


def publish(user: User, pk: int) -> Snapshot:
    """Write the results down and let everybody read them. Raises Http404, PermissionDenied, NotPossible."""
    raise NotImplementedError


def correct(user: User, pk: int, why: str) -> Snapshot:
    """Publish anew where at least `surveys.correct_answers` answers changed; the earlier results stay readable."""
    raise NotImplementedError

"""Who did what to an entry or a mark, when and why: kept for the committee."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portal.community.models import User
from portal.community.selectors import signature
from portal.surveys.models import PaperDone, PaperEntry, PaperTrace, Survey


def trace(user: User, entry: PaperEntry, what: PaperDone, reason: str, **more: Any) -> None:
    """Of an entry."""
    write(user, entry.survey, what, reason, entry=entry, **more)


def write(user: User, survey: Survey, what: PaperDone, reason: str, **more: Any) -> None:
    """Of a survey's paper. `was`, `now`: the units, where something was moved."""
    by = signature(user, survey.neighbourhood).name
    PaperTrace.objects.create(survey=survey, what=what, by=by, reason=reason, **more)


def of_marks(survey: Survey) -> QuerySet[PaperTrace]:
    """Which marks were put right, the newest first: what was done to entries stands on their pages."""
    return _told(survey.paper_traces.filter(entry=None))


def of_entry(entry: PaperEntry) -> QuerySet[PaperTrace]:
    """What was done to an entry, the newest first."""
    return _told(entry.traces.all())


def _told(traces: QuerySet[PaperTrace]) -> QuerySet[PaperTrace]:
    places = [
        f"{side}__{path}" for side in ("was", "now") for path in ("survey", "dwelling__building", "person")
    ]
    return traces.select_related(*places)

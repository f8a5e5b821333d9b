"""Hearings on a subject, as the apps above ask for them."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.meetings.models import Hearing
from portal.meetings.states import OVER


def hearings_about(*subjects: str) -> QuerySet[Hearing]:
    """The hearings on these subjects, by their keys, the oldest first."""
    return Hearing.objects.filter(subject__in=subjects).order_by("pk")


def running_about(*subjects: str) -> QuerySet[Hearing]:
    """Those of which something is still to come."""
    return hearings_about(*subjects).exclude(state__in=OVER)

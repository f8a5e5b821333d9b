"""What the home of a neighbourhood says of surveys: those that are open, and the results that came last."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from portal.pages.home_blocks import Setting, Visit
from portal.surveys.models import Survey
from portal.surveys.models.surveys import taking_answers
from portal.surveys.states import OUT

SHOWN = 2


def read(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    """The open surveys with the days left, else the newest results; None where there is neither. One query."""
    found = Survey.objects.filter(taking_answers() | Q(state__in=OUT), neighbourhood=visit.here)
    newest = list(found.order_by("-opened_at", "-pk")[: (setting.most or SHOWN) + 1])
    running = [survey for survey in newest if survey.takes_answers][: setting.most or SHOWN]
    if not newest:
        return None
    return {"running": running, "newest": None if running else newest[0]}

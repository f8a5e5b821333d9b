"""What the home of a neighbourhood says of surveys: those that are open, and the results that came last."""

from __future__ import annotations

from typing import Any

from portal.pages.home_blocks import Setting, Visit
from portal.surveys.course import selectors
from portal.surveys.models import Survey
from portal.surveys.states import OUT

SHOWN = 2


def read(visit: Visit, setting: Setting) -> dict[str, Any] | None:
    """The open surveys with the days left, else the newest results; None where there was no survey yet."""
    most = setting.most or SHOWN
    running = list(selectors.open_here(visit.here)[:most])
    out = Survey.objects.filter(neighbourhood=visit.here, state__in=OUT).order_by("-opened_at", "-pk")
    newest = None if running else out.first()
    return {"running": running, "newest": newest} if running or newest else None

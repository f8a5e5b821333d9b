"""What this room shows elsewhere; imported at the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.actions.shelves import Panel
from portal.surveys.models import Survey
from portal.surveys.paper import papers
from portal.surveys.paper.permissions import PAPERS
from portal.surveys.shelves import SURVEYS as SHELF


def _panel(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """To the committee: the way to the paper, and what waits there."""
    if not PAPERS.may(request.user, "see", survey):
        return None
    return {
        "survey": survey,
        "progress": papers.progress(survey),
        "missing": papers.missing(survey),
        "enters": PAPERS.fits("enter", survey),
    }


SHELF.register_panel(Panel("surveys/paper/_panel.html", _panel, place=70, staff=True))

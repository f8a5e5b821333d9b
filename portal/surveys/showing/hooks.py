"""What this room shows elsewhere; imported at the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.actions.shelves import Panel
from portal.surveys.models import Survey
from portal.surveys.shelves import SURVEYS as SHELF
from portal.surveys.showing import reading


def on_survey(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """On the page of a survey: that its results are out, and where."""
    snapshot = reading.newest(survey)
    return None if snapshot is None else {"survey": survey, "snapshot": snapshot}


SHELF.register_panel(Panel("surveys/showing/_panel.html", on_survey, place=10))

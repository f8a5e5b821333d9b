"""What this room shows elsewhere; imported at the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.surveys.models import Survey
from portal.surveys.shelves import Panel, register_panel
from portal.surveys.showing import reading


def on_survey(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """On the page of a survey: that its results are out, and where."""
    snapshot = reading.newest(survey)
    return None if snapshot is None else {"survey": survey, "snapshot": snapshot}


register_panel(Panel("surveys/showing/_panel.html", on_survey, place=10))

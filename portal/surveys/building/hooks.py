"""What this room shows elsewhere; imported at the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.actions.shelves import Panel
from portal.surveys.building.permissions import BUILDS
from portal.surveys.models import Survey
from portal.surveys.shelves import SURVEYS as SHELF


def _panel(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """The way to the questions, with how many there are."""
    if not BUILDS.may(request.user, "build", survey):
        return None
    return {"questions": survey.questions.count(), "writes": survey.can_be_written}


SHELF.register_panel(Panel("surveys/building/_panel.html", _panel, place=10, staff=True))

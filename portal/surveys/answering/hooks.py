"""What this room shows on the page of a survey; imported at the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.actions.shelves import Panel
from portal.surveys.answering.reading import held_by, unit_by
from portal.surveys.models import Survey
from portal.surveys.shelves import SURVEYS as SHELF
from portal.surveys.states import RUNNING


def _read(request: HttpRequest, survey: Survey) -> Mapping[str, Any] | None:
    """As long as it runs: the way to answer, or that it is handed in."""
    if survey.state not in RUNNING:
        return None
    unit = unit_by(request, survey)
    return {
        "open": survey.takes_answers,
        "handed_in_on": unit.handed_in_on if unit else None,
        "begun": held_by(request, survey.pk) is not None,
    }


SHELF.register_panel(Panel("surveys/answering/_panel.html", _read, place=10))

"""The one page of a survey, which the rooms of this app share."""

from __future__ import annotations

from portal.actions.shelves import Shelf
from portal.surveys.models import Survey

SURVEYS: Shelf[Survey] = Shelf()

"""Results are public once they are published; who may know of the survey may know that they come."""

from __future__ import annotations

from portal.actions.doors import Door
from portal.surveys.models import Survey
from portal.surveys.permissions import roles_towards

RESULTS = Door(Survey, {}, roles_towards, related=("neighbourhood", "wave"))

"""Who may come to the pages of answering: everybody who may know of the survey. Whose answers these are follows from
the unit: the letter's code, or the flat and person of who is signed in (services)."""

from __future__ import annotations

from portal.actions.doors import Door
from portal.surveys.models import Survey
from portal.surveys.permissions import roles_towards

SURVEYS = Door(Survey, {}, roles_towards, related=("neighbourhood",))

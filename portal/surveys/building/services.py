"""The verbs of whoever writes a questionnaire."""

from __future__ import annotations

from django.db import transaction

from portal.kit import clock
from portal.surveys.building.checking import require_complete
from portal.surveys.building.data import as_data, digest
from portal.surveys.definition import definition_of
from portal.surveys.models import Survey


@transaction.atomic
def freeze(survey: Survey) -> None:
    """Let the questions stand from now on. Raises NotPossible, with the lines, where something is missing."""
    data = as_data(definition_of(survey))
    require_complete(data)
    survey.frozen_at, survey.fingerprint = clock.now(), digest(data)
    survey.save(update_fields=["frozen_at", "fingerprint"])

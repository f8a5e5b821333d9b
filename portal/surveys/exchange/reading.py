"""Which files of a survey were asked for."""

from __future__ import annotations

from typing import Any

from portal.community.models import User
from portal.surveys.models import Survey, TableLook

MOST_SHOWN = 20


def shown(survey: Survey, user: User) -> dict[str, Any]:
    """The looks at single answers that were written down last, and one's own files that still lie there."""
    looks = TableLook.objects.filter(survey=survey)[:MOST_SHOWN]
    return {"looks": looks, "files": survey.exports.filter(asked_by=user, gone_at=None)[:MOST_SHOWN]}

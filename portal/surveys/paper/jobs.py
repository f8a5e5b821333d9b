"""What time does: nobody owes the second reading of paper whose survey was called off."""

from __future__ import annotations

from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit.periodic import in_time, job
from portal.record.services import key
from portal.surveys.models import Survey
from portal.surveys.paper.services import DUTY
from portal.surveys.states import SurveyState


@job
def drop_called_off() -> None:
    """Its entries are deleted with it (course.services.cancel)."""
    standing = set(Duty.objects.active().filter(kind=DUTY).values_list("subject", flat=True))
    gone = Survey.objects.filter(state=SurveyState.CANCELLED) if standing else Survey.objects.none()
    for survey in in_time(gone):
        if key(survey) in standing:
            duties.drop(survey, DUTY)

"""What time does: what was read from paper is forgotten where its survey was called off."""

from __future__ import annotations

from portal.duties import services as duties
from portal.kit.periodic import in_time, job
from portal.surveys.models import PaperEntry, Survey
from portal.surveys.paper import papers, services
from portal.surveys.states import SurveyState


@job
def forget_called_off() -> None:
    """Nobody has a use for answers to a survey that does not count."""
    gone = Survey.objects.filter(
        state=SurveyState.CANCELLED, papers__in=PaperEntry.objects.filter(papers.PENDING)
    )
    for survey in in_time(gone.distinct()):
        services.forget(survey)
        duties.drop(survey, services.DUTY)

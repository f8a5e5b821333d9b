"""What time does to surveys."""

from __future__ import annotations

from portal.kit.periodic import in_time, job
from portal.surveys.course import promises, services
from portal.surveys.course.services.asking import follow_register
from portal.surveys.models import Survey
from portal.surveys.states import OUT, RUNNING, SurveyState

OWED = RUNNING | OUT | {SurveyState.CLOSED, SurveyState.CLEANED, SurveyState.ANALYSED}


@job
def ask_by_date() -> None:
    """Those asked hear of a survey that was opened ahead when it takes answers."""
    services.ask_due()


@job
def close_surveys() -> None:
    """Surveys end with their last day."""
    services.close_due()


@job
def remind_of_surveys() -> None:
    """Some days before the end those who handed nothing in are reminded once."""
    services.remind_before_end()


@job
def erase_answers() -> None:
    """Single answers go when the months are over for which they were to be kept."""
    services.erase_due()


@job
def follow_frames() -> None:
    """Who came since the opening is asked, too; flats that are no more are noted as empty."""
    follow_register()


@job
def follow_promises() -> None:
    """What is owed about a survey follows from where it stands, also where another room moved it on."""
    drafts = Survey.objects.filter(state=SurveyState.DRAFT).select_related("neighbourhood")
    for survey in in_time(drafts):
        promises.follow_approval(survey)
    going = Survey.objects.filter(state__in=OWED - {SurveyState.ARCHIVED}).select_related("neighbourhood")
    for survey in in_time(going):
        promises.follow(survey)

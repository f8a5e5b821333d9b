"""How long single answers are kept: so many months after the end, as everybody read before answering.

What was published of them stays. Of the answers themselves nothing stays but how many there were and how they came.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from portal.actions.events import log
from portal.kit import clock
from portal.kit.periodic import in_time
from portal.surveys.course import events
from portal.surveys.models import Answer, OpenAnswer, Survey
from portal.surveys.states import BEFORE, RUNNING, ResponseState, SurveyState

# Answers are deleted at once where a survey is called off.
HELD = frozenset(SurveyState) - BEFORE - RUNNING - {SurveyState.CANCELLED}
# What a row still says is how it came, on which day, and whether it counts.
NOTHING: dict[str, Any] = {
    "unit": None,
    "account": None,
    "submission": None,
    "values": {},
    "changes": None,
    "started_at": None,
    "saved_at": None,
    "handed_in_at": None,
    "seconds": None,
    "flags": [],
    "removed_reason": "",
}


def erase_due() -> int:
    """Delete the single answers of surveys whose last day of keeping is over; returns of how many. Idempotent."""
    held = Survey.objects.filter(state__in=HELD, erased_at=None, keep_months__isnull=False)
    due = [
        survey.pk for survey in held.only("pk", "closed_at", "closes_at", "keep_months") if _is_due(survey)
    ]
    return sum(_erase(pk) for pk in in_time(due))


def _is_due(survey: Survey) -> bool:
    return survey.kept_until is not None and clock.today() > survey.kept_until


@transaction.atomic
def _erase(pk: int) -> bool:
    survey = (
        Survey.objects.select_for_update(of=("self",), no_key=True).select_related("neighbourhood").get(pk=pk)
    )
    if survey.erased_at is not None or survey.state not in HELD or not _is_due(survey):
        return False
    handed_in = survey.responses.exclude(state=ResponseState.DRAFT)
    data = {"count": handed_in.count(), "kept_on": survey.kept_until.isoformat() if survey.kept_until else ""}
    survey.papers.all().delete()
    survey.paper_traces.all().delete()
    survey.responses.filter(state=ResponseState.DRAFT).delete()
    Answer.objects.filter(survey=survey).delete()
    _erase_texts(survey)
    handed_in.update(**NOTHING)
    survey.erased_at = clock.now()
    survey.save(update_fields=["erased_at"])
    log(events.ERASED, survey, data=data)
    return True


def _erase_texts(survey: Survey) -> None:
    """What everybody may read stays, as it was released; its original goes, and all other texts."""
    texts = OpenAnswer.objects.filter(survey=survey)
    texts.filter(shown="").delete()
    texts.update(text=F("shown"))

"""Whom notices of results are for."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.community.models import User
from portal.notifications.audiences import Audience, audience
from portal.surveys.course import frame
from portal.surveys.models import Survey


@audience("survey.asked")
def of_asked(survey_pk: int) -> QuerySet[User]:
    """The accounts of all that a survey asked, whether they answered or not."""
    survey = Survey.objects.get(pk=survey_pk)
    return frame.accounts(survey.units.all(), survey)


def asked(survey: Survey) -> Audience:
    """Everybody who was asked."""
    return Audience("survey.asked", (survey.pk,), of_asked(survey.pk).count())

"""Whom notices of a survey are for: the accounts that can answer and have not, by the "handed in" mark alone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from portal.community.models import Residency, User
from portal.kit import clock
from portal.notifications.audiences import Audience, audience
from portal.surveys.course import frame
from portal.surveys.models import Disposition, FrameUnit, Survey, Unit

# Who is not asked again: does not want to, cannot, or nobody lives there.
LEFT_ALONE = (Disposition.REFUSED, Disposition.OTHER, Disposition.EMPTY)


def unanswered(survey: Survey) -> QuerySet[FrameUnit]:
    """Units that handed nothing in and can still be asked."""
    return survey.units.filter(handed_in_on=None).exclude(disposition__in=LEFT_ALONE)


@audience("survey.unanswered")
def of_unanswered(survey_pk: int) -> QuerySet[User]:
    """The accounts of all units that handed nothing in."""
    survey = Survey.objects.get(pk=survey_pk)
    return frame.accounts(unanswered(survey), survey)


@audience("survey.reminded")
def of_reminded(survey_pk: int, moment: str) -> QuerySet[User]:
    """The accounts of the units that were to be reminded at a moment and have not handed in since."""
    survey = Survey.objects.get(pk=survey_pk)
    return frame.accounts(unanswered(survey).filter(reminded_at=datetime.fromisoformat(moment)), survey)


def all_unanswered(survey: Survey) -> Audience:
    """Everybody who can still answer."""
    return Audience("survey.unanswered", (survey.pk,), of_unanswered(survey.pk).count())


def with_account(survey: Survey) -> Q:
    """Units for which somebody with an account can answer today."""
    if survey.unit == Unit.ADULT:
        return Q(person__user__is_active=True)
    living = Residency.objects.on(clock.today()).filter(person__user__is_active=True)
    return Q(dwelling__in=living.values("dwelling"))

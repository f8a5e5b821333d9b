"""Questions taken over from another survey: the last wave, or the pattern of a wave of many neighbourhoods."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from portal.community.models import User
from portal.surveys.building.data import as_data, questions_in
from portal.surveys.building.laying import lay
from portal.surveys.definition import definition_of
from portal.surveys.models import Did, Survey


def last_wave(survey: Survey) -> Survey | None:
    """The survey before, else the newest other one of the neighbourhood that was opened."""
    return survey.previous or opened_before(survey).first()


def opened_before(survey: Survey) -> QuerySet[Survey]:
    """The other surveys of the neighbourhood that were opened, newest first."""
    opened = Survey.objects.filter(neighbourhood=survey.neighbourhood_id, opened_at__isnull=False)
    return opened.exclude(pk=survey.pk).order_by("-opened_at")


@transaction.atomic
def copy_questions(source: Survey, target: Survey, *, common: bool = False, by: User | None = None) -> Survey:
    """Lay the questions of one survey out in another, under the same keys; both are of one family from then on.

    `common`: they cannot be changed there, so that a wave can be compared. Raises NotPossible where they stand.
    """
    data = as_data(definition_of(source))
    for question in questions_in(data):
        question["common"] = common
    Survey.objects.filter(pk=target.pk).update(family=source.family)
    target.family = source.family
    return lay(target, data, by, Did.READ_IN, source.title)
